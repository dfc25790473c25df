package io.holdfast.core.inventory;

/**
 * The times of the host lease, in milliseconds (safety argument, section 4).
 *
 * @param renewMillis r: the agent rewrites its slot this often
 * @param lossMillis F: age at which a lease generation is lost for good
 * @param killMillis K: within this the agent has killed and reaped every VM with a disk on the lost datastore
 * @param watchdogMillis W: time-out of the host's watchdog
 * @param inFlightMillis X: bound on writes still in flight after a reset
 * @param expiryMillis E: an observer that saw the slot unchanged for this long holds the lease as expired
 * @param clockRateErrorPpm rho: largest rate error of a clock, in parts per million
 */
public record LeaseProfile(
        int renewMillis,
        int lossMillis,
        int killMillis,
        int watchdogMillis,
        int inFlightMillis,
        int expiryMillis,
        int clockRateErrorPpm) {
    /** For any watchdog and storage: E = 15 s. */
    public static final LeaseProfile STANDARD = new LeaseProfile(1000, 5000, 1000, 6000, 2000, 15_000, 10_000);

    /** For watchdogs and storage that can: E = 8 s. */
    public static final LeaseProfile FAST = new LeaseProfile(500, 3000, 500, 3000, 1000, 8000, 10_000);

    /**
     * The smallest E that is safe: {@code (F + K + W + X) * (1 + rho) / (1 - rho)}, rounded up, in milliseconds. It is the worst case from the
     * start of the host's last acknowledged renewal to its last possible write, stretched by a slow clock there and a fast one at the observer.
     */
    public long worstCaseMillis() {
        long sum = (long) lossMillis + killMillis + watchdogMillis + inFlightMillis;
        long numerator = sum * (1_000_000L + clockRateErrorPpm);
        long denominator = 1_000_000L - clockRateErrorPpm;
        return (numerator + denominator - 1) / denominator;
    }

    /** True when every time is positive, renewals fit into F at least twice, the clock error is below one half, and E covers the worst case. */
    public boolean holds() {
        return renewMillis > 0
                && killMillis > 0
                && watchdogMillis > 0
                && inFlightMillis >= 0
                && clockRateErrorPpm >= 0
                && clockRateErrorPpm < 500_000
                && lossMillis >= 2L * renewMillis
                && expiryMillis >= worstCaseMillis();
    }
}
