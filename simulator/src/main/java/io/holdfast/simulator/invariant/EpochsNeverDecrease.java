package io.holdfast.simulator.invariant;

import io.holdfast.core.Change;
import io.holdfast.core.inventory.HostId;
import io.holdfast.simulator.world.Invariant;
import io.holdfast.simulator.world.Journal;
import io.holdfast.simulator.world.SimHost;
import io.holdfast.simulator.world.World;
import java.util.List;
import java.util.TreeMap;

/** Section 8, 3: no two leaders' transactions interleave, in the journal or at an agent: epochs never decrease. */
public final class EpochsNeverDecrease implements Invariant {
    private final TreeMap<HostId, Long> obeyed = new TreeMap<>();
    private long committed;

    @Override
    public void beforeChange(World world, Journal journal, long epoch, Change change, List<Change> transaction) {
        if (epoch < committed) {
            throw violated("a transaction of epoch " + epoch + " after one of epoch " + committed);
        }
        committed = epoch;
    }

    @Override
    public void epochObeyed(World world, SimHost host, long epoch) {
        Long before = obeyed.put(host.id, epoch);
        if (before != null && epoch < before) {
            throw violated(host.id + " obeys epoch " + epoch + " after epoch " + before);
        }
    }
}
