package io.holdfast.agent.rule;

/**
 * Whether a link has many errors, from its counters. A value: every look gives the next one.
 *
 * <p>Looked at in windows of ten seconds: one frame in a thousand, and at least ten of them, is many. A sound Ethernet link has none in days; one in a thousand already halves what TCP
 * carries. Counters that go back (a driver that was loaded anew) begin a new window.
 *
 * @param sinceNanos when the window began; 0: nothing was seen yet
 * @param packets frames sent and received until then
 * @param errors frames with errors until then
 * @param perMillion errors in a million frames in the last whole window, when they were many; 0: they were not
 */
public record LinkErrors(long sinceNanos, long packets, long errors, long perMillion) {
    private static final long WINDOW_NANOS = 10_000_000_000L;
    private static final long MANY_PER_MILLION = 1000;
    private static final long AT_LEAST = 10;

    /** Nothing was seen yet. */
    public static LinkErrors unknown() {
        return new LinkErrors(0, 0, 0, 0);
    }

    /** Errors are many. */
    public boolean many() {
        return perMillion > 0;
    }

    /** After a look at the counters; instants by a monotonic clock. */
    public LinkErrors look(long nowNanos, long packetsNow, long errorsNow) {
        if (sinceNanos == 0 || packetsNow < packets || errorsNow < errors) {
            return new LinkErrors(nowNanos, packetsNow, errorsNow, 0);
        }
        if (nowNanos - sinceNanos < WINDOW_NANOS) {
            return this;
        }
        long bad = errorsNow - errors;
        long all = packetsNow - packets + bad;
        long share = all == 0 ? 0 : bad * 1_000_000 / all;
        return new LinkErrors(
                nowNanos, packetsNow, errorsNow, bad >= AT_LEAST && share >= MANY_PER_MILLION ? share : 0);
    }
}
