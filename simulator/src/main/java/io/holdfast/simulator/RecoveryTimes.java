package io.holdfast.simulator;

import io.holdfast.core.Change;
import io.holdfast.core.recovery.Failover;
import io.holdfast.core.recovery.VmOutcome;
import io.holdfast.simulator.world.Invariant;
import io.holdfast.simulator.world.Journal;
import io.holdfast.simulator.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** Collects how long VMs were to come back, from the suspicion to running, by verdict. It asserts nothing. */
final class RecoveryTimes implements Invariant {
    private final TreeMap<String, List<Long>> millis = new TreeMap<>();

    @Override
    public void beforeChange(World world, Journal journal, long epoch, Change change, List<Change> transaction) {
        if (!(change instanceof Change.PutFailover put)) {
            return;
        }
        Failover before = journal.failover(put.failover().id());
        for (VmOutcome outcome : put.failover().vms()) {
            if (outcome.result() == VmOutcome.Result.RUNNING && !wasRunning(before, outcome)) {
                long took = outcome.runningWallMillis() - put.failover().suspectedWallMillis();
                millis.computeIfAbsent(put.failover().verdict().name(), verdict -> new ArrayList<>())
                        .add(took);
            }
        }
    }

    private static boolean wasRunning(@org.jspecify.annotations.Nullable Failover before, VmOutcome outcome) {
        if (before != null) {
            for (VmOutcome each : before.vms()) {
                if (each.vm().equals(outcome.vm()) && each.fromRun() == outcome.fromRun()) {
                    return each.result() == VmOutcome.Result.RUNNING;
                }
            }
        }
        return false;
    }

    TreeMap<String, List<Long>> millis() {
        return millis;
    }
}
