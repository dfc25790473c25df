package io.holdfast.manager.link;

import io.holdfast.protocol.agent.ManagerMessage;

/** The way from the manager to the agents. Twins of it stand in for the network in tests. */
public interface AgentLink {
    /**
     * Hands a message to the stream of this host.
     *
     * @return false when the host has no stream now: the message is dropped, and the caller's next sign of it is a missing result
     */
    boolean send(String hostId, ManagerMessage message);

    /** Ends the stream of this host, when it has one: its certificate is no longer welcome. */
    void drop(String hostId);
}
