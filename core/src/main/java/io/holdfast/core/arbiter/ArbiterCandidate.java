package io.holdfast.core.arbiter;

import io.holdfast.core.inventory.HostId;
import java.util.Optional;

/**
 * A host, and whether it could run the arbiter.
 *
 * @param address management address without a port
 * @param reporting its agent reports to the leader, and it is not suspect
 * @param dead its verdict
 * @param enabled it takes VMs: neither in maintenance, nor disabled, nor about to be shut down, nor held because it flaps
 * @param installed the arbiter's program is there
 * @param onNode its address is that of one of the two management nodes: their loss would take two votes
 * @param degraded a plane of it works badly
 * @param running its agent says that an arbiter runs there
 */
public record ArbiterCandidate(
        HostId host,
        String name,
        String address,
        boolean reporting,
        boolean dead,
        boolean enabled,
        boolean installed,
        boolean onNode,
        boolean degraded,
        boolean running) {
    /** Why a host can't have it. */
    public enum Obstacle {
        ON_NODE,
        NOT_REPORTING,
        NOT_ENABLED,
        NOT_INSTALLED
    }

    /** What speaks against it; empty: nothing. */
    public Optional<Obstacle> obstacle() {
        if (onNode) {
            return Optional.of(Obstacle.ON_NODE);
        }
        if (!reporting) {
            return Optional.of(Obstacle.NOT_REPORTING);
        }
        if (!enabled) {
            return Optional.of(Obstacle.NOT_ENABLED);
        }
        return installed ? Optional.empty() : Optional.of(Obstacle.NOT_INSTALLED);
    }
}
