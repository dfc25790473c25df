package io.holdfast.supervisor;

/** How the database is started. */
public enum StartMode {
    /** As a member, from its recovered position; Galera's saved view of the members is kept, so that it may recover by itself. */
    JOIN,
    /**
     * As a member of the component that the peer is in: without the saved view, which may name members that are gone, and under whose id the others
     * would take it for its former self. Back before they had cleaned that up (4 s), it kept them from writing for 2.7 s in one of five returns.
     */
    JOIN_PEER,
    /** Without a position, so that the peer gives it a full copy. Only while the peer is primary: the own copy is given up. */
    FULL_COPY,
    /** As a new component with this copy. Only on {@link GaleraRecovery}'s advice or an operator's order. */
    BOOTSTRAP
}
