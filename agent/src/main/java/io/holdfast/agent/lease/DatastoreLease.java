package io.holdfast.agent.lease;

import io.holdfast.agent.rule.LeaseTimes;
import io.holdfast.agent.state.LeaseMemory;
import io.holdfast.protocol.agent.Datastore;
import io.holdfast.protocol.lease.MailboxRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeper and observer of one datastore with their threads, and a third connection for commands, so that none waits for another. */
public final class DatastoreLease implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DatastoreLease.class);

    /** Something done with the lease area on behalf of a command. */
    @FunctionalInterface
    public interface Use<T> {
        T with(LeaseArea area) throws IOException;
    }

    private final LeaseKeeper keeper;
    private final LeaseObserver observer;
    private final LeaseArea forCommands;
    private final Thread renewing;
    private final Thread observing;
    private volatile boolean stopped;

    public DatastoreLease(
            LeaseKeeper.Identity identity,
            Datastore datastore,
            LeaseTimes times,
            LeaseAreas areas,
            LeaseMemory memory,
            LeaseKeeper.Surroundings surroundings,
            BiConsumer<LeaseKeeper, MailboxRecord> mailbox,
            LongSupplier bootNanos)
            throws IOException {
        LeaseArea renewed = areas.open(datastore, times);
        LeaseArea observed = areas.open(datastore, times);
        forCommands = areas.open(datastore, times);
        keeper = new LeaseKeeper(identity, times, renewed, memory, surroundings, bootNanos);
        observer = new LeaseObserver(
                keeper, observed, System::nanoTime, letter -> mailbox.accept(keeper, letter), surroundings::changed);
        String id = identity.datastoreId();
        renewing = Thread.ofPlatform().daemon().name("renew-" + id).unstarted(() -> repeat(keeper::step, renewed));
        observing =
                Thread.ofPlatform().daemon().name("observe-" + id).unstarted(() -> repeat(observer::step, observed));
    }

    public void start() {
        renewing.start();
        observing.start();
    }

    public LeaseKeeper keeper() {
        return keeper;
    }

    public LeaseObserver observer() {
        return observer;
    }

    /** Renews at once instead of at the end of the period. */
    public void renewNow() {
        LockSupport.unpark(renewing);
    }

    /** One command at a time uses the third connection. */
    public <T> T use(Use<T> use) throws IOException {
        synchronized (forCommands) {
            return use.with(forCommands);
        }
    }

    private void repeat(Supplier<Duration> step, LeaseArea area) {
        while (!stopped) {
            long wait;
            try {
                wait = step.get().toNanos();
            } catch (RuntimeException | Error e) {
                LOG.error(
                        "{}: a lease thread failed; it goes on",
                        Thread.currentThread().getName(),
                        e);
                wait = 100_000_000;
            }
            if (wait > 0 && !stopped) {
                LockSupport.parkNanos(wait);
            }
        }
        area.close();
    }

    @Override
    public void close() {
        stopped = true;
        LockSupport.unpark(renewing);
        LockSupport.unpark(observing);
        synchronized (forCommands) {
            forCommands.close();
        }
    }
}
