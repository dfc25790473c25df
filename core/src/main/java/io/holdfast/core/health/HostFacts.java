package io.holdfast.core.health;

import io.holdfast.core.inventory.HostId;
import java.util.List;

/**
 * What a decision may need of a host after it has gone silent and the manager was restarted: durable, written when it changes (once per boot, as a rule).
 *
 * @param watchdogArmed in its last report; without it there is no {@code LeaseExpired} proof (safety argument, section 4)
 * @param bootId boot in which it last reported
 * @param lockOuts datastores that may refuse it until it is let in again
 */
public record HostFacts(
        HostId host,
        String bootId,
        int cpuCores,
        long memoryBytes,
        String accelerator,
        String agentVersion,
        boolean watchdogArmed,
        int watchdogTimeoutMillis,
        List<LockOut> lockOuts) {
    public HostFacts {
        lockOuts = List.copyOf(lockOuts);
    }

    /** With other lock-outs. */
    public HostFacts withLockOuts(List<LockOut> other) {
        return new HostFacts(
                host,
                bootId,
                cpuCores,
                memoryBytes,
                accelerator,
                agentVersion,
                watchdogArmed,
                watchdogTimeoutMillis,
                other);
    }
}
