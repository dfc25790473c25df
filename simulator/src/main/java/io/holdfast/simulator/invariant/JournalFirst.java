package io.holdfast.simulator.invariant;

import io.holdfast.core.Command;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.Placement;
import io.holdfast.simulator.world.Invariant;
import io.holdfast.simulator.world.SimHost;
import io.holdfast.simulator.world.SimManager;
import io.holdfast.simulator.world.SimProcess;
import io.holdfast.simulator.world.World;

/** Section 1: a placement is committed before any agent hears of it; a guest goes on at another host only when the end of its source is committed. */
public final class JournalFirst implements Invariant {
    @Override
    public void commanded(World world, SimManager manager, Command command) {
        switch (command) {
            case Command.StartVm start -> committed(world, start.vm().id(), start.run(), command);
            case Command.PrepareIncoming prepare ->
                committed(world, prepare.vm().id(), prepare.run(), command);
            case Command.MigrateVm migrate -> committed(world, migrate.vm(), migrate.targetRun(), command);
            case Command.ResumeVm resume -> sourceEnded(world, resume.vm(), resume.run(), command);
            default -> {}
        }
    }

    private void committed(World world, VmId vm, long run, Command command) {
        Placement placement = world.database.journal().placement(vm);
        if (placement == null || placement.highestRun() < run) {
            throw violated(vm + " run " + run + " is commanded by " + command + ", the journal knows " + placement);
        }
    }

    private void sourceEnded(World world, VmId vm, long run, Object what) {
        Placement placement = world.database.journal().placement(vm);
        if (placement == null || placement.run() < run || (placement.run() == run && placement.migrating())) {
            throw violated(vm + " run " + run + " is let run by " + what + ", the journal knows " + placement);
        }
    }

    @Override
    public void continued(World world, SimProcess process, SimHost host) {
        sourceEnded(world, process.vm.id(), process.run, host.id);
    }
}
