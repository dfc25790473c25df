package io.holdfast.core.health;

/** What a peer found at a host's probe port over the management network. */
public enum PeerAnswer {
    /** The peer could not ask. */
    NOT_ASKED,
    /** The agent replied. */
    AGENT_ANSWERS,
    /** The connection was accepted, but no reply: the agent hangs, the host lives. */
    AGENT_SILENT,
    /** The host's kernel refused: the host lives, its agent does not. */
    REFUSED,
    /** Nothing. */
    SILENT
}
