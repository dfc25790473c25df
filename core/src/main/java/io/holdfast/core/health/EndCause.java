package io.holdfast.core.health;

/** Why a run ended. */
public enum EndCause {
    NONE,
    /** Stopped by the manager's command. */
    COMMANDED,
    /** Shut down from inside the guest. */
    GUEST_SHUTDOWN,
    /** QEMU died or was killed by something else. */
    CRASHED,
    /** Killed by the agent on loss of a lease. */
    SELF_FENCED,
    /** The host has been booted since. */
    NEW_BOOT,
    START_FAILED
}
