package io.holdfast.manager;

import static org.awaitility.Awaitility.await;

import io.holdfast.core.Now;
import io.holdfast.core.leadership.LeadershipRow;
import io.holdfast.core.leadership.LeadershipTerms;
import io.holdfast.manager.lead.BootClock;
import io.holdfast.manager.lead.SupervisorWatch;
import io.holdfast.manager.link.AgentListener;
import io.holdfast.manager.store.Database;
import io.holdfast.manager.store.LeadershipStore;
import io.holdfast.manager.store.RecordJson;
import io.holdfast.manager.store.SecretBox;
import io.holdfast.manager.store.SqlLeadershipStore;
import io.holdfast.manager.store.SqlLedger;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/** Two complete managers on one database, with twins for the world: agents that report to both, a BMC panel, clocks and rows that can stop. */
final class TestPair implements AutoCloseable {
    final TwinAgents agents = new TwinAgents();
    final TestManager.Panel panel = new TestManager.Panel();
    final Node first;
    final Node second;
    private final Path state;
    private final Database database;

    /** One management node. */
    final class Node extends RestClient {
        final String name;
        final Manager manager;
        final StoppableRow row;
        final StoppableClock clock;
        private final AgentListener listener;

        private Node(Parts parts, Manager manager) {
            super(manager.restPort());
            this.name = parts.name;
            this.manager = manager;
            this.row = parts.row;
            this.clock = parts.clock;
            this.listener = Objects.requireNonNull(parts.listener.get());
        }

        boolean leads() {
            return manager.leadership().leads();
        }

        /** As a power cut looks to everybody else: it writes nothing more, and agents hear nothing of it. */
        void vanish() {
            row.stop();
            agents.leave(listener);
        }

        @Override
        public void close() {
            super.close();
            row.go();
            manager.close();
        }
    }

    private record Parts(
            String name, StoppableRow row, StoppableClock clock, AtomicReference<AgentListener> listener) {}

    /** Stands still on demand, as that of a process that has been stopped. */
    static final class StoppableClock implements LongSupplier {
        private final LongSupplier inner = new BootClock();
        private long stoppedAt;

        synchronized void stop() {
            stoppedAt = inner.getAsLong();
        }

        synchronized void go() {
            stoppedAt = 0;
        }

        @Override
        public synchronized long getAsLong() {
            return stoppedAt == 0 ? inner.getAsLong() : stoppedAt;
        }
    }

    /** The way to the row; hangs on demand. */
    static final class StoppableRow implements LeadershipStore {
        private final LeadershipStore inner;
        private boolean stopped;

        StoppableRow(LeadershipStore inner) {
            this.inner = inner;
        }

        synchronized void stop() {
            stopped = true;
        }

        synchronized void go() {
            stopped = false;
            notifyAll();
        }

        private synchronized void pass() {
            try {
                while (stopped) {
                    wait();
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public LeadershipRow read() {
            pass();
            return inner.read();
        }

        @Override
        public LeadershipRow glimpse() {
            return inner.glimpse();
        }

        @Override
        public boolean take(LeadershipRow before, LeadershipRow after) {
            pass();
            return inner.take(before, after);
        }

        @Override
        public boolean renew(String holder, long epoch) {
            pass();
            return inner.renew(holder, epoch);
        }

        @Override
        public boolean release(String holder, long epoch) {
            pass();
            return inner.release(holder, epoch);
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    TestPair(Path state, Database database) {
        this.state = state;
        this.database = database;
        first = start("node-1");
        await().atMost(Duration.ofSeconds(10)).until(first::leads);
        second = start("node-2");
        await().atMost(Duration.ofSeconds(10))
                .until(() -> !second.manager.clusters().states().isEmpty());
    }

    private Node start(String name) {
        try {
            Files.createDirectories(state.resolve(name));
            Parts parts = new Parts(
                    name,
                    new StoppableRow(new SqlLeadershipStore(database, Duration.ofSeconds(3))),
                    new StoppableClock(),
                    new AtomicReference<>());
            Manager.Pair pair = new Manager.Pair(
                    parts.row, LeadershipTerms.STANDARD, parts.clock, database::migrate, () -> SupervisorWatch.NONE);
            Manager manager = new Manager(
                    new ManagerSettings(
                            name,
                            state.resolve(name),
                            new InetSocketAddress("127.0.0.1", 0),
                            new InetSocketAddress("127.0.0.1", 0),
                            List.of(),
                            null,
                            "ipmitool",
                            new ManagerSettings.DatabaseSettings.Embedded(),
                            URI.create("http://127.0.0.1:1"),
                            List.of("/bin/false"),
                            state.resolve(name)),
                    new Manager.World(
                            () -> new Now(System.nanoTime(), System.currentTimeMillis()),
                            new SqlLedger(
                                    database,
                                    new RecordJson(),
                                    SecretBox.openOrCreate(state.resolve("secrets.key")),
                                    System::currentTimeMillis),
                            database.kind(),
                            panel,
                            (authority, names, address, listener) -> {
                                parts.listener.set(listener);
                                return agents.join(listener);
                            },
                            () -> {},
                            pair,
                            () -> {}));
            return new Node(parts, manager);
        } catch (IOException | GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void close() {
        second.close();
        first.close();
        agents.close();
    }
}
