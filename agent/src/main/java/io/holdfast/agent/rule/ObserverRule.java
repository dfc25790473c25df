package io.holdfast.agent.rule;

import org.jspecify.annotations.Nullable;

/**
 * What one host sees in another's slot (safety argument, section 4, Expiry). A value: every successful read gives the next one; a failed
 * read gives none. All instants are nanoseconds of the observer's CLOCK_MONOTONIC.
 *
 * <p>The time unchanged runs from the <em>end</em> of the read that first showed the present value to the <em>start</em> of the latest read:
 * the value was on the disk before the first ended, and nothing else was there when the latest began or later.
 *
 * @param value the raw content, null before the first read; compared by {@code equals}
 * @param firstSeenNanos end of the read that first showed {@code value}
 * @param unchangedNanos see above; 0 when only one read has shown it
 */
public record ObserverRule<V>(@Nullable V value, long firstSeenNanos, long unchangedNanos) {

    public static <V> ObserverRule<V> unread() {
        return new ObserverRule<>(null, 0, 0);
    }

    public ObserverRule<V> read(V content, long startNanos, long endNanos) {
        if (!content.equals(value)) {
            return new ObserverRule<>(content, endNanos, 0);
        }
        return new ObserverRule<>(value, firstSeenNanos, Math.max(0, startNanos - firstSeenNanos));
    }

    /** The lease has expired, as seen by an observer whose own lease on this datastore was held at the latest read. */
    public boolean expired(LeaseTimes times, boolean observerHeld) {
        return value != null && observerHeld && unchangedNanos >= times.expiryNanos();
    }

    /** Start of the read that can show expiry first. */
    public long expiryReadNanos(LeaseTimes times) {
        return firstSeenNanos + times.expiryNanos();
    }
}
