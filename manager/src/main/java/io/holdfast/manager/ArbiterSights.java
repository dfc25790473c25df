package io.holdfast.manager;

import io.holdfast.core.inventory.HostId;
import io.holdfast.protocol.agent.ArbiterStatus;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/** What agents last said of the arbiter on their hosts; at both managers, for agents report to both. */
public final class ArbiterSights {
    private final Map<HostId, Sight> sights = new ConcurrentHashMap<>();
    private final LongSupplier wallMillis;

    /**
     * One host's word.
     *
     * @param atWallMillis when it came, for people
     */
    public record Sight(ArbiterStatus status, long atWallMillis) {}

    /** @param wallMillis wall clock, for people */
    public ArbiterSights(LongSupplier wallMillis) {
        this.wallMillis = wallMillis;
    }

    void seen(HostId host, ArbiterStatus status) {
        sights.put(host, new Sight(status, wallMillis.getAsLong()));
    }

    /** The last word of this host's agent in this process. */
    public Optional<Sight> of(HostId host) {
        return Optional.ofNullable(sights.get(host));
    }
}
