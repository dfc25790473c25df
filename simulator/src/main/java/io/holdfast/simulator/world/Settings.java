package io.holdfast.simulator.world;

import io.holdfast.agent.rule.LeaseTimes;

/**
 * How large a world is and how its machines are.
 *
 * @param clockErrorPpm largest rate error of a clock; the argument allows 1 % (10,000)
 * @param loadShare cores of load per virtual core
 */
public record Settings(
        int hosts,
        int vms,
        int datastores,
        int coresPerHost,
        long memoryPerHost,
        long clockErrorPpm,
        double loadShare,
        LeaseTimes profile) {
    private static final long GIB = 1L << 30;

    /** Room for all VMs on two thirds of the hosts. */
    public static Settings of(int hosts, int vms) {
        return new Settings(hosts, vms, 2, 32, 64 * GIB, 9_900, 0.3, LeaseTimes.standard());
    }
}
