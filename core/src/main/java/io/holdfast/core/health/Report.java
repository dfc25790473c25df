package io.holdfast.core.health;

import io.holdfast.core.inventory.HostId;
import java.util.Comparator;
import java.util.List;

/**
 * What an agent sends each report interval. The core relies on order within lists for nothing; observations are brought into the order of their hosts here, because they are looked up by host.
 *
 * @param sequence grows by one with each report of this agent process
 * @param inventoryComplete the list of VMs is complete
 * @param managementUplinks interfaces by which it reaches the manager; empty: unknown
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
        boolean inventoryComplete,
        List<UplinkStatus> managementUplinks) {
    /** A report that says nothing of the management network's interfaces. */
    public Report(
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
        this(
                sequence,
                leases,
                vms,
                uplinks,
                observations,
                libvirtConnected,
                watchdog,
                highestEpoch,
                cpuLoadCores,
                memoryUsedBytes,
                inventoryComplete,
                List.of());
    }

    public Report {
        managementUplinks = List.copyOf(managementUplinks);
        leases = List.copyOf(leases);
        vms = List.copyOf(vms);
        uplinks = List.copyOf(uplinks);
        observations = inOrder(List.copyOf(observations));
    }

    /** This report with another load. */
    public Report withCpuLoadCores(double other) {
        return new Report(
                sequence,
                leases,
                vms,
                uplinks,
                observations,
                libvirtConnected,
                watchdog,
                highestEpoch,
                other,
                memoryUsedBytes,
                inventoryComplete,
                managementUplinks);
    }

    private static List<LeaseObservation> inOrder(List<LeaseObservation> observations) {
        for (int at = 1; at < observations.size(); at++) {
            if (observations.get(at - 1).host().compareTo(observations.get(at).host()) > 0) {
                return observations.stream()
                        .sorted(Comparator.comparing(LeaseObservation::host))
                        .toList();
            }
        }
        return observations;
    }

    /** What it reads in the slots of this host, one for each datastore that both see. */
    public List<LeaseObservation> observationsOf(HostId host) {
        // Most observers of a large cluster share no datastore with it.
        if (observations.isEmpty()
                || observations.getFirst().host().compareTo(host) > 0
                || observations.getLast().host().compareTo(host) < 0) {
            return List.of();
        }
        int from = 0;
        int to = observations.size();
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (observations.get(middle).host().compareTo(host) < 0) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        int end = from;
        while (end < observations.size() && observations.get(end).host().equals(host)) {
            end++;
        }
        return from == end ? List.of() : observations.subList(from, end);
    }
}
