package io.holdfast.core;

/**
 * The instant of an event, as the manager saw it.
 *
 * @param monotonicNanos from the manager's one monotonic clock, greater than 0 (0 means "never" in the state); the only time that decides anything
 * @param wallMillis since 1970-01-01 UTC; only shown to people
 */
public record Now(long monotonicNanos, long wallMillis) {
    public Now {
        if (monotonicNanos <= 0) {
            throw new IllegalArgumentException("monotonicNanos must be greater than 0, but is " + monotonicNanos);
        }
    }

    /** Milliseconds since an earlier instant of the same monotonic clock. */
    public long millisSince(long earlierNanos) {
        return (monotonicNanos - earlierNanos) / 1_000_000;
    }
}
