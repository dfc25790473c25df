package io.holdfast.core;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.Evidence;
import io.holdfast.core.health.Report;
import io.holdfast.core.health.Verdict;
import io.holdfast.core.health.VmState;
import io.holdfast.core.health.VmStatus;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.movement.Move;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.recovery.Stage;
import io.holdfast.core.text.Message;
import java.util.List;
import java.util.Objects;
import org.pcollections.PSortedSet;

/** Compares the runs that a host reports with the placements, which are the authority (safety argument, section 1). */
final class Runs {
    private static final long STOP_AGAIN_NANOS = 5_000_000_000L;
    /** A placed run that complete reports do not name for this long is ended explicitly; shorter gaps are the agent looking in the middle of a start. */
    private static final long MISSING_NANOS = 5_000_000_000L;

    private Runs() {}

    static void reported(Turn turn, HostId host, Report report) {
        int matched = 0;
        for (VmStatus status : report.vms()) {
            Placement placement = turn.live(status.vm(), host, status.run());
            if (status.state() == VmState.ENDED) {
                turn.stops = turn.stops.minus(new RunKey(status.vm(), status.run()));
                if (placement != null) {
                    ended(turn, placement, status.endCause(), status.detail());
                    matched++;
                }
                acknowledge(turn, host, status);
            } else if (placement != null) {
                matched++;
                alive(turn, placement, status);
            } else {
                unexpected(turn, host, status);
            }
        }
        if (report.inventoryComplete()) {
            lookForMissing(turn, host, report, matched);
        }
    }

    private static void acknowledge(Turn turn, HostId host, VmStatus status) {
        turn.commands.add(
                new Command.AcknowledgeEnded(turn.nextOperation(), turn.epoch, host, status.vm(), status.run()));
    }

    private static void alive(Turn turn, Placement placement, VmStatus status) {
        if (!turn.missing.isEmpty()) {
            turn.missing = turn.missing.minus(placement.vm());
        }
        if (status.state() == VmState.RUNNING || status.state() == VmState.PAUSED) {
            Recoveries.running(turn, placement);
            Moves.running(turn, placement);
            Heartbeats.reported(turn, placement, status);
        } else if (status.state() == VmState.INCOMING) {
            Moves.incoming(turn, placement);
        }
        Vm vm = turn.vms.get(placement.vm());
        Working.Stop stop = turn.stops.get(Moves.key(placement));
        boolean unwanted = vm == null
                || (notRequested(vm) && !Pause.frozen(turn))
                || stop != null
                || HostWorks.stopsHere(turn, placement);
        if (unwanted
                && (stop == null
                        || turn.nanos() - stop.sentNanos() > STOP_AGAIN_NANOS + stop.graceMillis() * 1_000_000L)) {
            boolean force = stop != null && (stop.force() || stop.graceMillis() > 0);
            stop(turn, placement, force, stop == null ? 60_000 : 0);
        }
    }

    private static boolean notRequested(Vm vm) {
        return vm.requested() == RequestedState.STOPPED || vm.requested() == RequestedState.DISABLED;
    }

    /**
     * A process runs that is placed elsewhere, or not at all. Whatever proof replaced it was wrong, or a command was very late: it is killed at once.
     */
    private static void unexpected(Turn turn, HostId host, VmStatus status) {
        RunKey key = new RunKey(status.vm(), status.run());
        Working.Stop stop = turn.stops.get(key);
        boolean sentLately = stop != null && turn.nanos() - stop.sentNanos() < STOP_AGAIN_NANOS;
        if (sentLately || status.state() == VmState.UNKNOWN) {
            return;
        }
        OperationId operation = turn.nextOperation();
        turn.stops = turn.stops.plus(key, new Working.Stop(host, status.run(), operation, true, 0, turn.nanos()));
        turn.commands.add(new Command.StopVm(operation, turn.epoch, host, status.vm(), status.run(), true, 0));
        turn.tell(
                TimelineEntry.Severity.ERROR,
                host,
                status.vm(),
                null,
                Message.VM_UNEXPECTED,
                turn.name(host),
                turn.name(status.vm()),
                String.valueOf(status.run()));
    }

    private static void lookForMissing(Turn turn, HostId host, Report report, int matched) {
        PSortedSet<VmId> live = turn.liveOn(host);
        if (matched >= live.size() && turn.missing.isEmpty()) {
            return;
        }
        for (VmId vm : live) {
            Placement placement = turn.liveHere(vm, host);
            Recovery recovery = turn.recoveries.get(vm);
            boolean starting = recovery != null && recovery.stage() == Stage.STARTING;
            boolean preparing = Objects.requireNonNull(turn.placements.get(vm)).migrating()
                    && turn.moves.containsKey(vm)
                    && Objects.requireNonNull(turn.moves.get(vm)).stage() == Move.Stage.PREPARING;
            if (starting || preparing || named(report, placement)) {
                turn.missing = turn.missing.minus(vm);
            } else if (!turn.missing.containsKey(vm)) {
                turn.missing = turn.missing.plus(vm, turn.nanos());
            } else if (turn.nanos() - Objects.requireNonNull(turn.missing.get(vm)) > MISSING_NANOS) {
                turn.missing = turn.missing.minus(vm);
                stop(turn, placement, true, 0);
            }
        }
    }

    private static boolean named(Report report, Placement placement) {
        for (VmStatus status : report.vms()) {
            if (status.vm().equals(placement.vm()) && status.run() == placement.run()) {
                return true;
            }
        }
        return false;
    }

    /** Has a run stopped. Its end, reported, is the proof; the command is sent again until then. */
    static void stop(Turn turn, Placement placement, boolean force, int graceMillis) {
        OperationId operation = turn.nextOperation();
        turn.stops = turn.stops.plus(
                Moves.key(placement),
                new Working.Stop(placement.host(), placement.run(), operation, force, graceMillis, turn.nanos()));
        turn.commands.add(new Command.StopVm(
                operation, turn.epoch, placement.host(), placement.vm(), placement.run(), force, graceMillis));
    }

    /** The agent says that the process has been reaped. */
    static void ended(Turn turn, Placement placement, EndCause cause, String detail) {
        VmId vm = placement.vm();
        HostId host = placement.host();
        Recovery recovery = turn.recoveries.get(vm);
        boolean failedStart = cause == EndCause.START_FAILED || cause == EndCause.CRASHED;
        boolean migrating = Objects.requireNonNull(turn.placements.get(vm)).migrating();
        if (failedStart && !migrating && recovery != null && recovery.stage() == Stage.STARTING) {
            Recoveries.startFailed(turn, placement, false, detail);
            return;
        }
        if (!migrating
                || host.equals(Objects.requireNonNull(turn.placements.get(vm)).servingHost())) {
            affectByEnd(turn, placement, cause);
        }
        Proof proof =
                new Proof.ProcessEnded(host, turn.wall(), vm, placement.run(), cause, Proof.ProcessEnded.How.REPORT);
        Ends.end(turn, placement, List.of(proof), cause);
        Recovery after = turn.recoveries.get(vm);
        if (cause == EndCause.CRASHED && after != null) {
            Recoveries.crashed(turn, vm);
            turn.put(preferring(after, host));
        }
    }

    private static Recovery preferring(Recovery recovery, HostId host) {
        return Recovery.begin(recovery.vm(), recovery.failover(), recovery.stage(), host, recovery.sinceWallMillis());
    }

    private static void affectByEnd(Turn turn, Placement placement, EndCause cause) {
        HostId host = placement.host();
        String name = turn.name(placement.vm());
        List<Evidence> evidence = Reports.evidence(
                turn,
                host,
                Evidence.Plane.MANAGEMENT,
                Message.SEEN_VM_ENDED,
                name,
                String.valueOf(placement.run()),
                cause.name());
        switch (cause) {
            case CRASHED -> {
                turn.tell(
                        TimelineEntry.Severity.ERROR,
                        host,
                        placement.vm(),
                        null,
                        Message.VM_CRASHED,
                        name,
                        turn.name(host));
                Recoveries.affect(turn, placement.vm(), host, Verdict.VM_ENDED, evidence);
            }
            case SELF_FENCED -> {
                turn.tell(
                        TimelineEntry.Severity.ERROR,
                        host,
                        placement.vm(),
                        null,
                        Message.VM_SELF_FENCED,
                        name,
                        turn.name(host));
                Recoveries.affect(turn, placement.vm(), host, Verdict.STORAGE_LOST, evidence);
            }
            case NEW_BOOT -> Recoveries.affect(turn, placement.vm(), host, Verdict.REBOOTED, evidence);
            case NONE, COMMANDED, GUEST_SHUTDOWN, START_FAILED, MIGRATED -> {}
        }
    }
}
