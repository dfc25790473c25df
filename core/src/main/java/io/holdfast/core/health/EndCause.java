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
    /** Its guest never ran here. */
    START_FAILED,
    /** Handed over to another host completely, and reaped: the guest did not run here after the hand-over. */
    MIGRATED
}
