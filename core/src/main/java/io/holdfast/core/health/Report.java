package io.holdfast.core.health;

import java.util.List;

/**
 * What an agent sends each report interval. The core relies on order within lists for nothing.
 *
 * @param sequence grows by one with each report of this agent process
 * @param inventoryComplete the list of VMs is complete
 */
public record Report(
        long sequence,
        List<LeaseStatus> leases,
        List<VmStatus> vms,
        List<UplinkStatus> uplinks,
        List<LeaseObservation> observations,
        boolean libvirtConnected,
        Watchdog watchdog,
        long highestEpoch,
        double cpuLoadCores,
        long memoryUsedBytes,
        boolean inventoryComplete) {
    public Report {
        leases = List.copyOf(leases);
        vms = List.copyOf(vms);
        uplinks = List.copyOf(uplinks);
        observations = List.copyOf(observations);
    }
}
