package io.holdfast.supervisor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell around {@link Supervision}: one thread takes observations from one queue, steps, and carries out. The same thread writes the heartbeat
 * and feeds systemd's watchdog, so a hung decision is a dead supervisor.
 */
final class SupervisorLoop {

    private static final Logger LOG = LoggerFactory.getLogger(SupervisorLoop.class);
    private static final Duration TICK = Duration.ofMillis(200);
    private static final Duration BEAT_EVERY = Duration.ofMillis(500);

    /** An operator's order is a file of this name in the run directory: only root can write there, and it works with everything else broken. */
    static final String ORDER_FILE = "serve-with-this-copy";

    private final SupervisorSettings settings;
    private final PeerTls tls;
    /** For people only: nothing is decided by it, so it is no part of the state. */
    private final AtomicReference<Optional<PeerDetails>> peerDetails = new AtomicReference<>(Optional.empty());

    private final Services services;
    private final HealthFile files;
    private final Optional<SystemdNotify> systemd;
    private final LinkedBlockingQueue<Probes.Seen> queue = new LinkedBlockingQueue<>();
    private volatile SupervisionState state;
    private long lastBeatNanos;

    SupervisorLoop(SupervisorSettings settings, PeerTls tls, Optional<SystemdNotify> systemd) throws IOException {
        this.settings = settings;
        this.tls = tls;
        this.services = new Services(settings);
        this.systemd = systemd;
        Files.createDirectories(settings.run());
        this.files = new HealthFile(settings.run());
        boolean healthyBefore = healthyBefore(settings.run().resolve("health"));
        files.health(healthyBefore);
        this.state = SupervisionState.started(
                settings.node(),
                settings.manager().equals(settings.consoleService()),
                settings.patience(),
                healthyBefore,
                System.nanoTime());
    }

    private static boolean healthyBefore(Path health) {
        try {
            return Files.readString(health, StandardCharsets.US_ASCII).strip().equals("0");
        } catch (IOException e) {
            return false;
        }
    }

    Optional<PeerDetails> peerDetails() {
        return Objects.requireNonNull(peerDetails.get());
    }

    SupervisionState state() {
        return state;
    }

    /** Runs until interrupted. An error in here ends the process, and the VIP moves: better no supervisor than one that can't write its files. */
    void run() throws IOException, InterruptedException {
        beat("READY=1\nWATCHDOG=1");
        Prober.start(settings, tls, services, queue::add, peerDetails);
        while (!Thread.currentThread().isInterrupted()) {
            Probes.@Nullable Seen seen = queue.poll(TICK.toMillis(), TimeUnit.MILLISECONDS);
            long nowNanos = System.nanoTime();
            step(seen == null ? new Observation.Tick(nowNanos) : seen.at(nowNanos));
            if (nowNanos - lastBeatNanos >= BEAT_EVERY.toNanos()) {
                beat("WATCHDOG=1");
                takeOrder(nowNanos);
            }
        }
    }

    private void step(Observation observation) throws IOException {
        Supervision.Step step = Supervision.step(state, observation);
        state = step.state();
        for (Action action : step.actions()) {
            switch (action) {
                case Action.WriteHealth(boolean healthy, String cause) -> {
                    files.health(healthy);
                    LOG.info("this node {} hold the VIP: {}", healthy ? "may" : "may not", cause);
                }
                // Before the file: the address must never be missing in between.
                case Action.AnswerLate(Duration howLong) -> services.answerLate(howLong);
                case Action.Note(String text) -> LOG.info("{}", text);
                default -> {
                    LOG.info("{}", action);
                    services.carryOut(action, queue::add);
                }
            }
        }
    }

    private void beat(String message) throws IOException {
        lastBeatNanos = System.nanoTime();
        files.beat();
        if (systemd.isPresent()) {
            systemd.get().send(message);
        }
    }

    private void takeOrder(long nowNanos) throws IOException {
        if (Files.deleteIfExists(settings.run().resolve(ORDER_FILE))) {
            LOG.warn("an operator orders this node to serve with its copy");
            step(new Observation.OperatorOrder(nowNanos));
        }
    }
}
