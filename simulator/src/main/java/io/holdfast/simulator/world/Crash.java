package io.holdfast.simulator.world;

/** Where in its next transaction a manager dies. */
public enum Crash {
    NONE,
    BEFORE_COMMIT,
    AFTER_COMMIT
}
