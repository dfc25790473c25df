package io.holdfast.core;

import static io.holdfast.core.Checks.reject;

import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.recovery.Stage;
import io.holdfast.core.text.Message;
import java.util.BitSet;
import org.jspecify.annotations.Nullable;

/** Requests about VMs. */
final class VmRequests {
    private VmRequests() {}

    static @Nullable Rejected add(Turn turn, Vm vm) {
        if (turn.vms.containsKey(vm.id())) {
            return reject(
                    Rejected.Code.CONFLICT,
                    "id",
                    Message.REJECT_ID_TAKEN,
                    vm.id().value());
        }
        BitSet taken = new BitSet(Vm.OWNERSHIP_RECORDS);
        turn.vms.values().forEach(other -> taken.set(other.ownershipIndex()));
        int index = taken.nextClearBit(0);
        if (index >= Vm.OWNERSHIP_RECORDS) {
            return reject(
                    Rejected.Code.CONFLICT,
                    "ownershipIndex",
                    Message.REJECT_NO_OWNERSHIP_RECORD,
                    String.valueOf(Vm.OWNERSHIP_RECORDS));
        }
        Rejected rejected = Checks.vm(turn, vm);
        if (rejected == null) {
            turn.put(vm.withOwnershipIndex(index));
            if (vm.requested() == RequestedState.STARTED) {
                wantRunning(turn, vm, true);
            }
        }
        return rejected;
    }

    static @Nullable Rejected change(Turn turn, Vm vm) {
        Vm before = turn.vms.get(vm.id());
        if (before == null) {
            return Requests.unknown(vm.id());
        }
        // Proofs are sought for the disks of this record: they must be the disks that the live run has.
        boolean sameMachine = before.disks().equals(vm.disks())
                && before.nics().equals(vm.nics())
                && before.boot().equals(vm.boot())
                && before.cpuCores() == vm.cpuCores()
                && before.memoryBytes() == vm.memoryBytes();
        Placement live = live(turn, vm.id());
        if (!sameMachine && live != null) {
            return reject(Rejected.Code.NOT_NOW, "vm", Message.REJECT_VM_RUNS, before.name(), turn.name(live.host()));
        }
        Rejected rejected = Checks.vm(turn, vm);
        if (rejected == null) {
            Vm changed = vm.withOwnershipIndex(before.ownershipIndex()).withRequested(before.requested());
            turn.put(changed);
            request(turn, changed, vm.requested(), vm.requested() != before.requested());
        }
        return rejected;
    }

    static @Nullable Rejected remove(Turn turn, VmId id) {
        Vm vm = turn.vms.get(id);
        if (vm == null) {
            return Requests.unknown(id);
        }
        Placement live = live(turn, id);
        if (live != null) {
            return reject(Rejected.Code.NOT_NOW, "vm", Message.REJECT_VM_RUNS, vm.name(), turn.name(live.host()));
        }
        for (Rule rule : turn.rules.values()) {
            if (rule.vms().contains(id)) {
                return reject(
                        Rejected.Code.CONFLICT,
                        "vm",
                        Message.REJECT_VM_IN_RULE,
                        vm.name(),
                        rule.id().value());
            }
        }
        Ends.drop(turn, id, Message.WHY_REMOVED);
        turn.vms = turn.vms.minus(id);
        turn.placements = turn.placements.minus(id);
        turn.changes.add(new Change.RemovePlacement(id));
        turn.changes.add(new Change.RemoveVm(id));
        return null;
    }

    private static @Nullable Placement live(Turn turn, VmId id) {
        Placement placement = turn.placements.get(id);
        return placement != null && placement.live() ? placement : null;
    }

    static @Nullable Rejected start(Turn turn, VmId id) {
        Vm vm = turn.vms.get(id);
        if (vm == null) {
            return Requests.unknown(id);
        }
        if (vm.requested() == RequestedState.DISABLED || vm.requested() == RequestedState.IGNORED) {
            return reject(
                    Rejected.Code.NOT_NOW,
                    "vm",
                    Message.REJECT_VM_IGNORED,
                    vm.name(),
                    vm.requested().name());
        }
        return setRequested(turn, new Request.SetRequestedState(id, RequestedState.STARTED));
    }

    static @Nullable Rejected stop(Turn turn, Request.StopVm stop) {
        Vm vm = turn.vms.get(stop.vm());
        if (vm == null) {
            return Requests.unknown(stop.vm());
        }
        Rejected range = Checks.range("graceMillis", stop.graceMillis(), 0, 3_600_000);
        if (range != null) {
            return range;
        }
        if (stop.force() && Pause.frozen(turn)) {
            return Requests.frozen(vm.name());
        }
        if (vm.requested() == RequestedState.STARTED) {
            turn.put(vm.withRequested(RequestedState.STOPPED));
        }
        halt(turn, vm, stop.force(), stop.graceMillis());
        return null;
    }

    /** Stops what runs, or, while HA is frozen, when it resumes; its recovery, if any, is over. The placement stays live until its end is proven. */
    private static void halt(Turn turn, Vm vm, boolean force, int graceMillis) {
        Ends.drop(turn, vm.id(), Message.WHY_STOPPED_BY_OPERATOR);
        Placement live = live(turn, vm.id());
        if (live != null && Pause.frozen(turn)) {
            turn.tell(TimelineEntry.Severity.INFO, live.host(), vm.id(), null, Message.VM_STOP_WAITS, vm.name());
        } else if (live != null) {
            turn.tell(
                    TimelineEntry.Severity.INFO,
                    live.host(),
                    vm.id(),
                    null,
                    Message.VM_STOPPING,
                    vm.name(),
                    turn.name(live.host()));
            if (live.migrating()) {
                Runs.stop(turn, live.targetOnly(), true, 0);
                Runs.stop(turn, live.sourceOnly(), force, graceMillis);
            } else {
                Runs.stop(turn, live, force, graceMillis);
            }
        }
    }

    static @Nullable Rejected setRequested(Turn turn, Request.SetRequestedState set) {
        Vm vm = turn.vms.get(set.vm());
        if (vm == null) {
            return Requests.unknown(set.vm());
        }
        Rejected unproven = set.state() == RequestedState.STARTED ? unproven(turn, vm) : null;
        if (unproven == null) {
            request(turn, vm, set.state(), true);
        }
        return unproven;
    }

    /**
     * While operators look after the VMs themselves, a start of one whose former run is not proven to have ended cannot be carried out, and waiting for HA is not what was asked for: refused. No
     * other way leads past the proof (safety argument, section 3).
     */
    private static @Nullable Rejected unproven(Turn turn, Vm vm) {
        Recovery recovery = turn.recoveries.get(vm.id());
        Placement live = live(turn, vm.id());
        boolean byHand = Pause.on(turn) && !Pause.frozen(turn);
        return byHand && live != null && recovery != null && recovery.failover() != null
                ? reject(
                        Rejected.Code.NOT_NOW,
                        "vm",
                        Message.REJECT_VM_UNPROVEN,
                        vm.name(),
                        turn.name(live.servingHost()))
                : null;
    }

    /** @param asked the state was asked for, and is not only repeated in a change of something else */
    private static void request(Turn turn, Vm vm, RequestedState state, boolean asked) {
        boolean changed = vm.requested() != state;
        if (changed) {
            turn.put(vm.withRequested(state));
        }
        switch (state) {
            case STARTED -> wantRunning(turn, vm, asked);
            case STOPPED, DISABLED -> {
                if (changed) {
                    halt(turn, vm, false, 60_000);
                }
            }
            case IGNORED -> Ends.drop(turn, vm.id(), Message.WHY_NOT_REQUESTED, RequestedState.IGNORED.name());
        }
    }

    /** Begins to start it, or looks again at once if it waits. A run that is being stopped ends first; then it starts again. */
    private static void wantRunning(Turn turn, Vm vm, boolean asked) {
        Recovery recovery = turn.recoveries.get(vm.id());
        boolean takenOver = recovery != null
                && asked
                && !Pause.frozen(turn)
                && Pause.holds(turn, recovery)
                && live(turn, vm.id()) == null;
        if (takenOver) {
            Ends.drop(turn, vm.id(), Message.WHY_STARTED_BY_OPERATOR);
        }
        if (recovery != null && !takenOver) {
            turn.put(recovery.forgetFailures());
            turn.notBefore = turn.notBefore.minus(vm.id());
        } else if (live(turn, vm.id()) == null) {
            Placement last = turn.placements.get(vm.id());
            HostId preferred = last == null ? null : last.host();
            turn.notBefore = takenOver ? turn.notBefore.minus(vm.id()) : turn.notBefore;
            Pause.begin(
                    turn, Recovery.begin(vm.id(), null, Stage.ISOLATED, preferred, turn.wall()), Pause.frozen(turn));
        }
    }
}
