package io.holdfast.manager.rest;

import io.holdfast.core.inventory.HostId;
import io.holdfast.manager.power.PowerReading;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Since when things have been as they are, for people only: nothing is decided by it, and it starts anew with the process. Keys are free, such
 * as {@code host/plane}.
 */
public final class Sightings {
    private final LongSupplier wallMillis;
    private final Map<String, Seen> seen = new ConcurrentHashMap<>();
    private final Map<HostId, PowerReading> power = new ConcurrentHashMap<>();

    private record Seen(String value, long sinceWallMillis) {}

    /** @param wallMillis wall clock */
    public Sightings(LongSupplier wallMillis) {
        this.wallMillis = wallMillis;
    }

    /** When this value was first seen without another one in between. */
    long since(String key, String value) {
        return seen.compute(
                        key,
                        (ignored, before) -> before != null && before.value().equals(value)
                                ? before
                                : new Seen(value, wallMillis.getAsLong()))
                .sinceWallMillis();
    }

    /** Keeps the latest power reading of a host. */
    public void power(HostId host, PowerReading reading) {
        power.put(host, reading);
    }

    /** Forgets a host's power: its BMC has been changed or removed. */
    public void forgetPower(HostId host) {
        power.remove(host);
    }

    /** The latest power reading, or null. */
    public @Nullable PowerReading power(HostId host) {
        return power.get(host);
    }
}
