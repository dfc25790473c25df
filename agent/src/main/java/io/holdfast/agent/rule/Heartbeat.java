package io.holdfast.agent.rule;

/**
 * What the guest agent inside one run has said. A value: every question gives the next one; instants are by a monotonic clock.
 *
 * <p>Only a guest that leaves an open channel unanswered is silent: when nobody has the channel open inside the guest (no guest agent, its service stopped, the guest is booting) it
 * cannot be asked, and that says nothing of whether it hangs.
 *
 * @param answered it has answered since the run began here
 * @param silent the latest question was not answered although the channel was open
 * @param silentSinceNanos beginning of the first of the questions in a row that were not answered; only while {@code silent}
 */
public record Heartbeat(boolean answered, boolean silent, long silentSinceNanos) {
    /** A run that has not been asked. */
    public static final Heartbeat NONE = new Heartbeat(false, false, 0);

    /** What came of a question. */
    public enum Answer {
        ANSWERED,
        /** The channel is open in the guest, and no answer came in time. */
        SILENT,
        /** No channel, or nobody has it open inside the guest, or the guest is paused, or the hypervisor did not answer. */
        CANNOT_BE_ASKED
    }

    /** After a question that was begun then. */
    public Heartbeat asked(Answer answer, long beganNanos) {
        return switch (answer) {
            case ANSWERED -> new Heartbeat(true, false, 0);
            case SILENT -> new Heartbeat(answered, true, silent ? silentSinceNanos : beganNanos);
            case CANNOT_BE_ASKED -> new Heartbeat(answered, false, 0);
        };
    }

    /** How long a guest that had answered has left its questions unanswered, in milliseconds; 0: it does not. */
    public long silentMillis(long nowNanos) {
        return answered && silent ? Math.max(1, (nowNanos - silentSinceNanos) / 1_000_000) : 0;
    }
}
