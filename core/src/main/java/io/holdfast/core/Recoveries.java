package io.holdfast.core;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.Evidence;
import io.holdfast.core.health.Verdict;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Failover;
import io.holdfast.core.recovery.FailoverId;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.recovery.Stage;
import io.holdfast.core.recovery.VmOutcome;
import io.holdfast.core.recovery.Waiting;
import io.holdfast.core.text.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The recovery state machine of each VM (safety argument, section 6); its transition table is in {@link Recovery}. Placing is {@link Planning}'s. */
final class Recoveries {
    /** A lease that expires is read within a few seconds of that. */
    private static final long PROOF_SLACK_MILLIS = 5000;

    private static final long RETRY_NANOS = 1_000_000_000L;
    /** A process that keeps dying is started again ever later, at most a minute. */
    private static final List<Long> CRASH_PAUSES_SECONDS = List.of(0L, 2L, 10L, 30L, 60L);

    private static final long CRASH_MEMORY_NANOS = 600_000_000_000L;

    private Recoveries() {}

    /**
     * The VM's live run is affected by a failure of this host: it belongs to the fail-over about that host, and proofs are sought. Twice is once.
     *
     * @return false when the VM is not to be restarted, or there is nothing alive
     */
    static boolean affect(Turn turn, VmId id, HostId host, Verdict verdict, List<Evidence> evidence) {
        Vm vm = turn.vms.get(id);
        Placement placement = turn.placements.get(id);
        if (vm == null || placement == null || !placement.live() || vm.requested() != RequestedState.STARTED) {
            return false;
        }
        if (!placement.servingHost().equals(host)) {
            return false; // The target of a live migration: the VM runs elsewhere.
        }
        Recovery present = turn.recoveries.get(id);
        if (present != null && isolating(present) && present.failover() != null) {
            return true;
        }
        boolean isNew = verdict == Verdict.VM_ENDED || Story.sameStory(turn, host, id) == null;
        Failover failover = Story.open(turn, host, verdict, evidence, id);
        if (isNew) {
            announceFailover(turn, host, failover.id(), verdict);
        }
        if (present != null && present.failover() != null && !present.failover().equals(failover.id())) {
            supersede(turn, present, failover.id());
        }
        Story.addVm(turn, failover.id(), VmOutcome.affected(id, host, placement.servingRun()));
        Recovery base = present != null
                ? present.withFailover(failover.id())
                : Recovery.begin(id, failover.id(), Stage.ISOLATING, null, turn.wall());
        turn.put(base.to(Pause.on(turn) ? Stage.AFFECTED : Stage.ISOLATING, turn.wall()));
        turn.startsSent = turn.startsSent.minus(id);
        return true;
    }

    private static boolean isolating(Recovery recovery) {
        return recovery.stage() == Stage.ISOLATING || recovery.stage() == Stage.AFFECTED;
    }

    private static void announceFailover(Turn turn, HostId host, FailoverId failover, Verdict verdict) {
        if (verdict != Verdict.VM_ENDED) {
            Judge.announce(turn, host);
            Proofs.openingRungs(turn, host);
            turn.tell(
                    TimelineEntry.Severity.ERROR,
                    host,
                    null,
                    failover,
                    Message.FAILOVER_OPENED,
                    failover.value(),
                    String.valueOf(turn.liveOn(host).size()),
                    turn.name(host));
        }
    }

    private static void supersede(Turn turn, Recovery recovery, FailoverId by) {
        Story.outcome(
                turn,
                recovery.failover(),
                recovery.vm(),
                outcome ->
                        outcome.withResult(VmOutcome.Result.SUPERSEDED, Message.WHY_SUPERSEDED, List.of(by.value())));
    }

    /** The host came back, and the run lives on there: nothing was lost. */
    static void kept(Turn turn, VmId vm) {
        Recovery recovery = turn.recoveries.get(vm);
        if (recovery != null && isolating(recovery) && !recovery.leaving()) {
            turn.removeRecovery(vm);
            turn.clear(Message.ALARM_VM_DOWN, vm.value());
            turn.tell(TimelineEntry.Severity.INFO, null, vm, recovery.failover(), Message.VM_KEPT, turn.name(vm));
            Story.outcome(
                    turn,
                    recovery.failover(),
                    vm,
                    outcome -> outcome.withResult(VmOutcome.Result.KEPT, Message.VM_KEPT, List.of(turn.name(vm))));
        }
    }

    /** The agent says that the run lives. */
    static void running(Turn turn, Placement placement) {
        VmId id = placement.vm();
        Recovery recovery = turn.recoveries.get(id);
        if (recovery == null || recovery.stage() != Stage.STARTING) {
            return;
        }
        turn.removeRecovery(id);
        HostWorks.runs(turn, placement.host(), id);
        turn.dispatchDue = true;
        turn.notBefore = turn.notBefore.minus(id);
        turn.clear(Message.ALARM_VM_DOWN, id.value());
        Vm vm = turn.vms.get(id);
        if (vm != null) {
            Heartbeats.started(turn, vm);
        }
        turn.tell(
                TimelineEntry.Severity.INFO,
                placement.host(),
                id,
                recovery.failover(),
                Message.VM_RUNNING,
                turn.name(id),
                turn.name(placement.host()));
        Story.outcome(turn, recovery.failover(), id, outcome -> outcome.running(turn.wall()));
    }

    /** The agent refused or failed the start, and is certain that nothing of that run lives or ever will. */
    static void startFailed(Turn turn, Placement placement, boolean refused, String error) {
        VmId id = placement.vm();
        Recovery recovery = turn.recoveries.get(id);
        Proof proof = new Proof.ProcessEnded(
                placement.host(),
                turn.wall(),
                id,
                placement.run(),
                EndCause.START_FAILED,
                Proof.ProcessEnded.How.START_REFUSED);
        Ends.end(turn, placement, List.of(proof), EndCause.START_FAILED);
        Vm vm = turn.vms.get(id);
        if (recovery == null || vm == null || !turn.recoveries.containsKey(id)) {
            return;
        }
        // A refusal means that the plan was made for a host that has changed since: planning again, after its next
        // report, is the remedy.
        boolean retryThere = refused || recovery.localRetries() < vm.ha().maxRestarts();
        turn.put(recovery.startFailed(placement.host(), retryThere, error, turn.wall()));
        turn.notBefore = turn.notBefore.plus(id, turn.nanos() + RETRY_NANOS);
        turn.tell(
                TimelineEntry.Severity.WARNING,
                placement.host(),
                id,
                recovery.failover(),
                Message.VM_START_FAILED,
                turn.name(id),
                turn.name(placement.host()),
                error);
    }

    /** The process died by itself: restarted, on the same host if that is possible, after a pause that grows when it keeps dying. */
    static void crashed(Turn turn, VmId vm) {
        Working.Crash before = turn.crashes.get(vm);
        int count = before != null && turn.nanos() - before.atNanos() < CRASH_MEMORY_NANOS
                ? Math.min(before.count() + 1, CRASH_PAUSES_SECONDS.size() - 1)
                : 0;
        turn.crashes = turn.crashes.plus(vm, new Working.Crash(count, turn.nanos()));
        if (count > 0) {
            turn.notBefore = turn.notBefore.plus(vm, turn.nanos() + CRASH_PAUSES_SECONDS.get(count) * 1_000_000_000L);
        }
    }

    /** A start without an answer is sent again, under the same operation: its first sending may be lost, and the agent knows it by that id. */
    static void resendStarts(Turn turn) {
        long againNanos = 1_000_000L * turn.settings().startTimeoutMillis();
        for (var sent : turn.startsSent.entrySet()) {
            if (turn.nanos() - sent.getValue() >= againNanos) {
                resend(turn, sent.getKey());
            }
        }
    }

    /**
     * Why VMs of a failure are not placed yet: HA is paused, or, when that takes longer than a lease to expire, there is no proof. The search for proofs goes on all the same.
     */
    static void tellReasons(Turn turn) {
        for (Recovery recovery : turn.recoveries.values()) {
            Waiting why = recovery.waiting() != null || recovery.failover() == null ? null : reason(turn, recovery);
            if (why == null) {
                continue;
            }
            turn.put(recovery.because(why));
            Message message = why.reason().message();
            String text = message.english(why.arguments());
            turn.raise(Message.ALARM_VM_DOWN, recovery.vm().value(), List.of(turn.name(recovery.vm()), text));
            turn.tell(
                    TimelineEntry.Severity.WARNING,
                    null,
                    recovery.vm(),
                    recovery.failover(),
                    Message.VM_WAITS,
                    turn.name(recovery.vm()),
                    text);
            Story.outcome(
                    turn,
                    recovery.failover(),
                    recovery.vm(),
                    outcome -> outcome.withResult(VmOutcome.Result.WAITING, message, why.arguments()));
        }
    }

    private static @Nullable Waiting reason(Turn turn, Recovery recovery) {
        if (recovery.stage() == Stage.AFFECTED) {
            return new Waiting(Waiting.Reason.HA_PAUSED, List.of());
        }
        Placement placement = turn.placements.get(recovery.vm());
        boolean late = turn.wall() - recovery.sinceWallMillis()
                > turn.settings().lease().expiryMillis() + PROOF_SLACK_MILLIS;
        return recovery.stage() == Stage.ISOLATING && late && placement != null
                ? new Waiting(Waiting.Reason.NO_PROOF, List.of(turn.name(placement.servingHost())))
                : null;
    }

    static void resend(Turn turn, VmId id) {
        Recovery recovery = turn.recoveries.get(id);
        Placement placement = turn.placements.get(id);
        Vm vm = turn.vms.get(id);
        if (recovery == null
                || recovery.stage() != Stage.STARTING
                || recovery.operation() == null
                || placement == null
                || !placement.live()
                || vm == null) {
            turn.startsSent = turn.startsSent.minus(id);
            return;
        }
        turn.startsSent = turn.startsSent.plus(id, turn.nanos());
        if (turn.health(placement.host()).connected()) {
            turn.commands.add(new Command.StartVm(
                    recovery.operation(), turn.epoch, placement.host(), vm, placement.run(), placement.generations()));
        }
    }

    /** A new leader reads the journal and goes on where the old one stopped. */
    static void resume(Turn turn) {
        for (Recovery recovery : turn.recoveries.values()) {
            if (recovery.stage() == Stage.STARTING) {
                resend(turn, recovery.vm());
            }
        }
        for (Vm vm : turn.vms.values()) {
            Placement placement = turn.placements.get(vm.id());
            boolean down = placement == null || !placement.live();
            if (vm.requested() == RequestedState.STARTED && down && !turn.recoveries.containsKey(vm.id())) {
                Pause.begin(turn, Recovery.begin(vm.id(), null, Stage.ISOLATED, null, turn.wall()), Pause.on(turn));
            }
        }
        Moves.resume(turn, null);
        Heartbeats.restore(turn);
        turn.planDue = true;
    }
}
