package io.holdfast.agent.rule;

/**
 * Whether this host runs the arbiter: what the leader's last word means. Pure.
 *
 * <p>A later word is one of a higher epoch, or of the same epoch with a generation that is not lower: two words of one leader can overtake each other on their way.
 *
 * <p>A process that runs is kept by what is remembered; a new one isn't started from memory at once. After a boot the arbiter may long be elsewhere, and the leader, if there is one, says so
 * within seconds. When nobody leads, as after a loss of all power, nobody can say anything: then the remembered word counts after {@link #FROM_MEMORY_NANOS}, for the saved view of the members
 * brings the database back by itself.
 *
 * @param known anything has ever been told
 * @param epoch of the last word
 * @param generation of the last word
 * @param here it names this host
 * @param heardNanos monotonic instant at which a leader has told it to this process of the agent; 0: it comes from memory
 * @param sinceNanos monotonic instant of the agent's start
 */
public record ArbiterDuty(boolean known, long epoch, long generation, boolean here, long heardNanos, long sinceNanos) {
    /** Longer than it takes an agent to reach a leader that is there: 7 s on a machine at load 10. */
    public static final long FROM_MEMORY_NANOS = 20_000_000_000L;

    /** What is to be done with the arbiter's process. */
    public enum Order {
        /** Leave what is there, start nothing. */
        LEAVE,
        /** One of this generation runs, any other ends. */
        RUN,
        /** None runs. */
        END
    }

    /** Nothing is known. */
    public static ArbiterDuty unknown(long nowNanos) {
        return new ArbiterDuty(false, 0, 0, false, 0, nowNanos);
    }

    /** With what is on the disk. */
    public ArbiterDuty remembered(long ofEpoch, long ofGeneration, boolean namesThisHost) {
        return new ArbiterDuty(true, ofEpoch, ofGeneration, namesThisHost, 0, sinceNanos);
    }

    /** The agent's start is over: from here on a leader can be heard. */
    public ArbiterDuty listening(long nowNanos) {
        return new ArbiterDuty(known, epoch, generation, here, heardNanos, nowNanos);
    }

    /** Whether such a word is to be taken. */
    public boolean accepts(long ofEpoch, long ofGeneration) {
        return !known || ofEpoch > epoch || (ofEpoch == epoch && ofGeneration >= generation);
    }

    /** After the leader's word, which {@link #accepts} has let through. */
    public ArbiterDuty told(long ofEpoch, long ofGeneration, boolean namesThisHost, long nowNanos) {
        return new ArbiterDuty(true, ofEpoch, ofGeneration, namesThisHost, nowNanos, sinceNanos);
    }

    /** @param runs a process of exactly this generation is there */
    public Order order(boolean runs, long nowNanos) {
        if (!known) {
            return Order.LEAVE;
        }
        if (!here) {
            return Order.END;
        }
        boolean may = heardNanos != 0 || runs || nowNanos - sinceNanos >= FROM_MEMORY_NANOS;
        return may ? Order.RUN : Order.LEAVE;
    }
}
