package io.holdfast.simulator.explore;

import io.holdfast.agent.rule.LeaseRule;
import io.holdfast.agent.rule.ObserverRule;
import io.holdfast.core.health.EndCause;
import io.holdfast.core.inventory.VmId;
import java.util.TreeMap;

/**
 * A host as the explorer sees it between two instants; a value, copied when it changes.
 *
 * @param seen what the other host reads in this one's slot
 * @param slot counts the renewals that have landed
 */
record Machine(
        boolean power,
        boolean cut,
        boolean storageCut,
        boolean stopped,
        int boot,
        long generation,
        LeaseRule lease,
        ObserverRule<Long> seen,
        long slot,
        long slotGeneration,
        long highestEpoch,
        TreeMap<VmId, Long> processes,
        TreeMap<VmId, Long> ended,
        TreeMap<VmId, EndCause> unacknowledged) {

    Machine with(boolean newPower, boolean newCut, boolean newStorageCut, boolean newStopped) {
        return new Machine(
                newPower,
                newCut,
                newStorageCut,
                newStopped,
                boot,
                generation,
                lease,
                seen,
                slot,
                slotGeneration,
                highestEpoch,
                processes,
                ended,
                unacknowledged);
    }

    Machine withLease(LeaseRule other, long otherGeneration, long otherSlot, long otherSlotGeneration) {
        return new Machine(
                power,
                cut,
                storageCut,
                stopped,
                boot,
                otherGeneration,
                other,
                seen,
                otherSlot,
                otherSlotGeneration,
                highestEpoch,
                processes,
                ended,
                unacknowledged);
    }

    Machine withSeen(ObserverRule<Long> other) {
        return new Machine(
                power,
                cut,
                storageCut,
                stopped,
                boot,
                generation,
                lease,
                other,
                slot,
                slotGeneration,
                highestEpoch,
                processes,
                ended,
                unacknowledged);
    }

    Machine withEpoch(long other) {
        return new Machine(
                power,
                cut,
                storageCut,
                stopped,
                boot,
                generation,
                lease,
                seen,
                slot,
                slotGeneration,
                Math.max(other, highestEpoch),
                processes,
                ended,
                unacknowledged);
    }

    Machine withRun(VmId vm, long run) {
        TreeMap<VmId, Long> next = new TreeMap<>(processes);
        next.put(vm, run);
        return withVms(next, ended, unacknowledged);
    }

    /** The process is reaped; without one, the run will never start here. */
    Machine without(VmId vm, long run, EndCause cause) {
        TreeMap<VmId, Long> alive = new TreeMap<>(processes);
        alive.remove(vm, run);
        TreeMap<VmId, Long> over = new TreeMap<>(ended);
        over.merge(vm, run, Math::max);
        TreeMap<VmId, EndCause> reports = new TreeMap<>(unacknowledged);
        reports.put(vm, cause);
        return withVms(alive, over, reports);
    }

    Machine acknowledged(VmId vm) {
        TreeMap<VmId, EndCause> reports = new TreeMap<>(unacknowledged);
        reports.remove(vm);
        return withVms(processes, ended, reports);
    }

    private Machine withVms(TreeMap<VmId, Long> alive, TreeMap<VmId, Long> over, TreeMap<VmId, EndCause> reports) {
        return new Machine(
                power,
                cut,
                storageCut,
                stopped,
                boot,
                generation,
                lease,
                seen,
                slot,
                slotGeneration,
                highestEpoch,
                alive,
                over,
                reports);
    }

    boolean agentWorks() {
        return power && !stopped;
    }
}
