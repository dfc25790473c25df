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
 * @param unknownOutcome the start broke off: whether QEMU runs has still to be found out
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
        long startCommandedNanos,
        boolean unknownOutcome) {
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
                vmId,
                run,
                name,
                uuid,
                datastores,
                next,
                pid,
                startTicks,
                intended,
                detail,
                startCommandedNanos,
                unknownOutcome);
    }

    Resident process(int newPid, long newStartTicks) {
        return new Resident(
                vmId,
                run,
                name,
                uuid,
                datastores,
                phase,
                newPid,
                newStartTicks,
                intended,
                detail,
                startCommandedNanos,
                unknownOutcome);
    }

    Resident ending(EndCause cause, String why) {
        return new Resident(
                vmId,
                run,
                name,
                uuid,
                datastores,
                phase,
                pid,
                startTicks,
                cause,
                why,
                startCommandedNanos,
                unknownOutcome);
    }

    Resident commandedAt(long nanos) {
        return new Resident(
                vmId, run, name, uuid, datastores, phase, pid, startTicks, intended, detail, nanos, unknownOutcome);
    }

    Resident saying(String text) {
        return new Resident(
                vmId,
                run,
                name,
                uuid,
                datastores,
                phase,
                pid,
                startTicks,
                intended,
                text,
                startCommandedNanos,
                unknownOutcome);
    }

    Resident withUnknownOutcome() {
        return new Resident(
                vmId, run, name, uuid, datastores, phase, pid, startTicks, intended, detail, startCommandedNanos, true);
    }

    /** A run that is just being prepared. */
    static Resident starting(String vmId, long run, String name, Set<String> datastores) {
        return new Resident(
                vmId,
                run,
                name,
                DomainXml.uuid(vmId),
                datastores,
                Phase.STARTING,
                0,
                0,
                EndCause.END_CAUSE_NONE,
                "",
                0,
                false);
    }
}
