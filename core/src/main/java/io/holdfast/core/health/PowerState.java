package io.holdfast.core.health;

/** What a read of the host's power through its BMC gave. */
public enum PowerState {
    ON,
    OFF,
    /** No answer within the driver's time limit. */
    UNREACHABLE,
    /** It answered, and refused the user or password. */
    WRONG_PASSWORD,
    /** It answered with something else. */
    ERROR
}
