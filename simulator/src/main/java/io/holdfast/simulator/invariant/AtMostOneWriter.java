package io.holdfast.simulator.invariant;

import io.holdfast.simulator.world.Invariant;
import io.holdfast.simulator.world.SimHost;
import io.holdfast.simulator.world.SimProcess;
import io.holdfast.simulator.world.World;
import java.util.List;

/** Section 8, 1: no instant with two processes able to write one VM's disk; writes in flight count. */
public final class AtMostOneWriter implements Invariant {
    @Override
    public void writerBegins(World world, SimProcess process, SimHost host) {
        List<String> others = world.truth.writersOf(process.vm.id());
        if (!others.isEmpty()) {
            throw violated(process.vm.id() + " run " + process.run + " starts on " + host.id + " while " + others
                    + " can still write");
        }
    }
}
