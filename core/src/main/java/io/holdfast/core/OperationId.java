package io.holdfast.core;

/**
 * Names one operation; the same operation sent again has the same id and no second effect. A leadership epoch is used by one run of one manager
 * only, and the counter never goes back within it, so an id is never used twice.
 */
public record OperationId(long epoch, long counter) implements Comparable<OperationId> {
    @Override
    public int compareTo(OperationId other) {
        int byEpoch = Long.compare(epoch, other.epoch);
        return byEpoch != 0 ? byEpoch : Long.compare(counter, other.counter);
    }

    /** {@code epoch-counter}, as it stands in messages. */
    @Override
    public String toString() {
        return epoch + "-" + counter;
    }

    /** Reads what {@link #toString} wrote. */
    public static OperationId parse(String text) {
        int dash = text.indexOf('-');
        return new OperationId(Long.parseLong(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1)));
    }

    /** As a growing number, for the mailbox: the epoch above 24 bits of counter. */
    public long toLong() {
        return (epoch << 24) | (counter & 0xff_ffff);
    }
}
