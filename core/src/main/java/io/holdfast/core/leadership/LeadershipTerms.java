package io.holdfast.core.leadership;

import java.time.Duration;

/**
 * The durations of leadership. Each process measures them by its own monotonic clock; no clock is compared between machines.
 *
 * <p>Why three quarters: the leader counts from the <em>start</em> of its last renewal that was acknowledged, a candidate from the
 * <em>end</em> of the read that first showed that renewal, so the candidate's count begins later. With clock rates wrong by ρ each, the
 * leader stops after at most 0.75 × lease × (1 + ρ) and the candidate takes over after at least lease × (1 − ρ): for ρ = 1 % that leaves
 * 0.23 of the lease for what is under way.
 *
 * @param lease how long the beat must stand still before a candidate takes over
 * @param renewEvery how often the leader renews; at most a quarter of the lease, so that a lost renewal is repeated
 *     in time
 * @param attemptTimeout after this long an unanswered read, renewal or taking is given up (its outcome is then unknown) and tried again
 */
public record LeadershipTerms(Duration lease, Duration renewEvery, Duration attemptTimeout) {

    /**
     * Lease 1.2 s, renewed every 0.15 s: above the longest write stall that a live Galera pair shows without a view change (1.03 s). The view
     * change itself, 1.25 s, is longer than the lease; what keeps it from moving the leadership is {@link #sight}.
     */
    public static final LeadershipTerms STANDARD =
            new LeadershipTerms(Duration.ofMillis(1200), Duration.ofMillis(150), Duration.ofMillis(400));

    public LeadershipTerms {
        if (lease.isNegative() || lease.isZero() || renewEvery.isNegative() || renewEvery.isZero()) {
            throw new IllegalArgumentException(
                    "lease and renewal interval must be positive: " + lease + ", " + renewEvery);
        }
        if (renewEvery.multipliedBy(4).compareTo(lease) > 0) {
            throw new IllegalArgumentException(
                    "the renewal interval " + renewEvery + " is above a quarter of the lease " + lease
                            + ": one lost renewal would end the leadership; lower the interval or raise the lease");
        }
        if (attemptTimeout.compareTo(renewEvery) < 0) {
            throw new IllegalArgumentException(
                    "the time limit of an attempt " + attemptTimeout + " is below the renewal interval " + renewEvery);
        }
    }

    /**
     * How often a candidate reads, and glimpses at its own copy. A beat that it has not seen before the database stands still it would see
     * afterwards only, and count the whole lease from then: a second more without a leader, in every third trial when it only read.
     */
    public Duration watchEvery() {
        return Duration.ofNanos(renewEvery.toNanos() / 3);
    }

    /**
     * A candidate that got no answer for longer than this was hit by what may have kept the leader from renewing too: it takes nothing before
     * it has been answered for this long again. Concerns only how soon the leadership moves, not whether two may act.
     */
    public Duration sight() {
        return Duration.ofNanos(renewEvery.toNanos() * 2);
    }

    /** After this long without an acknowledged renewal, counted from the start of the last one, the leader acts no more. */
    public Duration actingLimit() {
        return Duration.ofNanos(lease.toNanos() / 4 * 3);
    }
}
