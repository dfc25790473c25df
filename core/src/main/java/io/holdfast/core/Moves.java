package io.holdfast.core;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.Report;
import io.holdfast.core.health.VmState;
import io.holdfast.core.health.VmStatus;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.movement.Move;
import io.holdfast.core.placement.LeaseGeneration;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.recovery.Stage;
import io.holdfast.core.text.Message;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Live migration (safety argument, section 1); the transition table is in {@link Move}. The placement belongs to both hosts until one of them is proven to have ended. The target may
 * let the guest run only after the source's agent has said that it handed the guest over and reaped its process, and that is committed: any other end of the source means that the memory
 * at the target may be older than the disk, so that run is ended too and the VM is started afresh.
 */
final class Moves {
    /** A migration that has not come to an end by then is cancelled: the guest changes its memory faster than the network carries it. */
    private static final long MIGRATION_LIMIT_NANOS = 600_000_000_000L;

    private static final long PREPARE_LIMIT_NANOS = 30_000_000_000L;
    private static final long RESUME_AGAIN_NANOS = 2_000_000_000L;
    private static final long CANCEL_AGAIN_NANOS = 10_000_000_000L;

    private Moves() {}

    /** Why this VM cannot be moved live now, whatever the target; null: it can. */
    static @Nullable Message obstacle(Turn turn, VmId id) {
        Vm vm = turn.vms.get(id);
        Placement placement = turn.placements.get(id);
        if (vm == null || placement == null || !placement.live() || vm.requested() != RequestedState.STARTED) {
            return Message.MOVE_NOT_RUNNING;
        }
        if (placement.migrating() || turn.recoveries.containsKey(id) || turn.stops.containsKey(key(placement))) {
            return Message.MOVE_BUSY;
        }
        if (!vm.ha().liveMigration()) {
            return Message.MOVE_NOT_LIVE;
        }
        boolean runs = turn.health(placement.host()).reporting()
                && state(turn, placement) == VmState.RUNNING
                && Planes.leasesStillHeld(turn, placement);
        return runs ? null : Message.MOVE_NOT_RUNNING;
    }

    static RunKey key(Placement placement) {
        return new RunKey(placement.vm(), placement.run());
    }

    /** State of this run as its host last reported it. */
    static VmState state(Turn turn, Placement placement) {
        Report report = turn.health(placement.host()).report();
        if (report != null) {
            for (VmStatus status : report.vms()) {
                if (status.vm().equals(placement.vm()) && status.run() == placement.run()) {
                    return status.state();
                }
            }
        }
        return VmState.UNKNOWN;
    }

    /**
     * Commits the placement with two hosts, and asks the target to accept the new run.
     *
     * @return false: the VM cannot leave, or the target cannot take it, right now
     */
    static boolean begin(Turn turn, Move move, HostId targetId) {
        Vm vm = turn.vms.get(move.vm());
        Placement placement = turn.placements.get(move.vm());
        Host target = turn.hosts.get(targetId);
        if (vm == null || placement == null || target == null || obstacle(turn, move.vm()) != null) {
            return false;
        }
        HostHealth health = turn.health(targetId);
        List<LeaseGeneration> held = Proofs.heldGenerations(health, vm);
        if (placement.host().equals(targetId)
                || Planning.whyNotEligible(turn, target) != null
                || held == null
                || health.hello() == null) {
            return false;
        }
        Placement both = placement.migratingTo(targetId, health.hello().bootId(), held);
        OperationId operation = turn.nextOperation();
        turn.put(both);
        turn.clear(Message.ALARM_MOVE, move.vm().value());
        turn.put(move.to(Move.Stage.PREPARING, targetId, operation, turn.wall()));
        send(turn, move.vm());
        turn.tell(
                TimelineEntry.Severity.INFO,
                targetId,
                move.vm(),
                null,
                Message.MOVE_BEGUN,
                vm.name(),
                turn.name(placement.host()),
                target.name(),
                String.valueOf(both.run()));
        return true;
    }

    /** Sends the command of the present stage, again under the same operation. */
    static void send(Turn turn, VmId id) {
        Move move = turn.moves.get(id);
        Placement placement = turn.placements.get(id);
        Vm vm = turn.vms.get(id);
        if (move == null || placement == null || vm == null || move.operation() == null) {
            turn.movesSent = turn.movesSent.minus(id);
            return;
        }
        OperationId operation = move.operation();
        Working.Sent before = turn.movesSent.get(id);
        long first = before != null && before.operation().equals(operation) ? before.firstNanos() : turn.nanos();
        turn.movesSent = turn.movesSent.plus(id, new Working.Sent(operation, first, turn.nanos()));
        Placement.Source source = placement.source();
        if (move.stage() == Move.Stage.PREPARING && source != null) {
            to(
                    turn,
                    new Command.PrepareIncoming(
                            operation,
                            turn.epoch,
                            placement.host(),
                            vm,
                            placement.run(),
                            placement.generations(),
                            source.host()));
        } else if (move.stage() == Move.Stage.MIGRATING && source != null) {
            to(
                    turn,
                    new Command.MigrateVm(
                            operation,
                            turn.epoch,
                            source.host(),
                            id,
                            source.run(),
                            placement.run(),
                            placement.host(),
                            turn.host(placement.host()).managementAddress(),
                            source.generations()));
        } else if (move.stage() == Move.Stage.RESUMING) {
            to(
                    turn,
                    new Command.ResumeVm(
                            operation, turn.epoch, placement.host(), id, placement.run(), placement.generations()));
        }
    }

    private static void to(Turn turn, Command.ToAgent command) {
        if (turn.health(command.host()).connected()) {
            turn.commands.add(command);
        }
    }

    /** The answer to a command of a live move; false: it is about something else. */
    static boolean result(Turn turn, Event.CommandResult event) {
        for (Move move : turn.moves.values()) {
            if (event.operation().equals(move.operation())) {
                answered(turn, move, Objects.requireNonNull(turn.placements.get(move.vm())), event);
                return true;
            }
        }
        return false;
    }

    private static void answered(Turn turn, Move move, Placement placement, Event.CommandResult event) {
        boolean done = event.outcome() == Event.Outcome.DONE;
        boolean fromTarget = event.host().equals(placement.host());
        boolean fromSource = placement.migrating() && event.host().equals(placement.servingHost());
        switch (move.stage()) {
            case PREPARING -> {
                if (fromTarget && done) {
                    turn.put(move.to(Move.Stage.MIGRATING, placement.host(), turn.nextOperation(), turn.wall()));
                    send(turn, move.vm());
                } else if (fromTarget && event.nothingRunning()) {
                    turn.put(move.failed(event.message()));
                    neverRan(turn, placement.targetOnly());
                } else if (fromTarget) {
                    abort(turn, move.failed(event.message()));
                }
            }
            case MIGRATING -> {
                if (fromSource && done && event.nothingRunning()) {
                    Runs.ended(turn, placement.sourceOnly(), EndCause.MIGRATED, event.message());
                } else if (fromSource && !done) {
                    abort(turn, move.failed(event.message()));
                }
            }
            case RESUMING -> {
                if (fromTarget && done) {
                    completed(turn, placement);
                } else if (fromTarget) {
                    turn.put(move.failed(event.message()));
                    giveUpMemory(turn, placement);
                }
            }
            case WAITING, ABORTING -> {}
        }
    }

    private static void neverRan(Turn turn, Placement target) {
        Proof proof = new Proof.ProcessEnded(
                target.host(),
                turn.wall(),
                target.vm(),
                target.run(),
                EndCause.START_FAILED,
                Proof.ProcessEnded.How.START_REFUSED);
        Ends.end(turn, target, List.of(proof), EndCause.START_FAILED);
    }

    /** The target's run is ended; the VM goes on where it is. */
    static void abort(Turn turn, Move move) {
        Placement placement = turn.placements.get(move.vm());
        if (placement == null || placement.source() == null) {
            return;
        }
        turn.put(move.to(Move.Stage.ABORTING, placement.host(), null, turn.wall()));
        turn.movesSent = turn.movesSent.minus(move.vm());
        cancel(turn, placement);
        Runs.stop(turn, placement.targetOnly(), true, 0);
    }

    private static void cancel(Turn turn, Placement placement) {
        Placement.Source source = placement.source();
        if (source != null) {
            to(
                    turn,
                    new Command.CancelMigration(
                            turn.nextOperation(),
                            turn.epoch,
                            source.host(),
                            placement.vm(),
                            source.run(),
                            placement.run()));
        }
    }

    /** One part of a placement with two hosts has no writer any more. Called by {@link Ends#end} only. */
    static void settled(Turn turn, Placement ended, List<Proof> proofs, @Nullable EndCause cause) {
        VmId id = ended.vm();
        boolean target = ended.host()
                .equals(Objects.requireNonNull(turn.placements.get(id)).host());
        turn.settle(ended, proofs);
        turn.planDue = true;
        Move move = turn.moves.get(id);
        turn.tell(
                TimelineEntry.Severity.INFO,
                ended.host(),
                id,
                null,
                Message.VM_PROVEN,
                turn.name(id),
                String.valueOf(ended.run()),
                ProofText.of(turn, proofs.getFirst()).english());
        if (target) {
            backAtSource(turn, move, Objects.requireNonNull(turn.placements.get(id)));
            return;
        }
        Recovery recovery = turn.recoveries.get(id);
        if (recovery != null) {
            Story.outcome(turn, recovery.failover(), id, outcome -> outcome.alsoProven(proofs));
        }
        Vm vm = turn.vms.get(id);
        boolean kept = recovery == null
                && vm != null
                && vm.requested() != RequestedState.STOPPED
                && vm.requested() != RequestedState.DISABLED;
        Placement placement = Objects.requireNonNull(turn.placements.get(id));
        if (kept && cause == EndCause.MIGRATED && move != null && move.stage() == Move.Stage.MIGRATING) {
            turn.put(move.to(Move.Stage.RESUMING, placement.host(), turn.nextOperation(), turn.wall()));
            HostWorks.left(turn, ended.host(), id);
            send(turn, id);
        } else {
            Ends.shutDownByGuest(turn, ended, cause);
            giveUpMemory(turn, placement);
        }
    }

    /** The migration came to nothing: the VM runs on where it was, or its own host's failure goes its own way. */
    private static void backAtSource(Turn turn, @Nullable Move move, Placement source) {
        if (move == null) {
            return;
        }
        turn.tell(
                TimelineEntry.Severity.WARNING,
                source.host(),
                move.vm(),
                null,
                Message.MOVE_FAILED,
                turn.name(move.vm()),
                turn.name(source.host()),
                move.lastError());
        HostId target = move.target();
        if (move.why() == Move.Why.OPERATOR || target == null) {
            turn.removeMove(move.vm());
        } else {
            turn.movesSent = turn.movesSent.minus(move.vm());
            Movements.backOff(turn, move, target);
        }
    }

    /** The guest's memory at the target cannot be used: that run is ended, and the VM is started afresh. */
    private static void giveUpMemory(Turn turn, Placement target) {
        VmId id = target.vm();
        Vm vm = turn.vms.get(id);
        turn.removeMove(id);
        if (vm != null && vm.requested() == RequestedState.STARTED && !turn.recoveries.containsKey(id)) {
            turn.put(Recovery.begin(id, null, Stage.ISOLATING, null, turn.wall()));
        }
        Runs.stop(turn, target, true, 0);
    }

    /** A run is reported that has come from another host and has not been let run yet. */
    static void incoming(Turn turn, Placement here) {
        Placement placement = Objects.requireNonNull(turn.placements.get(here.vm()));
        Move move = turn.moves.get(here.vm());
        boolean wanted = placement.migrating() || (move != null && move.stage() == Move.Stage.RESUMING);
        if (!wanted && !turn.stops.containsKey(key(here))) {
            giveUpMemory(turn, placement);
        }
    }

    /** The target says that the guest runs there. */
    static void running(Turn turn, Placement here) {
        Placement placement = Objects.requireNonNull(turn.placements.get(here.vm()));
        Move move = turn.moves.get(here.vm());
        if (placement.migrating() && here.host().equals(placement.host())) {
            // It must not: the source is not proven to have ended. This agent breaks the contract.
            if (!turn.stops.containsKey(key(here))) {
                Runs.stop(turn, here, true, 0);
            }
        } else if (move != null && move.stage() == Move.Stage.RESUMING) {
            completed(turn, placement);
        }
    }

    private static void completed(Turn turn, Placement placement) {
        Move move = Objects.requireNonNull(turn.moves.get(placement.vm()));
        turn.removeMove(placement.vm());
        HostWorks.runs(turn, placement.host(), placement.vm());
        turn.planDue = true;
        turn.tell(
                TimelineEntry.Severity.INFO,
                placement.host(),
                placement.vm(),
                null,
                Message.MOVE_DONE,
                turn.name(placement.vm()),
                turn.name(placement.host()),
                String.valueOf(Math.max(0, turn.wall() - move.sinceWallMillis())));
    }

    /** Commands without an answer are sent again; what takes too long is given up. */
    static void tick(Turn turn) {
        for (var entry : turn.movesSent.entrySet()) {
            Move move = turn.moves.get(entry.getKey());
            Placement placement = turn.placements.get(entry.getKey());
            if (move == null || placement == null) {
                turn.movesSent = turn.movesSent.minus(entry.getKey());
                continue;
            }
            long since = turn.nanos() - entry.getValue().lastNanos();
            long age = turn.nanos() - entry.getValue().firstNanos();
            switch (move.stage()) {
                case PREPARING -> {
                    if (age > PREPARE_LIMIT_NANOS) {
                        abort(turn, move.failed(Message.MOVE_NO_ANSWER.english()));
                    } else if (since > 1_000_000L * turn.settings().startTimeoutMillis()) {
                        send(turn, entry.getKey());
                    }
                }
                case MIGRATING -> migratingTick(turn, move, placement, entry.getValue());
                case RESUMING -> {
                    if (since > RESUME_AGAIN_NANOS) {
                        send(turn, entry.getKey());
                    }
                }
                case WAITING, ABORTING -> turn.movesSent = turn.movesSent.minus(entry.getKey());
            }
        }
    }

    private static void migratingTick(Turn turn, Move move, Placement placement, Working.Sent sent) {
        long since = turn.nanos() - sent.lastNanos();
        if (turn.nanos() - sent.firstNanos() > MIGRATION_LIMIT_NANOS) {
            if (since > CANCEL_AGAIN_NANOS) {
                turn.movesSent = turn.movesSent.plus(
                        move.vm(), new Working.Sent(sent.operation(), sent.firstNanos(), turn.nanos()));
                cancel(turn, placement);
            }
        } else if (since > 1_000_000L * turn.settings().startTimeoutMillis()) {
            send(turn, move.vm());
        }
    }

    /** A new leader, or a host that has connected again: what is under way goes on. */
    static void resume(Turn turn, @Nullable HostId host) {
        for (Move move : turn.moves.values()) {
            Placement placement = turn.placements.get(move.vm());
            boolean concerns = placement != null
                    && (host == null
                            || placement.host().equals(host)
                            || placement.servingHost().equals(host));
            if (!concerns || !move.underWay()) {
                continue;
            }
            if (move.stage() == Move.Stage.ABORTING) {
                abort(turn, move);
            } else {
                send(turn, move.vm());
            }
        }
    }
}
