package io.holdfast.simulator.world;

import io.holdfast.core.Command;
import io.holdfast.core.Event;
import io.holdfast.core.Event.Outcome;
import io.holdfast.core.OperationId;
import io.holdfast.core.health.EndCause;
import io.holdfast.core.inventory.VmId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An agent's part in live migration, as the contract has it ({@code agent.proto}): target and source. */
final class AgentMigrations {
    private static final long MILLI = 1_000_000;
    /** An accepted run whose process has not come by then is given up. */
    private static final long AWAITED = 60_000 * MILLI;

    private final World world;
    private final SimAgent agent;
    private final SimHost host;
    private final AgentAcceptance acceptance;
    private final Set<OperationId> underWay = new HashSet<>();
    /** When an accepted run was last heard of. */
    private final TreeMap<VmId, Long> heardOf = new TreeMap<>();

    AgentMigrations(World world, SimAgent agent, AgentAcceptance acceptance) {
        this.world = world;
        this.agent = agent;
        host = agent.host;
        this.acceptance = acceptance;
    }

    private void result(
            SimManager manager, Command.ToAgent command, Outcome outcome, String message, boolean nothingRunning) {
        agent.answer(
                manager,
                now -> new Event.CommandResult(now, host.id, command.operation(), outcome, message, nothingRunning));
    }

    /** After a restart of the agent: what is under way is cancelled, what never came is given up, what is not accepted is killed. */
    void restart() {
        underWay.clear();
        heardOf.clear();
        for (SimProcess process : List.copyOf(host.processes.values())) {
            if (process.migration != null) {
                host.disk.cancelledTargets.merge(process.vm.id(), process.migration.targetRun, Math::max);
                process.migration.cancel();
            }
            refuseUnaccepted(process);
        }
        for (AgentDisk.Incoming accepted : List.copyOf(host.disk.incoming.values())) {
            if (host.process(accepted.vm().id()) == null) {
                host.disk.ended(accepted.vm().id(), accepted.run(), EndCause.START_FAILED);
            }
        }
    }

    /** A process of a run that nobody told this agent of, or has taken back. */
    void refuseUnaccepted(SimProcess process) {
        if (process.incoming && !process.dying && !host.disk.accepts(process.vm.id(), process.run)) {
            host.kill(process, EndCause.START_FAILED, world.dice().between(5 * MILLI, 50 * MILLI));
        }
    }

    /** Looks once in a while for accepted runs whose process never comes. */
    void look() {
        for (AgentDisk.Incoming accepted : List.copyOf(host.disk.incoming.values())) {
            VmId vm = accepted.vm().id();
            if (host.process(vm) != null) {
                heardOf.put(vm, agent.localNow());
            } else if (agent.localNow() - heardOf.getOrDefault(vm, agent.localNow()) > AWAITED) {
                host.disk.ended(vm, accepted.run(), EndCause.START_FAILED);
                agent.reportSoon();
            }
        }
    }

    /** A lease there is lost: what was accepted under it and has no process yet is never accepted again. */
    void leaseLost(SimStorage storage) {
        for (AgentDisk.Incoming accepted : List.copyOf(host.disk.incoming.values())) {
            VmId vm = accepted.vm().id();
            if (accepted.vm().datastores().contains(storage.id) && host.process(vm) == null) {
                host.disk.ended(vm, accepted.run(), EndCause.SELF_FENCED);
            }
        }
    }

    void prepare(SimManager manager, Command.PrepareIncoming prepare) {
        VmId vm = prepare.vm().id();
        SimProcess present = host.process(vm);
        boolean here = present != null && present.run == prepare.run() && !present.dying;
        if (here || host.disk.accepts(vm, prepare.run())) {
            heardOf.put(vm, agent.localNow());
            result(manager, prepare, Outcome.DONE, "", false);
            return;
        }
        String refusal = world.settings().liveMigration()
                ? acceptance.refusal(prepare.vm(), prepare.run(), prepare.generations())
                : "not played";
        if (refusal != null) {
            refuse(manager, prepare, refusal);
        } else if (underWay.add(prepare.operation())) {
            acceptance.claim(prepare.vm(), prepare.run(), why -> accept(manager, prepare, why));
        }
    }

    private void refuse(SimManager manager, Command.PrepareIncoming prepare, String refusal) {
        SimProcess present = host.process(prepare.vm().id());
        boolean nothing = present == null || present.run != prepare.run();
        if (nothing) {
            host.disk.never(prepare.vm().id(), prepare.run());
        }
        world.say(host.id.value(), "refuses to take " + prepare.vm().id() + " run " + prepare.run() + ": " + refusal);
        result(manager, prepare, Outcome.REFUSED, refusal, nothing);
    }

    private void accept(SimManager manager, Command.PrepareIncoming prepare, @Nullable String why) {
        underWay.remove(prepare.operation());
        String refusal = why != null ? why : acceptance.refusal(prepare.vm(), prepare.run(), prepare.generations());
        if (refusal != null) {
            refuse(manager, prepare, refusal);
            return;
        }
        VmId vm = prepare.vm().id();
        host.disk.incoming.put(vm, new AgentDisk.Incoming(prepare.vm(), prepare.run()));
        heardOf.put(vm, agent.localNow());
        world.say(host.id.value(), "awaits " + vm + " run " + prepare.run());
        result(manager, prepare, Outcome.DONE, "", false);
        agent.reportSoon();
    }

    void migrate(SimManager manager, Command.MigrateVm migrate) {
        VmId vm = migrate.vm();
        SimProcess process = host.process(vm);
        AgentDisk.End end = host.disk.unacknowledged.get(vm);
        if (end != null && end.run() == migrate.run() && end.cause() == EndCause.MIGRATED) {
            result(manager, migrate, Outcome.DONE, "", true);
            return;
        }
        if (process != null && process.migration != null && process.migration.targetRun == migrate.targetRun()) {
            process.migration.asker = manager;
            return;
        }
        boolean runs = process != null
                && process.run == migrate.run()
                && process.running
                && !process.dying
                && !process.incoming
                && process.migration == null;
        String lease =
                process != null && runs ? acceptance.leaseRefusal(process.datastores, migrate.generations()) : null;
        boolean cancelled = migrate.targetRun() <= host.disk.cancelledTargets.getOrDefault(vm, 0L);
        if (process == null || !runs || lease != null || cancelled) {
            String why = !runs ? "it does not run here" : cancelled ? "cancelled" : String.valueOf(lease);
            result(manager, migrate, Outcome.REFUSED, why, false);
            return;
        }
        handOver(manager, migrate, process);
    }

    private void handOver(SimManager manager, Command.MigrateVm migrate, SimProcess process) {
        VmId vm = migrate.vm();
        int life = agent.starts();
        host.disk.handingOver.put(vm, migrate.run());
        world.say(host.id.value(), "migrates " + vm + " run " + migrate.run() + " to " + migrate.target());
        new Migration(
                world,
                host,
                process,
                world.host(migrate.target()),
                migrate.targetRun(),
                manager,
                new Migration.Outcome() {
                    @Override
                    public void failed(Migration migration, String reason) {
                        whileItLives(life, () -> {
                            host.disk.handingOver.remove(vm, migrate.run());
                            world.say(host.id.value(), "migration of " + vm + " failed: " + reason);
                            result(migration.asker, migrate, Event.Outcome.FAILED, reason, false);
                            agent.reportSoon();
                        });
                    }

                    @Override
                    public void handedOver(Migration migration) {
                        host.handedOver(
                                process,
                                life,
                                () -> whileItLives(
                                        life, () -> result(migration.asker, migrate, Event.Outcome.DONE, "", true)));
                    }
                });
        agent.reportSoon();
    }

    private void whileItLives(int life, Runnable task) {
        if (agent.up() && agent.starts() == life) {
            agent.receive(task);
        }
    }

    /** Lets the guest run whose memory has come completely, and whose source has ended. */
    void resume(SimManager manager, Command.ResumeVm resume) {
        SimProcess process = host.process(resume.vm());
        boolean here = process != null && process.run == resume.run() && !process.dying;
        if (process == null || !here) {
            boolean nothing = process == null || process.run != resume.run();
            result(manager, resume, Outcome.REFUSED, "the run is not here", nothing);
            return;
        }
        if (process.incoming) {
            String refusal = process.memoryComplete
                    ? acceptance.leaseRefusal(process.datastores, resume.generations())
                    : "its memory is not complete";
            if (refusal != null) {
                result(manager, resume, Outcome.REFUSED, refusal, false);
                return;
            }
            host.letRun(process);
        }
        result(manager, resume, Outcome.DONE, "", false);
        agent.reportSoon();
    }

    /** All of the memory of an incoming run has come. */
    void memoryComplete(SimProcess process) {
        if (world.rules.targetRunsByItself()) {
            host.letRun(process);
        }
    }

    void cancel(SimManager manager, Command.CancelMigration cancel) {
        host.disk.cancelledTargets.merge(cancel.vm(), cancel.targetRun(), Math::max);
        SimProcess process = host.process(cancel.vm());
        if (process != null && process.migration != null && process.migration.targetRun <= cancel.targetRun()) {
            process.migration.cancel();
        }
        result(manager, cancel, Outcome.DONE, "", false);
    }
}
