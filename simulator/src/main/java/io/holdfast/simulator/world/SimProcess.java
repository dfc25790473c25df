package io.holdfast.simulator.world;

import io.holdfast.core.inventory.Vm;

/** A QEMU process: able to write its VM's disks from the moment it is made to the moment it is reaped. */
public final class SimProcess {
    public final Vm vm;
    public final long run;
    boolean running;
    /** In uninterruptible sleep: SIGKILL does not end it, only a reset of the host does. */
    boolean stuck;

    boolean dying;

    SimProcess(Vm vm, long run) {
        this.vm = vm;
        this.run = run;
    }
}
