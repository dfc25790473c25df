package io.holdfast.core.inventory;

/** Order of restart after a failure. */
public enum RestartPriority {
    HIGHEST,
    HIGH,
    MEDIUM,
    LOW,
    LOWEST,
    /** Is not restarted after a failure. */
    NEVER
}
