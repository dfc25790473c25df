package io.holdfast.simulator.world;

/** Where in its next transaction a manager dies, or stands still until it is let go on. */
public enum Crash {
    NONE,
    BEFORE_COMMIT,
    AFTER_COMMIT,
    STOP_BEFORE_COMMIT,
    STOP_AFTER_COMMIT,
    STOP_BEFORE_SENDING
}
