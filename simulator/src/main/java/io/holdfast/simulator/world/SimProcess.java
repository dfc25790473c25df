package io.holdfast.simulator.world;

import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.Vm;
import java.util.List;

/** A QEMU process: able to write its VM's disks from the moment it is made to the moment it is reaped. */
public final class SimProcess {
    public final Vm vm;
    public final long run;
    /** Where it has disks; asked often. */
    final List<DatastoreId> datastores;

    boolean running;
    /** In uninterruptible sleep: SIGKILL does not end it, only a reset of the host does. */
    boolean stuck;

    boolean dying;

    SimProcess(Vm vm, long run) {
        this.vm = vm;
        this.run = run;
        datastores = vm.datastores();
    }
}
