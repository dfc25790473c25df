package io.holdfast.simulator.world;

import io.holdfast.agent.rule.LeaseTimes;
import io.holdfast.core.inventory.LeaseProfile;

/**
 * How large a world is and how its machines are.
 *
 * @param clockErrorPpm largest rate error of a clock; the argument allows 1 % (10,000)
 * @param loadShare cores of load per virtual core
 * @param liveMigration agents can move VMs live; false: they refuse each live move, as those of the scenarios do
 */
public record Settings(
        int hosts,
        int vms,
        int datastores,
        int coresPerHost,
        long memoryPerHost,
        long clockErrorPpm,
        double loadShare,
        LeaseTimes profile,
        boolean liveMigration) {
    private static final long GIB = 1L << 30;

    /** Room for all VMs on two thirds of the hosts. */
    public static Settings of(int hosts, int vms, LeaseProfile profile) {
        long memory = Math.max(64, 4L * vms / Math.max(1, hosts - 1) + 16) * GIB;
        return new Settings(hosts, vms, 2, 32, memory, 9_900, 0.3, times(profile), true);
    }

    /** The same times for the agents. */
    public static LeaseTimes times(LeaseProfile profile) {
        return LeaseTimes.ofMillis(
                profile.renewMillis(),
                profile.lossMillis(),
                profile.killMillis(),
                profile.watchdogMillis(),
                profile.inFlightMillis(),
                profile.expiryMillis(),
                profile.clockRateErrorPpm());
    }
}
