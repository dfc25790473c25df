package io.holdfast.core.inventory;

/** What the operator wants of a VM. */
public enum RequestedState {
    /** Runs, and is brought back when it does not. */
    STARTED,
    /** Does not run; still belongs to HA. */
    STOPPED,
    /** Does not run, and is not touched. */
    DISABLED,
    /** Not managed: neither started nor stopped nor restarted. Its placement is still the authority over its disks. */
    IGNORED
}
