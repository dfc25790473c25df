package io.holdfast.core;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.inventory.VmId;
import java.util.Objects;

/** What two hypervisors do when a run is handed over: memory first, then the guest is paused, then the target has it, and the source is reaped. */
final class Migration {
    private Migration() {}

    static void begin(World world, FakeHost source, Command.MigrateVm command) {
        if (!world.reaches(source)) {
            return;
        }
        boolean underWay = source.migrating.containsKey(command.vm());
        Event.CommandResult refused = source.migrate(world.now(), command);
        if (refused != null) {
            world.feed(refused);
        } else if (!underWay) {
            world.inTruth(world.copyMillis, () -> pause(world, source, command));
        }
    }

    static void cancel(FakeHost source, VmId vm) {
        if (!source.pausedForHandOver.contains(vm)) {
            source.migrating.remove(vm);
        }
    }

    private static boolean goesOn(FakeHost source, Command.MigrateVm command) {
        return source.power
                && source.running.getOrDefault(command.vm(), -1L) == command.run()
                && source.migrating.getOrDefault(command.vm(), -1L) == command.targetRun();
    }

    private static FakeHost target(World world, Command.MigrateVm command) {
        return Objects.requireNonNull(world.hosts.get(command.target()));
    }

    /** The network between the two carries it, and the target waits for this run. */
    private static boolean targetTakes(World world, FakeHost source, Command.MigrateVm command) {
        FakeHost target = target(world, command);
        return target.power
                && !target.managementCut
                && !source.managementCut
                && target.incoming.contains(command.vm())
                && target.running.getOrDefault(command.vm(), -1L) == command.targetRun();
    }

    private static void pause(World world, FakeHost source, Command.MigrateVm command) {
        if (!goesOn(source, command)) {
            answer(world, source, command, Event.Outcome.FAILED, "cancelled", false);
            return;
        }
        if (!targetTakes(world, source, command)) {
            fail(world, source, command);
            return;
        }
        source.pausedForHandOver.add(command.vm());
        world.inTruth(50, () -> handOver(world, source, command));
    }

    private static void handOver(World world, FakeHost source, Command.MigrateVm command) {
        if (!goesOn(source, command)) {
            return;
        }
        boolean lastWordLost = world.lastPhaseLost;
        if (!targetTakes(world, source, command)) {
            fail(world, source, command);
            return;
        }
        target(world, command).complete.add(command.vm());
        if (lastWordLost) {
            // The target has it, the source does not hear so: it goes on itself, as libvirt's does.
            fail(world, source, command);
            return;
        }
        world.inTruth(30, () -> {
            if (goesOn(source, command)) {
                source.end(command.vm(), EndCause.MIGRATED);
                answer(world, source, command, Event.Outcome.DONE, "", true);
            }
        });
    }

    private static void fail(World world, FakeHost source, Command.MigrateVm command) {
        source.migrating.remove(command.vm());
        source.pausedForHandOver.remove(command.vm());
        answer(world, source, command, Event.Outcome.FAILED, "connection to the target lost", false);
    }

    private static void answer(
            World world,
            FakeHost source,
            Command.MigrateVm command,
            Event.Outcome outcome,
            String message,
            boolean nothingRunning) {
        var result =
                new Event.CommandResult(world.now(), source.id, command.operation(), outcome, message, nothingRunning);
        source.answered.put(command.operation().toString(), result);
        if (world.managerUp && world.reaches(source) && !world.resultsLost) {
            world.feed(result);
        }
    }
}
