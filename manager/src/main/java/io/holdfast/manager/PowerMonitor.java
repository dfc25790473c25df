package io.holdfast.manager;

import io.holdfast.core.Alarm;
import io.holdfast.core.State;
import io.holdfast.core.health.PowerState;
import io.holdfast.core.inventory.Bmc;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.text.Message;
import io.holdfast.manager.power.BmcAccess;
import io.holdfast.manager.power.PowerControl;
import io.holdfast.manager.power.PowerReading;
import io.holdfast.manager.rest.LiveView;
import io.holdfast.manager.rest.Sightings;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Reads every host's power now and then, so that people see it, and so that a BMC that has gone dumb is known before it is needed. Nothing is
 * decided by these readings: when a host is suspect, the core asks its BMC by itself.
 */
public final class PowerMonitor {
    /** At most so many processes at once; a question to a dead BMC takes 2 s. */
    private static final int SIDE_BY_SIDE = 8;

    private final Clusters clusters;
    private final PowerControl power;
    private final Function<Bmc, BmcAccess> access;
    private final Sightings sightings;
    private final LiveView live;
    private final LongSupplier wallMillis;
    private final Map<HostId, Alarm> alarms = new ConcurrentHashMap<>();
    private final Set<HostId> asking = ConcurrentHashMap.newKeySet();
    private final Semaphore places = new Semaphore(SIDE_BY_SIDE);

    PowerMonitor(
            Clusters clusters,
            PowerControl power,
            Function<Bmc, BmcAccess> access,
            Sightings sightings,
            LiveView live,
            LongSupplier wallMillis) {
        this.clusters = clusters;
        this.power = power;
        this.access = access;
        this.sightings = sightings;
        this.live = live;
        this.wallMillis = wallMillis;
    }

    /** Asks every BMC that isn't being asked already; returns at once. */
    void round() {
        for (State state : clusters.states()) {
            if (!state.leading()) {
                continue; // Two managers asking double what a BMC has to bear.
            }
            for (Host host : state.hosts().values()) {
                Bmc bmc = host.bmc();
                if (bmc != null && asking.add(host.id())) {
                    Thread.ofVirtual().name("power-monitor").start(() -> read(host.id(), bmc));
                }
            }
        }
        alarms.keySet().removeIf(host -> clusters.of(host).isEmpty());
    }

    private void read(HostId host, Bmc bmc) {
        try {
            places.acquire();
            try {
                seen(host, power.read(access.apply(bmc)));
            } finally {
                places.release();
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        } finally {
            asking.remove(host);
        }
    }

    /** Keeps a reading, whoever asked for it. */
    public void seen(HostId id, PowerReading reading) {
        sightings.power(id, reading);
        clusters.of(id).ifPresent(loop -> {
            State state = loop.state();
            Host host = state.hosts().get(id);
            if (host == null) {
                return;
            }
            if (reading.state() == PowerState.ON || reading.state() == PowerState.OFF) {
                clear(state, id);
            } else {
                raise(state, host, reading);
            }
            live.wake();
        });
    }

    /** Forgets what was read through a BMC that is no longer the host's. */
    public void forget(HostId id) {
        sightings.forgetPower(id);
        clusters.of(id).ifPresent(loop -> clear(loop.state(), id));
    }

    private void raise(State state, Host host, PowerReading reading) {
        Alarm alarm = new Alarm(
                Message.ALARM_BMC, host.id().value(), List.of(host.name(), reading.detail()), wallMillis.getAsLong());
        Alarm before = alarms.putIfAbsent(host.id(), alarm);
        if (before == null) {
            live.alarm(state, alarm, true);
        }
    }

    private void clear(State state, HostId id) {
        Alarm before = alarms.remove(id);
        if (before != null) {
            live.alarm(state, before, false);
        }
    }

    /** The alarms of this monitor for hosts of this state. */
    public List<Alarm> alarms(State state) {
        return alarms.values().stream()
                .filter(alarm -> state.hosts().containsKey(new HostId(alarm.subject())))
                .filter(alarm -> !state.alarms().containsKey(alarm.key()))
                .sorted()
                .toList();
    }
}
