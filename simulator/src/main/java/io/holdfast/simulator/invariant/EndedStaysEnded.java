package io.holdfast.simulator.invariant;

import io.holdfast.core.placement.Placement;
import io.holdfast.simulator.world.Invariant;
import io.holdfast.simulator.world.SimHost;
import io.holdfast.simulator.world.SimProcess;
import io.holdfast.simulator.world.World;

/** Section 1: a run that is proven to have ended never lives again, whatever command comes late or twice. */
public final class EndedStaysEnded implements Invariant {
    @Override
    public void writerBegins(World world, SimProcess process, SimHost host) {
        Placement placement = world.database.journal().placement(process.vm.id());
        boolean over = placement != null
                && (placement.run() > process.run || (placement.run() == process.run && !placement.live()));
        if (over) {
            throw violated(process.vm.id() + " run " + process.run + " starts on " + host.id + ", the journal says "
                    + placement);
        }
    }
}
