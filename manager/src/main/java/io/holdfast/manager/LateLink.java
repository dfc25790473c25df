package io.holdfast.manager;

import io.holdfast.manager.link.AgentLink;
import io.holdfast.protocol.agent.ManagerMessage;
import org.jspecify.annotations.Nullable;

/** The agent link before it listens: the loops need a link, and the link needs the loops. */
final class LateLink implements AgentLink {
    private volatile @Nullable AgentLink link;

    void open(AgentLink opened) {
        link = opened;
    }

    @Override
    public boolean send(String hostId, ManagerMessage message) {
        AgentLink opened = link;
        return opened != null && opened.send(hostId, message);
    }

    @Override
    public void drop(String hostId) {
        AgentLink opened = link;
        if (opened != null) {
            opened.drop(hostId);
        }
    }
}
