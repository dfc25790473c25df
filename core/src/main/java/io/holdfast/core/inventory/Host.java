package io.holdfast.core.inventory;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hypervisor host.
 *
 * @param managementAddress address on the management network, where its agent's probe port is
 * @param cpuCores physical cores; 0: as its agent reports
 * @param memoryBytes memory for VMs; 0: as its agent reports
 * @param bmc its management controller, if it has one
 * @param leaseSlot its slot in every lease area, 0..249; in a request -1, the core assigns it
 */
public record Host(
        HostId id,
        String name,
        String managementAddress,
        int cpuCores,
        long memoryBytes,
        @Nullable Bmc bmc,
        int leaseSlot,
        List<DatastoreId> datastores,
        List<HostNetwork> networks,
        AdminState admin) {
    public Host {
        datastores = List.copyOf(datastores);
        networks = List.copyOf(networks);
    }

    /** This host with another administrative state. */
    public Host withAdmin(AdminState other) {
        return new Host(
                id, name, managementAddress, cpuCores, memoryBytes, bmc, leaseSlot, datastores, networks, other);
    }

    /** This host with another BMC, or none. */
    public Host withBmc(@Nullable Bmc other) {
        return new Host(
                id, name, managementAddress, cpuCores, memoryBytes, other, leaseSlot, datastores, networks, admin);
    }

    /** This host with a lease slot. */
    public Host withLeaseSlot(int other) {
        return new Host(id, name, managementAddress, cpuCores, memoryBytes, bmc, other, datastores, networks, admin);
    }
}
