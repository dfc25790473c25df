package io.holdfast.simulator.invariant;

import io.holdfast.simulator.world.Invariant;
import io.holdfast.simulator.world.SimHost;
import io.holdfast.simulator.world.SimProcess;
import io.holdfast.simulator.world.World;

/** Section 1 in live migration: a guest goes on at the target only if it has not run at the source since its memory was taken; else that memory is older than its disks. */
public final class NeverContinuedFromOldMemory implements Invariant {
    @Override
    public void continued(World world, SimProcess process, SimHost host) {
        if (process.memoryOld()) {
            throw violated(process.vm.id() + " run " + process.run + " goes on at " + host.id
                    + " from memory of before its guest went on at the source");
        }
    }
}
