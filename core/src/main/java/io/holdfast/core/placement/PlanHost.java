package io.holdfast.core.placement;

import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import java.util.Set;

/**
 * A host that may take VMs now: healthy, enabled, not held.
 *
 * @param cpuCapacity virtual cores that it may carry in all (overcommit included)
 * @param cpuUsed virtual cores placed on it
 * @param memoryCapacity bytes that its VMs may have in all (overcommit included)
 * @param memoryUsed bytes of the VMs placed on it
 * @param vmCount VMs placed on it
 * @param loadCores cores busy, as it reports, smoothed
 * @param datastores on which it holds a lease now
 * @param networks that it carries, with an uplink up
 */
public record PlanHost(
        HostId id,
        double cpuCapacity,
        double cpuUsed,
        double memoryCapacity,
        double memoryUsed,
        int vmCount,
        double loadCores,
        Set<DatastoreId> datastores,
        Set<String> networks) {}
