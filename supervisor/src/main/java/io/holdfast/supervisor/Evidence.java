package io.holdfast.supervisor;

/** Reachable or not: shown to people, helps to tell an isolated node, never a vote. */
public enum Evidence {
    /** The arbiter's Galera port accepts a connection. */
    ARBITER,
    /** The gateway answers. */
    GATEWAY,
    /** The manager answers through the VIP, asked from this node. */
    VIP_REACHED
}
