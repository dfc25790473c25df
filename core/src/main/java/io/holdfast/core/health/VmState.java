package io.holdfast.core.health;

/** State of one run of a VM as its agent reports it. */
public enum VmState {
    UNKNOWN,
    STARTING,
    RUNNING,
    /** QEMU lives but the guest does not run. */
    PAUSED,
    STOPPING,
    /** The process has been reaped. Reported until the manager acknowledges. */
    ENDED
}
