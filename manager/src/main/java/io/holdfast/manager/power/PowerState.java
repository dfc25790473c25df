package io.holdfast.manager.power;

/** What a BMC said. Only {@link #OFF} can become a proof (safety argument, section 3); everything but ON and OFF is "no answer". */
public enum PowerState {
    ON,
    OFF,
    /** No answer, or none that can be understood; the reading's detail says which. */
    UNREACHABLE,
    /** The BMC lives and refuses the user name or password. */
    WRONG_PASSWORD
}
