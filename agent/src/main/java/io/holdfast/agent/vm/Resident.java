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
 * @param transfer what live migration has to do with it
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
        boolean unknownOutcome,
        Transfer transfer) {
    /** As reported. REAPED: the process has ended, the end is being written down. */
    public enum Phase {
        STARTING,
        RUNNING,
        PAUSED,
        STOPPING,
        REAPED
    }

    /** What live migration has to do with the run. Kept apart from the phase: a guest is paused and ends in each of them. */
    public enum Transfer {
        NONE,
        /** It's being handed over to another host; the guest runs here, or is paused for the last moment. */
        OUTGOING,
        /** It comes from another host and has not been let run. */
        INCOMING,
        /** It came from another host and may run; that it does has not been seen yet. */
        RELEASED
    }

    public Resident {
        datastores = Set.copyOf(datastores);
    }

    Resident in(Phase next) {
        return with(next, pid, startTicks, intended, detail, startCommandedNanos, unknownOutcome, transfer);
    }

    Resident process(int newPid, long newStartTicks) {
        return with(phase, newPid, newStartTicks, intended, detail, startCommandedNanos, unknownOutcome, transfer);
    }

    Resident ending(EndCause cause, String why) {
        return with(phase, pid, startTicks, cause, why, startCommandedNanos, unknownOutcome, transfer);
    }

    Resident commandedAt(long nanos) {
        return with(phase, pid, startTicks, intended, detail, nanos, unknownOutcome, transfer);
    }

    Resident saying(String text) {
        return with(phase, pid, startTicks, intended, text, startCommandedNanos, unknownOutcome, transfer);
    }

    Resident withUnknownOutcome() {
        return with(phase, pid, startTicks, intended, detail, startCommandedNanos, true, transfer);
    }

    Resident moving(Transfer next) {
        return with(phase, pid, startTicks, intended, detail, startCommandedNanos, unknownOutcome, next);
    }

    /** The agent itself isn't ending it, and it hasn't ended. */
    boolean lasting() {
        return intended == EndCause.END_CAUSE_NONE && phase != Phase.REAPED;
    }

    private Resident with(
            Phase newPhase,
            int newPid,
            long newStartTicks,
            EndCause newIntended,
            String newDetail,
            long newStartCommandedNanos,
            boolean newUnknownOutcome,
            Transfer newTransfer) {
        return new Resident(
                vmId,
                run,
                name,
                uuid,
                datastores,
                newPhase,
                newPid,
                newStartTicks,
                newIntended,
                newDetail,
                newStartCommandedNanos,
                newUnknownOutcome,
                newTransfer);
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
                false,
                Transfer.NONE);
    }
}
