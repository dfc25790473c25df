package io.holdfast.core.inventory;

import java.util.List;
import java.util.TreeSet;

/**
 * A virtual machine as configured.
 *
 * @param cpuCores virtual cores, at least 1
 * @param ownershipIndex index of its ownership record in the lease area of every datastore with a disk of it, 0..8191; in a request -1
 */
public record Vm(
        VmId id,
        String name,
        int cpuCores,
        long memoryBytes,
        List<Disk> disks,
        List<Nic> nics,
        Boot boot,
        RequestedState requested,
        RestartPriority priority,
        int ownershipIndex,
        HaSettings ha) {
    /** The lease area has this many ownership records. */
    public static final int OWNERSHIP_RECORDS = 8192;

    public Vm {
        disks = List.copyOf(disks);
        nics = List.copyOf(nics);
    }

    /** Datastores with a disk of this VM, read-only ones included, each once, sorted. */
    public List<DatastoreId> datastores() {
        if (disks.size() == 1) {
            return List.of(disks.getFirst().datastore());
        }
        TreeSet<DatastoreId> result = new TreeSet<>();
        disks.forEach(disk -> result.add(disk.datastore()));
        return List.copyOf(result);
    }

    /** This VM with another requested state. */
    public Vm withRequested(RequestedState other) {
        return new Vm(id, name, cpuCores, memoryBytes, disks, nics, boot, other, priority, ownershipIndex, ha);
    }

    /** This VM protected in another way. */
    public Vm withHa(HaSettings other) {
        return new Vm(id, name, cpuCores, memoryBytes, disks, nics, boot, requested, priority, ownershipIndex, other);
    }

    /** This VM with another restart priority. */
    public Vm withPriority(RestartPriority other) {
        return new Vm(id, name, cpuCores, memoryBytes, disks, nics, boot, requested, other, ownershipIndex, ha);
    }

    /** This VM with an ownership record. */
    public Vm withOwnershipIndex(int other) {
        return new Vm(id, name, cpuCores, memoryBytes, disks, nics, boot, requested, priority, other, ha);
    }
}
