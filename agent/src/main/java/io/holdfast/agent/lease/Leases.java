package io.holdfast.agent.lease;

import io.holdfast.agent.rule.LeaseRule;
import io.holdfast.agent.rule.LeaseTimes;
import io.holdfast.agent.state.LeaseMemory;
import io.holdfast.protocol.agent.Datastore;
import io.holdfast.protocol.agent.LeaseProfile;
import io.holdfast.protocol.agent.Welcome;
import io.holdfast.protocol.lease.MailboxRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The leases of this host, one per datastore of the last Welcome. */
public final class Leases implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Leases.class);

    /** What all leases of this host share. */
    public record Host(String hostId, String bootId, Path stateDirectory, Path runDirectory, LongSupplier bootNanos) {}

    /** What a lease was made from: when it changes, the lease is made anew and goes on from its memory. */
    private record Origin(String clusterId, Datastore datastore, LeaseTimes times, int slot) {}

    private record Held(Origin origin, DatastoreLease lease) {}

    private final Host host;
    private final LeaseAreas areas;
    private final LeaseKeeper.Surroundings surroundings;
    private final BiConsumer<LeaseKeeper, MailboxRecord> mailbox;
    private final Map<String, Held> held = new ConcurrentHashMap<>();

    public Leases(
            Host host,
            LeaseAreas areas,
            LeaseKeeper.Surroundings surroundings,
            BiConsumer<LeaseKeeper, MailboxRecord> mailbox) {
        this.host = host;
        this.areas = areas;
        this.surroundings = surroundings;
        this.mailbox = mailbox;
    }

    /** Makes, changes and ends leases so that they fit. A lease with a VM alive on it stays, whatever the manager says. */
    public synchronized void configure(Welcome welcome) {
        LeaseTimes times = times(welcome.getLease());
        for (Datastore datastore : welcome.getDatastoresList()) {
            Origin origin = new Origin(welcome.getClusterId(), datastore, times, welcome.getLeaseSlot());
            Held present = held.get(datastore.getDatastoreId());
            if (present == null || !present.origin().equals(origin)) {
                replace(present, origin);
            }
        }
        List<String> wanted = welcome.getDatastoresList().stream()
                .map(Datastore::getDatastoreId)
                .toList();
        for (String id : List.copyOf(held.keySet())) {
            if (!wanted.contains(id) && !surroundings.vmsAlive(id)) {
                Held over = held.remove(id);
                if (over != null) {
                    over.lease().close();
                }
            }
        }
        watchPeers(welcome);
    }

    private void replace(@org.jspecify.annotations.Nullable Held present, Origin origin) {
        String id = origin.datastore().getDatastoreId();
        try {
            if (present != null) {
                present.lease().close();
            }
            DatastoreLease lease = new DatastoreLease(
                    new LeaseKeeper.Identity(origin.clusterId(), id, host.hostId(), origin.slot()),
                    origin.datastore(),
                    origin.times(),
                    areas,
                    new LeaseMemory(host.stateDirectory(), host.runDirectory(), id, host.bootId()),
                    surroundings,
                    mailbox,
                    host.bootNanos());
            held.put(id, new Held(origin, lease));
            lease.start();
        } catch (IOException | IllegalArgumentException e) {
            LOG.error("datastore {}: no lease can be kept: {}", id, e.getMessage());
        }
    }

    private void watchPeers(Welcome welcome) {
        List<LeaseObserver.Subject> peers = welcome.getPeersList().stream()
                .filter(peer -> !peer.getHostId().equals(host.hostId()))
                .map(peer -> new LeaseObserver.Subject(peer.getHostId(), peer.getLeaseSlot()))
                .toList();
        held.values().forEach(h -> h.lease().observer().watch(peers));
    }

    public static LeaseTimes times(LeaseProfile p) {
        return LeaseTimes.ofMillis(
                p.getRenewMillis(),
                p.getLossMillis(),
                p.getKillMillis(),
                p.getWatchdogMillis(),
                p.getInFlightMillis(),
                p.getExpiryMillis(),
                p.getClockRateErrorPpm());
    }

    public Optional<DatastoreLease> find(String datastoreId) {
        return Optional.ofNullable(held.get(datastoreId)).map(Held::lease);
    }

    public Collection<DatastoreLease> all() {
        List<DatastoreLease> all = new ArrayList<>();
        held.values().forEach(h -> all.add(h.lease()));
        return all;
    }

    /** VMs may run there now. */
    public boolean held(String datastoreId) {
        Held h = held.get(datastoreId);
        return h != null && h.lease().keeper().rule().phase() == LeaseRule.Phase.HELD;
    }

    @Override
    public synchronized void close() {
        held.values().forEach(h -> h.lease().close());
    }
}
