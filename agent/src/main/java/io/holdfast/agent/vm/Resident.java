package io.holdfast.agent.vm;

import io.holdfast.protocol.agent.EndCause;
import java.util.Set;

/**
 * A run of a VM that lives on this host, or may live.
 *
 * @param pid 0: not known (yet); the process may exist all the same while the phase is STARTING
 * @param startTicks start time of the process, see {@code QemuProcess}
 * @param intended why the agent itself is ending it; NONE while it isn't
 * @param startCommandedNanos CLOCK_MONOTONIC at the call that started QEMU; 0: not started by this agent process
 */
public record Resident(
        String vmId,
        long run,
        String name,
        String uuid,
        Set<String> datastores,
        Phase phase,
        int pid,
        long startTicks,
        EndCause intended,
        String detail,
        long startCommandedNanos) {
    /** As reported. REAPED: the process has ended, the end is being written down. */
    public enum Phase {
        STARTING,
        RUNNING,
        PAUSED,
        STOPPING,
        REAPED
    }

    public Resident {
        datastores = Set.copyOf(datastores);
    }

    Resident in(Phase next) {
        return new Resident(
                vmId, run, name, uuid, datastores, next, pid, startTicks, intended, detail, startCommandedNanos);
    }

    Resident process(int newPid, long newStartTicks) {
        return new Resident(
                vmId, run, name, uuid, datastores, phase, newPid, newStartTicks, intended, detail, startCommandedNanos);
    }

    Resident ending(EndCause cause, String why) {
        return new Resident(vmId, run, name, uuid, datastores, phase, pid, startTicks, cause, why, startCommandedNanos);
    }

    Resident commandedAt(long nanos) {
        return new Resident(vmId, run, name, uuid, datastores, phase, pid, startTicks, intended, detail, nanos);
    }
}
