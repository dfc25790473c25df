package io.holdfast.simulator.invariant;

import io.holdfast.core.Command;
import io.holdfast.core.placement.Placement;
import io.holdfast.simulator.world.Invariant;
import io.holdfast.simulator.world.SimManager;
import io.holdfast.simulator.world.World;

/** Section 1: a placement is committed before any agent hears of it. */
public final class JournalFirst implements Invariant {
    @Override
    public void commanded(World world, SimManager manager, Command command) {
        if (command instanceof Command.StartVm start) {
            Placement placement = world.database.journal().placement(start.vm().id());
            if (placement == null || placement.run() < start.run()) {
                throw violated(start.vm().id() + " run " + start.run() + " is commanded at " + start.host()
                        + ", the journal knows " + placement);
            }
        }
    }
}
