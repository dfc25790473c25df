package io.holdfast.simulator.world;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.Vm;
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

    /** Runs accepted from other hosts that have not been let run yet. */
    final TreeMap<VmId, Incoming> incoming = new TreeMap<>();
    /** Runs whose hand-over was begun and not seen to fail. */
    final TreeMap<VmId, Long> handingOver = new TreeMap<>();
    /** Highest target run to which a migration from here has been cancelled. */
    final TreeMap<VmId, Long> cancelledTargets = new TreeMap<>();

    final TreeMap<DatastoreId, Long> generations = new TreeMap<>();

    /** A run accepted from another host. */
    record Incoming(Vm vm, long run) {}

    /** An end that is reported until it is acknowledged. */
    record End(long run, EndCause cause) {}

    void ended(VmId vm, long run, EndCause cause) {
        started.remove(vm, run);
        forgetIncoming(vm, run);
        if (endedRuns.getOrDefault(vm, 0L) < run) {
            endedRuns.put(vm, run);
            unacknowledged.put(vm, new End(run, cause));
        }
    }

    /** Whether this run is accepted from another host. */
    boolean accepts(VmId vm, long run) {
        Incoming accepted = incoming.get(vm);
        return accepted != null && accepted.run == run;
    }

    /** An accepted run is let run: from now on it is one like any other. */
    void letRun(VmId vm, long run) {
        forgetIncoming(vm, run);
        started.put(vm, run);
    }

    private void forgetIncoming(VmId vm, long run) {
        if (accepts(vm, run)) {
            incoming.remove(vm);
        }
    }

    /** Never start it, without reporting an end. */
    void never(VmId vm, long run) {
        endedRuns.merge(vm, run, Math::max);
        forgetIncoming(vm, run);
    }

    long endedRun(VmId vm) {
        return endedRuns.getOrDefault(vm, 0L);
    }

    long nextGeneration(DatastoreId datastore) {
        return generations.merge(datastore, 1L, Long::sum);
    }
}
