package io.holdfast.agent.rule;

/**
 * Whether a storage is slow, from how long the renewals of the lease there take. A value: every renewal gives the next one.
 *
 * <p>Of the last ten renewals eight must be slow to begin with it, and no more than two to end it: a single stall, or a path that was switched over, is none. A renewal is slow when it
 * takes half of its period or a tenth of the time to the loss of the lease, whichever is less (500 ms with the standard times; a healthy storage answers within 20 ms). One that
 * fails is slow too; when they go on failing, the lease is lost, and that is no longer the matter of this rule.
 *
 * @param limitNanos from this duration on a renewal is slow
 * @param recent the last ten renewals, the latest in the lowest bit; 1: slow
 * @param slow the storage counts as slow
 */
public record StorageSpeed(long limitNanos, int recent, boolean slow) {
    private static final int WINDOW = (1 << 10) - 1;
    private static final int BEGINS = 8;
    private static final int ENDS = 2;

    /** Nothing is known yet: not slow. */
    public static StorageSpeed unknown(LeaseTimes times) {
        return new StorageSpeed(Math.min(times.renewNanos() / 2, times.lossNanos() / 10), 0, false);
    }

    /** After a renewal that was acknowledged, and took this long. */
    public StorageSpeed took(long durationNanos) {
        return after(durationNanos >= limitNanos);
    }

    /** After a renewal that failed. */
    public StorageSpeed failed() {
        return after(true);
    }

    private StorageSpeed after(boolean slowRenewal) {
        int next = ((recent << 1) | (slowRenewal ? 1 : 0)) & WINDOW;
        int count = Integer.bitCount(next);
        return new StorageSpeed(limitNanos, next, slow ? count > ENDS : count >= BEGINS);
    }
}
