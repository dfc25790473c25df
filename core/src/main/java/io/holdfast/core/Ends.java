package io.holdfast.core;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.RestartPriority;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.FailoverId;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.recovery.Stage;
import io.holdfast.core.recovery.VmOutcome;
import io.holdfast.core.text.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The end of a run: recorded with its proofs, and what follows from it. The only place where a live placement becomes an ended one. */
final class Ends {
    private Ends() {}

    /**
     * Records that this run has no writer any more, and decides what follows.
     *
     * @param cause what the agent said, or null when the proof is not the agent's word
     */
    static void end(Turn turn, Placement placement, List<Proof> proofs, @Nullable EndCause cause) {
        if (proofs.isEmpty()) {
            throw new IllegalStateException("run " + placement + " must not be ended without a proof");
        }
        VmId vm = placement.vm();
        turn.stops = turn.stops.minus(Moves.key(placement));
        Placement present = turn.placements.get(vm);
        if (present != null && present.migrating()) {
            Moves.settled(turn, placement, proofs, cause);
            return;
        }
        turn.put(placement.endedBy(proofs));
        for (Proof proof : proofs) {
            turn.changes.add(new Change.RecordProof(vm, placement.run(), proof));
        }
        turn.removeMove(vm);
        Heartbeats.ended(turn, vm);
        turn.startsSent = turn.startsSent.minus(vm);
        turn.missing = turn.missing.minus(vm);
        turn.planDue = true;
        Recovery recovery = turn.recoveries.get(vm);
        FailoverId failover = recovery == null ? null : recovery.failover();
        Story.outcome(turn, failover, vm, outcome -> outcome.proven(proofs, turn.wall()));
        if (failover != null) {
            proofs.forEach(proof -> Proofs.rungProven(turn, failover, proof));
            turn.tell(
                    TimelineEntry.Severity.INFO,
                    placement.host(),
                    vm,
                    failover,
                    Message.VM_PROVEN,
                    turn.name(vm),
                    String.valueOf(placement.run()),
                    ProofText.of(turn, proofs.getFirst()).english());
        }
        follow(turn, placement, cause);
    }

    private static void follow(Turn turn, Placement placement, @Nullable EndCause cause) {
        Vm vm = turn.vms.get(placement.vm());
        Recovery recovery = turn.recoveries.get(placement.vm());
        if (vm == null) {
            turn.removeRecovery(placement.vm());
            return;
        }
        if (shutDownByGuest(turn, placement, cause)) {
            return;
        }
        if (vm.requested() != RequestedState.STARTED) {
            turn.tell(TimelineEntry.Severity.INFO, placement.host(), vm.id(), null, Message.VM_STOPPED, vm.name());
            drop(turn, vm.id(), Message.WHY_NOT_REQUESTED, vm.requested().name());
            return;
        }
        boolean failed = (cause != EndCause.COMMANDED && cause != EndCause.MIGRATED)
                || (recovery != null && recovery.failover() != null);
        if (vm.priority() == RestartPriority.NEVER && failed && cause != EndCause.START_FAILED) {
            turn.put(vm.withRequested(RequestedState.STOPPED));
            turn.tell(
                    TimelineEntry.Severity.WARNING,
                    placement.host(),
                    vm.id(),
                    recovery == null ? null : recovery.failover(),
                    Message.VM_NOT_RESTARTED,
                    vm.name(),
                    Message.WHY_PRIORITY_NEVER.english());
            drop(turn, vm.id(), Message.WHY_PRIORITY_NEVER);
            return;
        }
        if (recovery != null) {
            turn.put(recovery.to(Stage.ISOLATED, turn.wall()));
            return;
        }
        // Stopped by command, and wanted again: an operator has said both.
        boolean held = Pause.frozen(turn) || (Pause.on(turn) && cause != EndCause.COMMANDED);
        Pause.begin(turn, Recovery.begin(vm.id(), null, Stage.ISOLATED, placement.host(), turn.wall()), held);
    }

    /** A guest that was shut down from inside stays down. */
    static boolean shutDownByGuest(Turn turn, Placement placement, @Nullable EndCause cause) {
        Vm vm = turn.vms.get(placement.vm());
        if (cause != EndCause.GUEST_SHUTDOWN || vm == null || vm.requested() != RequestedState.STARTED) {
            return false;
        }
        turn.put(vm.withRequested(RequestedState.STOPPED));
        turn.tell(TimelineEntry.Severity.INFO, placement.host(), vm.id(), null, Message.VM_GUEST_SHUTDOWN, vm.name());
        drop(turn, vm.id(), Message.WHY_NOT_REQUESTED, RequestedState.STOPPED.name());
        return true;
    }

    /** The VM is not to be brought back. */
    static void drop(Turn turn, VmId vm, Message why, String... arguments) {
        Recovery recovery = turn.recoveries.get(vm);
        if (recovery != null) {
            turn.removeRecovery(vm);
            Story.outcome(
                    turn,
                    recovery.failover(),
                    vm,
                    outcome -> outcome.withResult(VmOutcome.Result.NOT_RESTARTED, why, List.of(arguments)));
        }
        turn.clear(Message.ALARM_VM_DOWN, vm.value());
    }
}
