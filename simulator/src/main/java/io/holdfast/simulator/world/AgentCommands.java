package io.holdfast.simulator.world;

import io.holdfast.core.Command;
import io.holdfast.core.Event;
import io.holdfast.core.Event.Outcome;
import io.holdfast.core.OperationId;
import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.PeerAnswer;
import io.holdfast.core.inventory.VmId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** How an agent carries out commands: what it refuses is what keeps a late or repeated command harmless (safety argument, section 1). */
final class AgentCommands {
    private static final long MILLI = 1_000_000;
    /** Looks, each a tenth of a second, for a process to end. */
    private static final int PATIENCE_TO_KILL = 200;

    private final World world;
    private final SimAgent agent;
    private final SimHost host;
    private final AgentAcceptance acceptance;
    private final AgentMigrations migrations;
    private final Set<OperationId> underWay = new HashSet<>();

    AgentCommands(World world, SimAgent agent, AgentAcceptance acceptance, AgentMigrations migrations) {
        this.world = world;
        this.agent = agent;
        this.acceptance = acceptance;
        this.migrations = migrations;
        host = agent.host;
    }

    void restart() {
        underWay.clear();
        for (SimProcess process : host.processes.values()) {
            if (!process.incoming && !process.running) {
                // Adopted: it was being started when the agent died, and has got there without it.
                process.running = true;
                world.truth.running(process, host);
            }
        }
        if (!world.rules.endsRemembered()) {
            host.disk.endedRuns.clear();
            host.disk.unacknowledged.clear();
        }
        if (!world.rules.epochRemembered()) {
            host.disk.highestEpoch = 0;
        }
    }

    /** A command has arrived over the network. */
    void handle(SimManager manager, Command.ToAgent command) {
        if (!world.rules.epochAccepted(command.epoch(), host.disk.highestEpoch)) {
            result(manager, command, Outcome.REFUSED, "epoch " + command.epoch() + " is old", false);
            return;
        }
        host.disk.highestEpoch = Math.max(host.disk.highestEpoch, command.epoch());
        world.truth.epochObeyed(host, command.epoch());
        switch (command) {
            case Command.StartVm start -> start(manager, start);
            case Command.StopVm stop -> stop(manager, stop);
            case Command.ProbePeer probe -> probe(manager, probe);
            case Command.AcknowledgeEnded ended -> {
                AgentDisk.End end = host.disk.unacknowledged.get(ended.vm());
                if (end != null && end.run() <= ended.run()) {
                    host.disk.unacknowledged.remove(ended.vm());
                }
                result(manager, command, Outcome.DONE, "", false);
            }
            case Command.WriteMailbox write -> writeMailbox(manager, write);
            case Command.PrepareIncoming prepare -> migrations.prepare(manager, prepare);
            case Command.MigrateVm migrate -> migrations.migrate(manager, migrate);
            case Command.ResumeVm resume -> migrations.resume(manager, resume);
            case Command.CancelMigration cancel -> migrations.cancel(manager, cancel);
            case Command.FenceSelf fence -> {
                fence();
                result(manager, command, Outcome.DONE, "", false);
            }
        }
    }

    private void result(
            SimManager manager, Command.ToAgent command, Outcome outcome, String message, boolean nothingRunning) {
        agent.answer(
                manager,
                now -> new Event.CommandResult(now, host.id, command.operation(), outcome, message, nothingRunning));
    }

    private void start(SimManager manager, Command.StartVm start) {
        VmId vm = start.vm().id();
        SimProcess present = host.process(vm);
        if (present != null && present.run == start.run() && !present.dying) {
            if (present.running) {
                result(manager, start, Outcome.DONE, "", false);
            }
            return;
        }
        String refusal = acceptance.refusal(start.vm(), start.run(), start.generations());
        if (refusal != null) {
            refuse(manager, start, refusal);
            return;
        }
        if (underWay.add(start.operation())) {
            acceptance.claim(start.vm(), start.run(), why -> spawn(manager, start, why));
        }
    }

    private void refuse(SimManager manager, Command.StartVm start, String refusal) {
        VmId vm = start.vm().id();
        SimProcess present = host.process(vm);
        boolean nothing = present == null || present.run != start.run();
        if (nothing) {
            host.disk.never(vm, start.run());
        }
        world.say(host.id.value(), "refuses to start " + vm + " run " + start.run() + ": " + refusal);
        result(manager, start, Outcome.REFUSED, refusal, nothing);
    }

    /** Everything is asked again directly before QEMU is started: the ownership records took time to write. */
    private void spawn(SimManager manager, Command.StartVm start, @Nullable String why) {
        String refusal = why != null ? why : acceptance.refusal(start.vm(), start.run(), start.generations());
        if (refusal != null) {
            underWay.remove(start.operation());
            refuse(manager, start, refusal);
            return;
        }
        SimProcess process = host.spawn(start.vm(), start.run());
        host.disk.started.put(start.vm().id(), start.run());
        boolean fails = world.startFails(host, start.vm().id()) || !world.truth.canWrite(process, host);
        agent.after(world.dice().between(20 * MILLI, 150 * MILLI), () -> {
            underWay.remove(start.operation());
            if (host.process(start.vm().id()) != process || process.dying) {
                return;
            }
            if (fails) {
                host.kill(process, EndCause.START_FAILED, 5 * MILLI);
                agent.after(
                        10 * MILLI, () -> result(manager, start, Outcome.FAILED, "QEMU ended while it started", true));
                return;
            }
            process.running = true;
            world.truth.running(process, host);
            result(manager, start, Outcome.DONE, "", false);
            agent.reportSoon();
        });
    }

    /** Answered when the run has ended, at once where it never was: such a run is not reported, and never started from now on. */
    private void stop(SimManager manager, Command.StopVm stop) {
        VmId vm = stop.vm();
        SimProcess process = host.process(vm);
        boolean here = process != null && process.run <= stop.run();
        if (here || host.disk.accepts(vm, stop.run())) {
            stop(vm, stop.run(), stop.force() ? 0 : Math.min(stop.graceMillis(), 2000) * MILLI);
            whenEnded(manager, stop, PATIENCE_TO_KILL);
        } else {
            host.disk.never(vm, stop.run());
            result(manager, stop, Outcome.DONE, "", true);
        }
    }

    private void whenEnded(SimManager manager, Command.StopVm stop, int looks) {
        SimProcess process = host.process(stop.vm());
        if (process == null || process.run > stop.run()) {
            result(manager, stop, Outcome.DONE, "", true);
        } else if (looks == 0) {
            result(manager, stop, Outcome.FAILED, "its process cannot be killed", false);
        } else {
            agent.after(100 * MILLI, () -> whenEnded(manager, stop, looks - 1));
        }
    }

    private void stop(VmId vm, long run, long graceNanos) {
        SimProcess process = host.process(vm);
        if (process != null && process.run <= run) {
            if (!process.dying && !world.stopFails(vm)) {
                host.kill(
                        process,
                        EndCause.COMMANDED,
                        world.dice().between(10 * MILLI, 100 * MILLI)
                                + world.dice().between(0, graceNanos));
            }
        } else {
            host.disk.ended(vm, run, EndCause.COMMANDED);
            agent.reportSoon();
        }
    }

    private void fence() {
        for (SimProcess process : List.copyOf(host.processes.values())) {
            host.kill(process, EndCause.COMMANDED, world.dice().between(5 * MILLI, 100 * MILLI));
        }
    }

    private void probe(SimManager manager, Command.ProbePeer probe) {
        SimHost target = world.host(probe.target());
        boolean path = world.network.bothWays(host.index, target.index) && target.power && !target.frozen;
        boolean lost = (world.losesMessages(host) || world.losesMessages(target))
                && world.dice().percent(30);
        PeerAnswer answer = !path || lost
                ? PeerAnswer.SILENT
                : !target.agent.up()
                        ? PeerAnswer.REFUSED
                        : target.agent.works() ? PeerAnswer.AGENT_ANSWERS : PeerAnswer.AGENT_SILENT;
        long delay = answer == PeerAnswer.SILENT || answer == PeerAnswer.AGENT_SILENT
                ? probe.timeoutMillis() * MILLI
                : world.dice().between(MILLI, 5 * MILLI);
        agent.after(
                delay,
                () -> agent.answer(
                        manager, now -> new Event.PeerProbed(now, host.id, probe.target(), probe.operation(), answer)));
    }

    private void writeMailbox(SimManager manager, Command.WriteMailbox write) {
        SimStorage storage = world.storage(write.datastore());
        SimStorage.Mail mail =
                new SimStorage.Mail(write.epoch(), write.operation().toLong(), write.mail());
        storage.writeMailbox(
                host.index,
                world.host(write.target()).index,
                mail,
                () -> agent.receive(() -> result(manager, write, Outcome.DONE, "", false)),
                () -> agent.receive(() -> result(manager, write, Outcome.FAILED, "it cannot be written", false)));
    }

    /** What stands in this host's mailbox, at each look. */
    void mail(SimStorage.Mail mail) {
        if (mail.id() <= host.disk.mailboxHandled || !world.rules.epochAccepted(mail.epoch(), host.disk.highestEpoch)) {
            return;
        }
        host.disk.mailboxHandled = mail.id();
        host.disk.highestEpoch = Math.max(host.disk.highestEpoch, mail.epoch());
        world.truth.epochObeyed(host, mail.epoch());
        world.say(host.id.value(), "finds in its mailbox: " + mail.command());
        switch (mail.command()) {
            case Command.Mail.StopVm stop -> stop(stop.vm(), stop.run(), 0);
            case Command.Mail.Fence fence -> fence();
            case Command.Mail.Report report -> agent.reportSoon();
        }
    }
}
