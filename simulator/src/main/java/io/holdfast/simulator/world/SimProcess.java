package io.holdfast.simulator.world;

import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.Disk;
import io.holdfast.core.inventory.Vm;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A QEMU process: able to write its VM's disks from the moment it is made to the moment it is reaped. The target's process of a live migration is paused and writes nothing
 * until its guest is let run; the source's counts as a writer until it is reaped, since a connection that breaks lets its guest go on at any moment.
 */
public final class SimProcess {
    public final Vm vm;
    public final long run;
    /** Where it has disks; asked often. */
    final List<DatastoreId> datastores;
    /** Where it has disks that it may write. */
    final List<DatastoreId> writable;

    boolean running;
    /** In uninterruptible sleep: SIGKILL does not end it, only a reset of the host does. */
    boolean stuck;

    boolean dying;
    /** The target of a live migration, paused: its guest has not been let run. */
    boolean incoming;
    /** Of an incoming one: all of the guest's memory has come. */
    boolean memoryComplete;
    /** Ground truth of an incoming one: the guest has run on at the source since, so this memory is older than the disks. No agent can know. */
    boolean memoryOld;
    /** Of the source: what hands it over. */
    @Nullable
    Migration migration;

    SimProcess(Vm vm, long run) {
        this.vm = vm;
        this.run = run;
        datastores = vm.datastores();
        writable = vm.disks().stream()
                .filter(disk -> !disk.readOnly())
                .map(Disk::datastore)
                .distinct()
                .toList();
    }

    /** The target of a live migration that has not been let run. */
    public boolean incoming() {
        return incoming;
    }

    /** Ground truth: the guest would go on from memory that is older than its disks. */
    public boolean memoryOld() {
        return memoryOld;
    }
}
