package io.holdfast.supervisor;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One thread per probe, so that no probe ever waits for another one. */
final class Prober {

    private static final Logger LOG = LoggerFactory.getLogger(Prober.class);

    /** The interval is counted from the end of a probe, so a slow one doesn't pile up. */
    static final Duration MANAGER_EVERY = Duration.ofMillis(100);

    static final Duration CONSOLE_EVERY = Duration.ofMillis(500);
    static final Duration DATABASE_EVERY = Duration.ofMillis(100);
    static final Duration KEEPALIVED_EVERY = Duration.ofMillis(100);
    static final Duration PEER_EVERY = Duration.ofMillis(150);
    static final Duration EVIDENCE_EVERY = Duration.ofSeconds(1);

    private interface Probe {
        Probes.Seen run() throws InterruptedException;
    }

    private final Consumer<Probes.Seen> sink;

    private Prober(Consumer<Probes.Seen> sink) {
        this.sink = sink;
    }

    static void start(
            SupervisorSettings settings,
            PeerTls tls,
            Services services,
            Consumer<Probes.Seen> sink,
            AtomicReference<Optional<PeerDetails>> peerDetails) {
        Prober prober = new Prober(sink);
        Probes probes = new Probes(settings, tls, peerDetails);
        ServiceControl database = services.database();
        DatabaseProbe databaseProbe =
                new DatabaseProbe(settings.databaseSocket(), settings.databaseUser(), database::alive);
        prober.loop("manager", MANAGER_EVERY, () -> probes.manager(services.of(Service.MANAGER)));
        prober.loop("console", CONSOLE_EVERY, () -> probes.console(services.of(Service.CONSOLE)));
        prober.loop("database", DATABASE_EVERY, () -> {
            DatabaseView view = databaseProbe.probe();
            return now -> new Observation.DatabaseSeen(view, now);
        });
        prober.loop("keepalived", KEEPALIVED_EVERY, () -> probes.keepalived(services.of(Service.KEEPALIVED)));
        prober.loop("vip", KEEPALIVED_EVERY, probes::vip);
        prober.loop("peer", PEER_EVERY, probes::peer);
        prober.loop("vip-reached", EVIDENCE_EVERY, probes::vipReached);
        prober.loop("arbiter", EVIDENCE_EVERY, probes::arbiter);
        settings.gateway().ifPresent(host -> prober.loop("gateway", EVIDENCE_EVERY, () -> probes.gateway(host)));
    }

    private void loop(String name, Duration every, Probe probe) {
        Thread.ofPlatform().name("probe-" + name).daemon().start(() -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    once(name, probe);
                    TimeUnit.MILLISECONDS.sleep(every.toMillis());
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
    }

    private void once(String name, Probe probe) throws InterruptedException {
        try {
            sink.accept(probe.run());
        } catch (RuntimeException e) {
            LOG.error("probe {} failed; its item gets no new sight", name, e);
        }
    }
}
