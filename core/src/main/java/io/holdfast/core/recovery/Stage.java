package io.holdfast.core.recovery;

/** Stage of a VM's recovery (safety argument, section 6). The transition table is in {@link Recovery}. */
public enum Stage {
    AFFECTED,
    /** A proof for every writable disk of the former run is being sought. */
    ISOLATING,
    /** No writer is left; it may be placed. */
    ISOLATED,
    /** The new placement is decided (committed together with STARTING's command). */
    PLACED,
    /** The start has been commanded. */
    STARTING,
    RUNNING,
    /** It cannot go on now; the reason is given, and it is retried when anything relevant changes, for ever. */
    WAITING
}
