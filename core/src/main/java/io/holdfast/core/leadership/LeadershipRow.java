package io.holdfast.core.leadership;

/**
 * The leadership row of the replicated database (safety argument, section 2).
 *
 * @param holder id of the manager process that leads; a restarted process has another id; empty: given up, or never held
 * @param epoch grows by one each time that the leadership is taken, never shrinks
 * @param beat grows with each renewal within an epoch
 */
public record LeadershipRow(String holder, long epoch, long beat) {

    /** The row before anybody has ever led. */
    public static final LeadershipRow NOBODY = new LeadershipRow("", 0, 0);

    public LeadershipRow {
        if (epoch < 0 || beat < 0) {
            throw new IllegalArgumentException("epoch and beat never are negative: epoch " + epoch + ", beat " + beat);
        }
    }

    /** Nobody acts under this row any more: it may be taken without waiting. */
    public boolean free() {
        return holder.isEmpty();
    }

    /** Whether it comes after the other one in the row's history. */
    public boolean isAfter(LeadershipRow other) {
        return epoch != other.epoch ? epoch > other.epoch : beat > other.beat;
    }

    /** The row after {@code candidate} has taken the leadership from this one. */
    public LeadershipRow takenBy(String candidate) {
        return new LeadershipRow(candidate, epoch + 1, beat + 1);
    }
}
