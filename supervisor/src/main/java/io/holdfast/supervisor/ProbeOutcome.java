package io.holdfast.supervisor;

/** What a probe of a service found. */
public enum ProbeOutcome {
    /** It answered as it should. */
    GOOD,
    /** It answered, but with an error. */
    BAD,
    /** Its process lives, but nobody answers at its address (refused at once). */
    REFUSED,
    /** No answer within the probe's time limit: hung, or the machine is overloaded. */
    SILENT,
    /** Its process doesn't exist. */
    GONE
}
