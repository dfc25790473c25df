package io.holdfast.core.health;

/** State of one run of a VM as its agent reports it. */
public enum VmState {
    UNKNOWN,
    STARTING,
    RUNNING,
    /** QEMU lives but the guest does not run. */
    PAUSED,
    STOPPING,
    /** Is being handed over to another host; the guest runs, or is paused for the last moment of it. */
    MIGRATING,
    /** Accepted from another host; the guest has never run here yet, and writes nothing. */
    INCOMING,
    /** The process has been reaped. Reported until the manager acknowledges. */
    ENDED
}
