package io.holdfast.simulator;

import io.holdfast.core.Change;
import io.holdfast.core.Command;
import io.holdfast.core.Durable;
import io.holdfast.core.Event;
import io.holdfast.core.OperationId;
import io.holdfast.core.State;
import io.holdfast.core.Step;
import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.Hello;
import io.holdfast.core.health.LeaseObservation;
import io.holdfast.core.health.PowerState;
import io.holdfast.core.health.Report;
import io.holdfast.core.health.VmState;
import io.holdfast.core.health.VmStatus;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.Disk;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.movement.Move;
import io.holdfast.core.placement.Placement;
import io.holdfast.simulator.world.ProductRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;

/** Broken rules of the core and of its shell: its events, what it reads and what it sends are falsified. */
final class CoreSabotages {
    private CoreSabotages() {}

    private static Step both(Step first, Step second) {
        List<Change> changes = new ArrayList<>(first.changes());
        changes.addAll(second.changes());
        List<Command> commands = new ArrayList<>(first.commands());
        commands.addAll(second.commands());
        return new Step(second.state(), changes, commands, second.rejected());
    }

    static final class NoRow extends ProductRules {
        @Override
        public boolean rowChecked() {
            return false;
        }
    }

    static final class CommandFirst extends ProductRules {
        @Override
        public boolean journalFirst() {
            return false;
        }
    }

    static final class AcknowledgeFirst extends ProductRules {
        @Override
        public boolean acknowledgesAfterCommit() {
            return false;
        }
    }

    /** What a new leader reads, with some of it replaced. */
    private static Durable with(
            Durable durable,
            List<Datastore> datastores,
            List<Vm> vms,
            List<Rule> rules,
            List<Placement> placements,
            List<Move> moves) {
        return new Durable(
                durable.epoch(),
                durable.cluster(),
                durable.hosts(),
                durable.facts(),
                datastores,
                vms,
                rules,
                placements,
                durable.failovers(),
                durable.recoveries(),
                moves,
                durable.hostWork(),
                durable.alarms());
    }

    private static Durable withPlacements(Durable durable, List<Placement> placements) {
        return with(durable, durable.datastores(), durable.vms(), durable.rules(), placements, durable.moves());
    }

    /** Every placement counts as ended when a new leader reads the journal. */
    static final class ForgetEnds extends ProductRules {
        @Override
        public Durable read(Durable durable) {
            return withPlacements(durable, List.of());
        }
    }

    /** Runs that were given up at the target of a live migration are forgotten. */
    static final class ForgetHighestRun extends ProductRules {
        @Override
        public Durable read(Durable durable) {
            List<Placement> placements = durable.placements().stream()
                    .map(each -> new Placement(
                            each.vm(),
                            each.run(),
                            each.host(),
                            each.hostBootId(),
                            each.generations(),
                            each.ended(),
                            each.run(),
                            each.source()))
                    .toList();
            return withPlacements(durable, placements);
        }
    }

    static final class ForgetMoves extends ProductRules {
        @Override
        public Durable read(Durable durable) {
            return with(durable, durable.datastores(), durable.vms(), durable.rules(), durable.placements(), List.of());
        }
    }

    /** An expired lease is believed where operations of a dead client may still wait in the storage. */
    static final class ExpiryAlwaysProves extends ProductRules {
        @Override
        public Durable read(Durable durable) {
            List<Datastore> datastores = durable.datastores().stream()
                    .map(each -> new Datastore(each.id(), each.name(), each.location(), each.lockOutDriver(), true))
                    .toList();
            return with(durable, datastores, durable.vms(), durable.rules(), durable.placements(), durable.moves());
        }
    }

    static final class IgnoreDisk extends ProductRules {
        @Override
        public Durable read(Durable durable) {
            List<Vm> vms = new ArrayList<>();
            for (Vm vm : durable.vms()) {
                List<Disk> disks = new ArrayList<>(vm.disks());
                if (disks.size() > 1) {
                    Disk disk = disks.getFirst();
                    disks.set(0, new Disk(disk.id(), disk.datastore(), disk.volume(), disk.sizeBytes(), true));
                }
                vms.add(new Vm(
                        vm.id(),
                        vm.name(),
                        vm.cpuCores(),
                        vm.memoryBytes(),
                        disks,
                        vm.nics(),
                        vm.boot(),
                        vm.requested(),
                        vm.priority(),
                        vm.ownershipIndex(),
                        vm.ha()));
            }
            return with(durable, durable.datastores(), vms, durable.rules(), durable.placements(), durable.moves());
        }
    }

    static final class NoRules extends ProductRules {
        @Override
        public Durable read(Durable durable) {
            return with(durable, durable.datastores(), durable.vms(), List.of(), durable.placements(), durable.moves());
        }
    }

    /** The second read that the core asks for is answered by the first. */
    static final class FirstAnswer extends ProductRules {
        private final Set<HostId> off = new HashSet<>();

        @Override
        public Step step(State state, Event event) {
            if (event instanceof Event.PowerRead read) {
                if (read.power() == PowerState.OFF) {
                    off.add(read.host());
                } else {
                    off.remove(read.host());
                }
            }
            Step step = super.step(state, event);
            for (Command command : step.commands()) {
                if (command instanceof Command.ReadPower again && off.remove(again.host())) {
                    return both(
                            step,
                            super.step(
                                    step.state(),
                                    new Event.PowerRead(
                                            event.now(), again.host(), again.operation(), PowerState.OFF, "")));
                }
            }
            return step;
        }
    }

    static final class SilentBmc extends ProductRules {
        @Override
        public PowerState power(PowerState read) {
            return read == PowerState.UNREACHABLE ? PowerState.OFF : read;
        }
    }

    static final class AcceptedMeansOff extends ProductRules {
        private final Set<HostId> accepted = new HashSet<>();

        @Override
        public Step step(State state, Event event) {
            if (event instanceof Event.PowerOffDone done && done.accepted()) {
                accepted.add(done.host());
            }
            if (event instanceof Event.PowerRead read && accepted.contains(read.host())) {
                return super.step(
                        state,
                        new Event.PowerRead(read.now(), read.host(), read.operation(), PowerState.OFF, read.detail()));
            }
            return super.step(state, event);
        }
    }

    static final class DisconnectedEnded extends ProductRules {
        @Override
        public Step step(State state, Event event) {
            if (event instanceof Event.HostDisconnected gone && state.leading()) {
                var health = state.health().get(gone.host());
                Report last = health == null ? null : health.report();
                if (last != null) {
                    List<VmStatus> ended = new ArrayList<>();
                    for (Placement placement : state.placements().values()) {
                        if (placement.live() && placement.host().equals(gone.host())) {
                            ended.add(
                                    new VmStatus(placement.vm(), placement.run(), VmState.ENDED, EndCause.CRASHED, ""));
                        }
                    }
                    Step first = super.step(state, new Event.HostReported(event.now(), gone.host(), with(last, ended)));
                    return both(first, super.step(first.state(), event));
                }
            }
            return super.step(state, event);
        }
    }

    private static Report with(Report report, List<VmStatus> vms) {
        return new Report(
                report.sequence() + 1,
                report.leases(),
                vms,
                report.uplinks(),
                report.observations(),
                report.libvirtConnected(),
                report.watchdog(),
                report.highestEpoch(),
                report.cpuLoadCores(),
                report.memoryUsedBytes(),
                report.inventoryComplete());
    }

    static final class RestartIsReboot extends ProductRules {
        @Override
        public Step step(State state, Event event) {
            if (event instanceof Event.HostConnected connected) {
                Hello hello = connected.hello();
                Hello other = new Hello(
                        hello.bootId() + "/" + hello.agentStart(),
                        hello.agentStart(),
                        hello.version(),
                        hello.highestEpoch(),
                        hello.cpuCores(),
                        hello.memoryBytes(),
                        hello.accelerator());
                return super.step(state, new Event.HostConnected(event.now(), connected.host(), other));
            }
            return super.step(state, event);
        }
    }

    /** Changes every lease observation that reaches the core. */
    private abstract static class FalseObservations extends ProductRules {
        private final UnaryOperator<LeaseObservation> change;

        FalseObservations(UnaryOperator<LeaseObservation> change) {
            this.change = change;
        }

        @Override
        public Step step(State state, Event event) {
            if (event instanceof Event.HostReported reported) {
                Report report = reported.report();
                List<LeaseObservation> observations =
                        report.observations().stream().map(change).toList();
                Report other = new Report(
                        report.sequence(),
                        report.leases(),
                        report.vms(),
                        report.uplinks(),
                        observations,
                        report.libvirtConnected(),
                        report.watchdog(),
                        report.highestEpoch(),
                        report.cpuLoadCores(),
                        report.memoryUsedBytes(),
                        report.inventoryComplete());
                return super.step(state, new Event.HostReported(event.now(), reported.host(), other));
            }
            return super.step(state, event);
        }
    }

    private static LeaseObservation observation(LeaseObservation seen, long generation, long unchangedMillis) {
        return new LeaseObservation(
                seen.datastore(),
                seen.host(),
                generation,
                seen.sequence(),
                unchangedMillis,
                seen.observerHeld(),
                seen.management(),
                seen.business(),
                seen.mailboxAcknowledged(),
                seen.vms());
    }

    static final class EarlyExpiry extends FalseObservations {
        EarlyExpiry() {
            super(seen -> observation(seen, seen.generation(), seen.unchangedMillis() * 3));
        }
    }

    /** The slot's old value is taken for the generation of the placement: shows while a new generation's first write is on its way. */
    static final class AnyExpiry extends FalseObservations {
        AnyExpiry() {
            super(seen -> observation(seen, seen.generation() + 1, seen.unchangedMillis()));
        }
    }

    /** The agent's answer to a stop command is taken for the end of the process. */
    static final class StopIsEnded extends ProductRules {
        private final Map<OperationId, Command.StopVm> stops = new HashMap<>();

        @Override
        public Step step(State state, Event event) {
            Step step = super.step(state, event);
            for (Command command : step.commands()) {
                if (command instanceof Command.StopVm stop) {
                    stops.put(stop.operation(), stop);
                }
            }
            if (event instanceof Event.CommandResult result
                    && stops.get(result.operation()) instanceof Command.StopVm stop) {
                var health = state.health().get(result.host());
                Report last = health == null ? null : health.report();
                if (last != null) {
                    List<VmStatus> vms = new ArrayList<>(last.vms());
                    vms.removeIf(vm -> vm.vm().equals(stop.vm()));
                    vms.add(new VmStatus(stop.vm(), stop.run(), VmState.ENDED, EndCause.COMMANDED, ""));
                    return both(
                            step,
                            super.step(
                                    step.state(), new Event.HostReported(event.now(), result.host(), with(last, vms))));
                }
            }
            return step;
        }
    }

    static final class NoResend extends ProductRules {
        @Override
        public Step step(State state, Event event) {
            Step step = super.step(state, event);
            List<Command> kept = step.commands().stream()
                    .filter(command -> !(command instanceof Command.StartVm start
                            && state.recoveries().containsKey(start.vm().id())
                            && start.operation()
                                    .equals(state.recoveries()
                                            .get(start.vm().id())
                                            .operation())))
                    .toList();
            return new Step(step.state(), step.changes(), kept, step.rejected());
        }
    }

    /** The target is told to let the guest run together with the source's command to hand it over. */
    static final class ResumeBeforeHandOver extends ProductRules {
        @Override
        public Step step(State state, Event event) {
            Step step = super.step(state, event);
            List<Command> commands = new ArrayList<>(step.commands());
            for (Command command : step.commands()) {
                Placement placement = command instanceof Command.MigrateVm migrate
                        ? step.state().placements().get(migrate.vm())
                        : null;
                if (command instanceof Command.MigrateVm migrate && placement != null) {
                    commands.add(new Command.ResumeVm(
                            migrate.operation(),
                            migrate.epoch(),
                            migrate.target(),
                            migrate.vm(),
                            migrate.targetRun(),
                            placement.generations()));
                }
            }
            return new Step(step.state(), step.changes(), commands, step.rejected());
        }
    }

    /** Whatever ends the source of a live migration is taken for its hand-over. */
    static final class AnyEndIsHandOver extends ProductRules {
        @Override
        public Step step(State state, Event event) {
            if (event instanceof Event.HostReported reported) {
                List<VmStatus> vms = reported.report().vms().stream()
                        .map(status -> status.state() == VmState.ENDED && isSource(state, reported.host(), status)
                                ? new VmStatus(status.vm(), status.run(), status.state(), EndCause.MIGRATED, "")
                                : status)
                        .toList();
                Report report = reported.report();
                Report other = new Report(
                        report.sequence(),
                        report.leases(),
                        vms,
                        report.uplinks(),
                        report.observations(),
                        report.libvirtConnected(),
                        report.watchdog(),
                        report.highestEpoch(),
                        report.cpuLoadCores(),
                        report.memoryUsedBytes(),
                        report.inventoryComplete());
                return super.step(state, new Event.HostReported(event.now(), reported.host(), other));
            }
            return super.step(state, event);
        }

        private static boolean isSource(State state, HostId host, VmStatus status) {
            Placement placement = state.placements().get(status.vm());
            return placement != null
                    && placement.migrating()
                    && placement.servingHost().equals(host)
                    && placement.servingRun() == status.run();
        }
    }

    /** What was lost of a live move is not sent again. */
    static final class NoResendOfMoves extends ProductRules {
        @Override
        public Step step(State state, Event event) {
            Step step = super.step(state, event);
            Set<OperationId> underWay = new HashSet<>();
            state.moves().values().forEach(move -> underWay.add(move.operation()));
            List<Command> kept = step.commands().stream()
                    .filter(command -> !underWay.contains(command.operation()))
                    .toList();
            return new Step(step.state(), step.changes(), kept, step.rejected());
        }
    }

    /** That the storage was asked to refuse a host is taken for its answer. */
    static final class LockOutBelieved extends ProductRules {
        @Override
        public Step step(State state, Event event) {
            Step step = super.step(state, event);
            for (Command command : step.commands()) {
                if (command instanceof Command.LockOut out) {
                    Event done = new Event.LockOutDone(
                            event.now(), out.host(), out.datastore().id(), out.operation(), true, "");
                    return both(step, super.step(step.state(), done));
                }
            }
            return step;
        }
    }

    /** A host that was locked out is never let in again. */
    static final class NeverLetIn extends ProductRules {
        @Override
        public Step step(State state, Event event) {
            Step step = super.step(state, event);
            List<Command> kept = step.commands().stream()
                    .filter(command -> !(command instanceof Command.LetIn))
                    .toList();
            return new Step(step.state(), step.changes(), kept, step.rejected());
        }
    }
}
