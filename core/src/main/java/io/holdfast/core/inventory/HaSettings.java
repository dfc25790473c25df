package io.holdfast.core.inventory;

import io.holdfast.core.policy.PolicyRows;
import org.jspecify.annotations.Nullable;

/**
 * How one VM is protected.
 *
 * @param maxRestarts start attempts again on the same host after a failed start
 * @param maxRelocations other hosts tried after that, before it waits
 * @param failback move back to a preferred host when it returns
 * @param policy the VM's own rows of the policy table; null: it follows the cluster's in all of them
 * @param nextWhen when VMs of the next priority, or that depend on this one, may start
 * @param delayMillis for {@link NextWhen#DELAY}
 * @param liveMigration it can be moved while it runs; false (a passed-through device, for example): it is stopped and started to be moved
 */
public record HaSettings(
        int maxRestarts,
        int maxRelocations,
        boolean failback,
        @Nullable PolicyRows policy,
        NextWhen nextWhen,
        int delayMillis,
        boolean liveMigration) {
    /** One local retry, one other host, failback, the cluster's policy; the next may start when this one has. */
    public static final HaSettings DEFAULT = new HaSettings(1, 1, true, null, NextWhen.STARTED, 0, true);

    /** These settings for a VM that can, or cannot, be moved while it runs. */
    public HaSettings withLiveMigration(boolean other) {
        return new HaSettings(maxRestarts, maxRelocations, failback, policy, nextWhen, delayMillis, other);
    }

    /** These settings with other rows of its own, or none. */
    public HaSettings withPolicy(@Nullable PolicyRows other) {
        return new HaSettings(maxRestarts, maxRelocations, failback, other, nextWhen, delayMillis, liveMigration);
    }

    /** When a VM counts as ready for those after it. */
    public enum NextWhen {
        STARTED,
        GUEST_HEARTBEAT,
        DELAY
    }
}
