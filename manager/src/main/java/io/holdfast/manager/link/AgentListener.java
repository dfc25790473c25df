package io.holdfast.manager.link;

import io.holdfast.protocol.agent.CommandResult;
import io.holdfast.protocol.agent.Hello;
import io.holdfast.protocol.agent.Report;
import io.holdfast.protocol.agent.Welcome;
import org.jspecify.annotations.Nullable;

/**
 * What agents say, on the network's own threads: implementations only read published state and enqueue.
 *
 * <p>Per host the calls come in the order {@code connected, (reported | resulted)*, disconnected}; after a reconnection the old stream's
 * {@code disconnected} is never delivered after the new one's {@code connected}.
 */
public interface AgentListener {
    /** An agent has dialled this {@code address:port} of this machine; before its {@link #welcome}. */
    default void reached(String hostId, String address) {}

    /** The answer to Hello, or null when this host is not in the inventory: the stream is ended. */
    @Nullable
    Welcome welcome(String hostId, Hello hello);

    void connected(String hostId, Hello hello);

    void reported(String hostId, Report report);

    void resulted(String hostId, CommandResult result);

    void disconnected(String hostId);
}
