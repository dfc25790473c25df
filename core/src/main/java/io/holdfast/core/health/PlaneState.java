package io.holdfast.core.health;

/** State of one plane (management, storage, business) of a host. */
public enum PlaneState {
    UNKNOWN,
    OK,
    /** Works, but badly; never restarts a VM. */
    DEGRADED,
    FAULT
}
