package io.holdfast.core.leadership;

/**
 * What happened, as the shell saw it. {@code nowNanos} is the shell's own monotonic clock, one that counts suspend (CLOCK_BOOTTIME).
 * Results carry the attempt that they answer; the answer to an attempt that has been given up is ignored, except that it may show that
 * this process has been deposed.
 */
public sealed interface LeadershipEvent {

    /** This process's monotonic clock when the event is handed in (not when it was queued). */
    long nowNanos();

    /** Time has passed. The shell ticks at least once in a quarter of the renewal interval. */
    record Tick(long nowNanos) implements LeadershipEvent {}

    /** The row was read, with the read's own time of return within {@code nowNanos}. */
    record RowRead(long attempt, LeadershipRow row, long nowNanos) implements LeadershipEvent {}

    /**
     * This node's own copy showed the row, which may be an old one: it is read without waiting for what the others have acknowledged, so it answers
     * while the database stands still too. Tells only when a beat was seen first.
     */
    record RowGlimpsed(LeadershipRow row, long nowNanos) implements LeadershipEvent {}

    /** The conditional update of a taking or renewal was committed and changed exactly one row. */
    record Committed(long attempt, long nowNanos) implements LeadershipEvent {}

    /** The conditional update was answered and changed no row: the row is another's, or has moved. Nothing was written. */
    record ChangedNothing(long attempt, long nowNanos) implements LeadershipEvent {}

    /** The attempt failed and its outcome is unknown: it may or may not have been committed. */
    record OutcomeUnknown(long attempt, long nowNanos) implements LeadershipEvent {}

    /** One of the leader's other transactions found that the row is not of its epoch any more, and was rolled back. */
    record FoundDeposed(long epoch, long nowNanos) implements LeadershipEvent {}

    /** The outcome of one of the leader's other transactions is unknown: it stops acting, and takes its own row anew as soon as it can. */
    record OutcomeInDoubt(long epoch, long nowNanos) implements LeadershipEvent {}

    /** The leader is asked to step down (planned switch-over): it stops acting now, then gives the row up. */
    record StepDown(long nowNanos) implements LeadershipEvent {}
}
