package io.holdfast.agent.rule;

/**
 * The times of a lease (safety argument, section 4), all in nanoseconds.
 *
 * @param renewNanos r, the renewal period
 * @param lossNanos F, the age at which a lease is lost for good
 * @param killNanos K, the time the agent has to kill and reap after a loss, and the longest pause between deciding and doing a watchdog feed
 * @param watchdogNanos W, the watchdog's time-out
 * @param inFlightNanos X, the bound on writes still in flight after a reset
 * @param expiryNanos E, how long an observer must see a slot unchanged
 * @param clockRateError rho, 0.01 for 1 %
 */
public record LeaseTimes(
        long renewNanos,
        long lossNanos,
        long killNanos,
        long watchdogNanos,
        long inFlightNanos,
        long expiryNanos,
        double clockRateError) {
    private static final long NANOS_PER_MILLI = 1_000_000;

    public static LeaseTimes ofMillis(
            long renew, long loss, long kill, long watchdog, long inFlight, long expiry, int clockRateErrorPpm) {
        return new LeaseTimes(
                renew * NANOS_PER_MILLI,
                loss * NANOS_PER_MILLI,
                kill * NANOS_PER_MILLI,
                watchdog * NANOS_PER_MILLI,
                inFlight * NANOS_PER_MILLI,
                expiry * NANOS_PER_MILLI,
                clockRateErrorPpm / 1e6);
    }

    /** Profile "standard" of the safety argument. */
    public static LeaseTimes standard() {
        return ofMillis(1000, 5000, 1000, 6000, 2000, 15_000, 10_000);
    }

    /** Profile "fast" of the safety argument. */
    public static LeaseTimes fast() {
        return ofMillis(500, 3000, 500, 3000, 1000, 8000, 10_000);
    }

    /** The least E for which {@code LeaseExpired} is a proof: (F + K + W + X) (1 + rho) / (1 - rho). */
    public double requiredExpiryNanos() {
        double sum = (double) lossNanos + killNanos + watchdogNanos + inFlightNanos;
        return sum * (1 + clockRateError) / (1 - clockRateError);
    }

    public boolean inequalityHolds() {
        return expiryNanos >= requiredExpiryNanos();
    }
}
