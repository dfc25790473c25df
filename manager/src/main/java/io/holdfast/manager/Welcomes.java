package io.holdfast.manager;

import io.holdfast.core.State;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.manager.link.AgentCommands;
import io.holdfast.protocol.agent.Arbiter;
import io.holdfast.protocol.agent.Welcome;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * What this manager tells the agents to be: their configuration, the managers that they shall dial, and where the arbiter runs.
 *
 * <p>One of a pair tells the addresses of both nodes, from its configuration. A single manager tells what is configured, or else the one address at which
 * the agent has reached it: of a machine with several addresses an agent must know one only, or its streams would end each other.
 */
final class Welcomes {
    private final String managerId;
    private final List<String> advertised;
    private final boolean pair;
    private final LongFunction<@Nullable Arbiter> arbiter;
    private final Map<String, String> reachedAt = new ConcurrentHashMap<>();

    /**
     * @param advertised as configured; may be empty
     * @param arbiter its placement as known under this epoch; null: not known
     */
    Welcomes(String managerId, List<String> advertised, boolean pair, LongFunction<@Nullable Arbiter> arbiter) {
        this.managerId = managerId;
        this.advertised = List.copyOf(advertised);
        this.pair = pair;
        this.arbiter = arbiter;
    }

    /** That host's agent has dialled this address of this manager. */
    void reached(String hostId, String address) {
        reachedAt.put(hostId, address);
    }

    /** For this host by a state; null when it isn't in it. */
    @Nullable
    Welcome of(State state, HostId id) {
        Host host = state.hosts().get(id);
        if (host == null) {
            return null;
        }
        Welcome.Builder welcome = AgentCommands.welcome(
                managerId,
                state.epoch(),
                state.leading(),
                state.cluster(),
                host,
                state.hosts().values(),
                state.datastores().values())
                .toBuilder();
        if (state.leading()) {
            welcome.addAllManagers(managers(id.value()));
            Arbiter placed = arbiter.apply(state.epoch());
            if (placed != null) {
                welcome.setArbiter(placed);
            }
        }
        return welcome.build();
    }

    private List<String> managers(String hostId) {
        if (pair || !advertised.isEmpty()) {
            return advertised;
        }
        String address = reachedAt.get(hostId);
        return address == null ? List.of() : List.of(address);
    }
}
