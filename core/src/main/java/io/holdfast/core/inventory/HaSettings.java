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
 * @param heartbeatWaitMillis for {@link NextWhen#GUEST_HEARTBEAT}: those after it wait for its guest at most this long, 0..3600000; a guest without an agent holds up nobody for ever
 * @param hungAfterMillis a guest that has answered, and then leaves its open channel unanswered for this long, counts as hung, 10000..3600000
 * @param hungAction what happens then
 */
public record HaSettings(
        int maxRestarts,
        int maxRelocations,
        boolean failback,
        @Nullable PolicyRows policy,
        NextWhen nextWhen,
        int delayMillis,
        boolean liveMigration,
        int heartbeatWaitMillis,
        int hungAfterMillis,
        HungAction hungAction) {
    /** One local retry, one other host, failback, the cluster's policy; the next may start when this one has; ten minutes for a heartbeat, and a hung guest is an alarm after one. */
    public static final HaSettings DEFAULT = new HaSettings(1, 1, true, null, NextWhen.STARTED, 0, true);

    /** With the usual times for heartbeats. */
    public HaSettings(
            int maxRestarts,
            int maxRelocations,
            boolean failback,
            @Nullable PolicyRows policy,
            NextWhen nextWhen,
            int delayMillis,
            boolean liveMigration) {
        this(
                maxRestarts,
                maxRelocations,
                failback,
                policy,
                nextWhen,
                delayMillis,
                liveMigration,
                600_000,
                60_000,
                HungAction.ALARM);
    }

    /** These settings for a VM that can, or cannot, be moved while it runs. */
    public HaSettings withLiveMigration(boolean other) {
        return new HaSettings(
                maxRestarts,
                maxRelocations,
                failback,
                policy,
                nextWhen,
                delayMillis,
                other,
                heartbeatWaitMillis,
                hungAfterMillis,
                hungAction);
    }

    /** These settings with another condition for those after it. */
    public HaSettings withNextWhen(NextWhen other) {
        return new HaSettings(
                maxRestarts,
                maxRelocations,
                failback,
                policy,
                other,
                delayMillis,
                liveMigration,
                heartbeatWaitMillis,
                hungAfterMillis,
                hungAction);
    }

    /** These settings with something else done about a hung guest. */
    public HaSettings withHungAction(HungAction other) {
        return new HaSettings(
                maxRestarts,
                maxRelocations,
                failback,
                policy,
                nextWhen,
                delayMillis,
                liveMigration,
                heartbeatWaitMillis,
                hungAfterMillis,
                other);
    }

    /** What happens when a guest hangs. */
    public enum HungAction {
        /** People are told. */
        ALARM,
        /** It is stopped and started as a new run, at most three times within an hour. */
        RESET
    }

    /** These settings with other rows of its own, or none. */
    public HaSettings withPolicy(@Nullable PolicyRows other) {
        return new HaSettings(
                maxRestarts,
                maxRelocations,
                failback,
                other,
                nextWhen,
                delayMillis,
                liveMigration,
                heartbeatWaitMillis,
                hungAfterMillis,
                hungAction);
    }

    /** When a VM counts as ready for those after it. */
    public enum NextWhen {
        /** Its process runs. */
        STARTED,
        /** Its guest has answered through the QEMU guest agent, or the wait for that is over. */
        GUEST_HEARTBEAT,
        /** Some time after its process runs. */
        DELAY
    }
}
