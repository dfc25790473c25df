package io.holdfast.core.inventory;

/** What the operator wants of a host. */
public enum AdminState {
    /** Takes VMs. */
    ENABLED,
    /** Takes no new VMs; its VMs run on and are protected. */
    DISABLED,
    /** Drained: takes no VMs, and those that it has are moved away. */
    MAINTENANCE
}
