package io.holdfast.core;

import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import java.util.Collection;
import org.pcollections.PSortedMap;
import org.pcollections.PSortedSet;
import org.pcollections.PVector;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * Volatile memory of the leader's own doings; instants are monotonic nanoseconds. Whatever is lost here by a restart is only asked or sent again.
 *
 * @param lastEventNanos when the last event came; a long gap means that this manager itself stood still
 * @param planDue something relevant to placement has changed since the last plan
 * @param plannedNanos when the last plan was made
 * @param suspects hosts under suspicion
 * @param startsSent starts under way by VM, and when they were last sent
 * @param movesSent commands of live moves under way by VM, and when they were sent
 * @param movesPlannedNanos when moves were last planned
 * @param moveBackoffs live moves that failed, and when they are tried again
 * @param cameBack hosts that came back, and when: VMs that prefer them follow
 * @param stops stops under way
 * @param notBefore a VM is not started before this: after a failed start or repeated crashes
 * @param crashes when a VM's process last died, and how often in a row
 * @param readyNanos a VM that others wait for counts as ready from this instant on
 * @param missing live placements that the host's complete report does not name, and since when
 * @param dispatchDue a start slot may have become free
 * @param brakeReleasedNanos when the operator released the brake; 0: never
 * @param hung VMs whose guest has stopped answering
 * @param resets when a VM was reset because its guest hung, within the last hour; forgotten by a new leader
 * @param letIns hosts being let in again, by host/datastore
 */
record Working(
        long lastEventNanos,
        boolean planDue,
        long plannedNanos,
        PSortedSet<HostId> suspects,
        PSortedMap<VmId, Long> startsSent,
        PSortedMap<VmId, Sent> movesSent,
        long movesPlannedNanos,
        PSortedMap<VmId, Backoff> moveBackoffs,
        PSortedMap<HostId, Long> cameBack,
        PSortedMap<RunKey, Stop> stops,
        PSortedMap<VmId, Long> notBefore,
        PSortedMap<VmId, Crash> crashes,
        PSortedMap<VmId, Long> readyNanos,
        PSortedMap<VmId, Long> missing,
        boolean dispatchDue,
        long brakeReleasedNanos,
        PSortedSet<VmId> hung,
        PSortedMap<VmId, PVector<Long>> resets,
        PSortedMap<String, LetIn> letIns) {
    /** A new memory with the suspicions that a warm standby already has. */
    static Working suspecting(Collection<HostId> hosts) {
        return new Working(
                0,
                true,
                0,
                TreePSet.from(hosts),
                TreePMap.empty(),
                TreePMap.empty(),
                0,
                TreePMap.empty(),
                TreePMap.empty(),
                TreePMap.empty(),
                TreePMap.empty(),
                TreePMap.empty(),
                TreePMap.empty(),
                TreePMap.empty(),
                false,
                0,
                TreePSet.empty(),
                TreePMap.empty(),
                TreePMap.empty());
    }

    /** A stop under way. */
    record Stop(HostId host, long run, OperationId operation, boolean force, int graceMillis, long sentNanos) {}

    /** A host being let in again to a datastore. */
    record LetIn(OperationId operation, long sentNanos) {}

    /** When a command was sent first and last. */
    record Sent(OperationId operation, long firstNanos, long lastNanos) {}

    /** A failed live move is not tried again before this. */
    record Backoff(long untilNanos, HostId failedTarget) {}

    /** Crashes in a row. */
    record Crash(int count, long atNanos) {}
}
