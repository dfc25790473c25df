package io.holdfast.simulator.world;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.VmId;
import java.util.TreeMap;

/** What an agent keeps on its host's disk: the highest epoch, the runs that have ended, the lease generations that it has used. */
final class AgentDisk {
    long highestEpoch;
    long mailboxHandled;
    /** Highest run that has ended here; neither it nor an older one is ever started again. */
    final TreeMap<VmId, Long> endedRuns = new TreeMap<>();
    /** Ends that the manager has not acknowledged. */
    final TreeMap<VmId, End> unacknowledged = new TreeMap<>();
    /** Runs that were started in a boot, for reporting them as ended after the next one. */
    final TreeMap<VmId, Long> started = new TreeMap<>();

    final TreeMap<DatastoreId, Long> generations = new TreeMap<>();

    /** An end that is reported until it is acknowledged. */
    record End(long run, EndCause cause) {}

    void ended(VmId vm, long run, EndCause cause) {
        started.remove(vm, run);
        if (endedRuns.getOrDefault(vm, 0L) < run) {
            endedRuns.put(vm, run);
            unacknowledged.put(vm, new End(run, cause));
        }
    }

    /** Never start it, without reporting an end. */
    void never(VmId vm, long run) {
        endedRuns.merge(vm, run, Math::max);
    }

    long endedRun(VmId vm) {
        return endedRuns.getOrDefault(vm, 0L);
    }

    long nextGeneration(DatastoreId datastore) {
        return generations.merge(datastore, 1L, Long::sum);
    }
}
