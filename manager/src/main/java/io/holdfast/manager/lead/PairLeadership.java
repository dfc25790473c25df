package io.holdfast.manager.lead;

import io.holdfast.core.leadership.Leadership;
import io.holdfast.core.leadership.LeadershipAction;
import io.holdfast.core.leadership.LeadershipEnd;
import io.holdfast.core.leadership.LeadershipEvent;
import io.holdfast.core.leadership.LeadershipRow;
import io.holdfast.core.leadership.LeadershipTerms;
import io.holdfast.manager.store.LeadershipStore;
import io.holdfast.manager.store.StorageException;
import io.holdfast.manager.store.SwitchOverRecord.Cause;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell round the core's {@link Leadership} for one of two managers: ticks it, carries its questions to the row, and tells the manager when to
 * begin and to end. It decides nothing by itself.
 *
 * <p>Four threads: one ticks, so that a leader stops in time whatever the database does; one speaks to the row and may hang there; one glimpses at
 * this node's own copy of it; one carries beginnings and endings to the manager, in order. {@link #mayAct} asks the rule and the clock directly, so an ending holds from the instant at
 * which it is due.
 */
public final class PairLeadership implements LeadershipView, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PairLeadership.class);
    /** Half of the interval at which a candidate reads. */
    private static final long TICK_MILLIS = 25;

    private static final long NOBODY_ACTS = -1;

    private final String node;
    private final String self;
    private final LeadershipTerms terms;
    private final LeadershipStore store;
    private final LongSupplier clock;
    private final Acts acts;
    private final RowWorker rows = new RowWorker();
    private final ScheduledExecutorService ticker;
    private final ScheduledExecutorService glimpses;
    private final ScheduledExecutorService turns;
    private volatile Leadership leadership;
    private volatile long actingEpoch = NOBODY_ACTS;
    private volatile long highestEpoch;
    /** What is known of the leader: for people, for the history, never for the rule. */
    private LeadershipRow seen = LeadershipRow.NOBODY;

    private volatile long movedNanos;
    private volatile boolean handedOver;
    private volatile long handedOverNanos;
    private boolean sawAnyone;
    private volatile String lastHolder = "";
    private @Nullable LeadershipRow takenFrom;
    private volatile boolean closed;
    private boolean complained;

    /** What the manager does; called one after another on one thread. */
    public interface Acts {
        /**
         * Load the state, then act. When this returns, the process answers as the leader.
         *
         * @throws StorageException the database failed: the leadership is begun anew
         */
        void begin(Taking taking) throws StorageException;

        /** It answers as the leader: what need not be done before. */
        void begun();

        /** Act no more; it has been forbidden already by {@link #mayAct}. */
        void end(long epoch, LeadershipEnd reason);

        /** While another one leads: bring the state up to date. */
        void follow() throws StorageException;
    }

    /**
     * @param node name of this node
     * @param process unique among all processes of this node; without a slash
     * @param clock monotonic, counts suspend
     */
    public PairLeadership(
            String node, String process, LeadershipTerms terms, LeadershipStore store, LongSupplier clock, Acts acts) {
        this.node = node;
        this.self = node + "/" + process;
        this.terms = terms;
        this.store = store;
        this.clock = clock;
        this.acts = acts;
        this.leadership = Leadership.watching(self, terms, clock.getAsLong());
        this.ticker = single("leadership");
        this.glimpses = single("leadership-glimpses");
        this.turns = single("leadership-turns");
    }

    private static ScheduledExecutorService single(String name) {
        return Executors.newSingleThreadScheduledExecutor(Thread.ofPlatform()
                .name(name)
                .daemon()
                .priority(Thread.MAX_PRIORITY)
                .factory());
    }

    /**
     * Begins to watch the row.
     *
     * @param followMillis how often a standby looks whether the state has moved
     */
    public void start(long followMillis) {
        rows.start();
        ticker.scheduleAtFixedRate(() -> on(LeadershipEvent.Tick::new), 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
        glimpses.scheduleWithFixedDelay(this::glimpse, 0, terms.watchEvery().toMillis(), TimeUnit.MILLISECONDS);
        turns.scheduleWithFixedDelay(this::follow, 0, followMillis, TimeUnit.MILLISECONDS);
    }

    /** The id of this process in the row. */
    public String holder() {
        return self;
    }

    @Override
    public boolean pair() {
        return true;
    }

    @Override
    public String node() {
        return node;
    }

    @Override
    public boolean leads() {
        return mayAct(actingEpoch);
    }

    @Override
    public boolean mayAct(long epoch) {
        Leadership now = leadership;
        return epoch != NOBODY_ACTS
                && now.mayAct(clock.getAsLong())
                && now.epoch().filter(own -> own == epoch).isPresent();
    }

    @Override
    public long epoch() {
        return highestEpoch;
    }

    @Override
    public Optional<String> leader() {
        if (leads()) {
            return Optional.of(node);
        }
        LeadershipRow last = lastSeen();
        boolean fresh = clock.getAsLong() - movedNanos < terms.lease().toNanos();
        // The row that was seen before this process led itself says nothing any more.
        boolean former = last.epoch() < highestEpoch;
        return last.free() || !fresh || former || last.holder().equals(self)
                ? Optional.empty()
                : Optional.of(nodeOf(last.holder()));
    }

    private synchronized LeadershipRow lastSeen() {
        return seen;
    }

    @Override
    public long leaderSeenMillis() {
        return leads() ? 0 : TimeUnit.NANOSECONDS.toMillis(clock.getAsLong() - movedNanos);
    }

    @Override
    public Optional<String> lastLeader() {
        String holder = lastHolder;
        return holder.isEmpty() ? Optional.empty() : Optional.of(nodeOf(holder));
    }

    @Override
    public boolean handedOver() {
        return handedOver
                && clock.getAsLong() - handedOverNanos
                        < terms.lease().multipliedBy(2).toNanos();
    }

    /** Gives the leadership up. The caller has seen to it that nothing more is taken in. */
    public void stepDown() {
        handedOverNanos = clock.getAsLong();
        handedOver = true;
        on(LeadershipEvent.StepDown::new);
    }

    /** One of the manager's transactions of this epoch has an unknown outcome. */
    public void outcomeInDoubt(long epoch) {
        on(now -> new LeadershipEvent.OutcomeInDoubt(epoch, now));
    }

    /** One of the manager's transactions of this epoch found the row to be another's. */
    public void foundDeposed(long epoch) {
        on(now -> new LeadershipEvent.FoundDeposed(epoch, now));
    }

    private synchronized void on(LongFunction<LeadershipEvent> event) {
        if (closed) {
            return;
        }
        LeadershipEvent happened = event.apply(clock.getAsLong());
        Leadership.Step step = leadership.on(happened);
        leadership = step.state();
        if (happened instanceof LeadershipEvent.RowRead read) {
            see(read.row(), read.nowNanos());
        } else if (happened instanceof LeadershipEvent.RowGlimpsed glimpsed
                && glimpsed.row().isAfter(seen)) {
            see(glimpsed.row(), glimpsed.nowNanos());
        }
        for (LeadershipAction action : step.actions()) {
            carryOut(action, happened.nowNanos());
        }
    }

    private void see(LeadershipRow row, long nowNanos) {
        highestEpoch = Math.max(highestEpoch, row.epoch());
        if (!row.equals(seen) || !sawAnyone) {
            movedNanos = nowNanos;
            seen = row;
            sawAnyone = true;
        }
        if (!row.free()) {
            lastHolder = row.holder();
        }
    }

    private void carryOut(LeadershipAction action, long nowNanos) {
        switch (action) {
            case LeadershipAction.BeginActing begin -> {
                highestEpoch = Math.max(highestEpoch, begin.epoch());
                handedOver = false;
                Taking taking = taking(begin.epoch(), nowNanos);
                lastHolder = self;
                turns.execute(() -> begin(taking));
            }
            case LeadershipAction.EndActing end -> {
                movedNanos = nowNanos;
                LOG.info("Acts no more in epoch {}: {}", end.epoch(), end.reason());
                turns.execute(() -> end(end));
            }
            case LeadershipAction.TakeRow take -> {
                takenFrom = take.before();
                rows.hand(action);
            }
            case LeadershipAction.ReadRow _, LeadershipAction.RenewRow _, LeadershipAction.ReleaseRow _ ->
                rows.hand(action);
        }
    }

    private Taking taking(long epoch, long nowNanos) {
        LeadershipRow before = takenFrom == null ? LeadershipRow.NOBODY : takenFrom;
        Cause cause;
        if (before.free()) {
            cause = before.epoch() == 0 || lastHolder.isEmpty() ? Cause.FIRST : Cause.PLANNED;
        } else if (before.holder().equals(self)) {
            cause = Cause.STALL;
        } else {
            cause = nodeOf(before.holder()).equals(node) ? Cause.RESTART : Cause.TAKEOVER;
        }
        long millis = cause == Cause.FIRST ? -1 : TimeUnit.NANOSECONDS.toMillis(nowNanos - movedNanos);
        return new Taking(epoch, cause, nodeOf(before.free() ? lastHolder : before.holder()), millis);
    }

    private void begin(Taking taking) {
        if (!mayAct(taking.epoch())) {
            return;
        }
        try {
            acts.begin(taking);
            actingEpoch = taking.epoch();
            acts.begun();
            LOG.info(
                    "Leads in epoch {} ({}, {} ms after the last sign of {})",
                    taking.epoch(),
                    taking.cause(),
                    taking.durationMillis(),
                    taking.from().isEmpty() ? "nobody" : taking.from());
        } catch (StorageException failure) {
            LOG.error("The state can't be loaded in epoch {}: {}", taking.epoch(), reason(failure), failure);
            outcomeInDoubt(taking.epoch());
        } catch (RuntimeException failure) {
            LOG.error("Can't lead in epoch {}: {}", taking.epoch(), failure.getMessage(), failure);
            stepDown();
        }
    }

    private void end(LeadershipAction.EndActing end) {
        actingEpoch = NOBODY_ACTS;
        acts.end(end.epoch(), end.reason());
    }

    private void glimpse() {
        if (leadership.epoch().isPresent()) {
            return;
        }
        try {
            LeadershipRow row = store.glimpse();
            on(now -> new LeadershipEvent.RowGlimpsed(row, now));
        } catch (StorageException unknown) {
            LOG.debug("The leadership row can't be glimpsed: {}", reason(unknown));
        }
    }

    private void follow() {
        if (leadership.epoch().isPresent()) {
            return;
        }
        try {
            acts.follow();
            complained = false;
        } catch (StorageException failure) {
            if (!complained) {
                LOG.warn("The state can't be followed: {}; trying again", reason(failure));
                complained = true;
            }
        } catch (RuntimeException failure) {
            LOG.error("The state can't be followed", failure);
        }
    }

    private static String reason(StorageException failure) {
        Throwable cause = failure.getCause();
        return failure.getMessage() + (cause == null ? "" : " (" + cause.getMessage() + ")");
    }

    /** The node in the id of a process. */
    static String nodeOf(String holder) {
        int slash = holder.lastIndexOf('/');
        return slash < 0 ? holder : holder.substring(0, slash);
    }

    @Override
    public void close() {
        boolean led = leads();
        synchronized (this) {
            if (led) {
                // The other one need not wait for the lease of a process that ends in an orderly way.
                leadership = leadership
                        .on(new LeadershipEvent.StepDown(clock.getAsLong()))
                        .state();
            }
            closed = true;
        }
        ticker.shutdownNow();
        glimpses.shutdownNow();
        turns.shutdownNow();
        rows.end(led ? highestEpoch : NOBODY_ACTS);
    }

    /** Speaks to the row, one call after another. Only the latest wish counts: what was asked before a call hung is void when it returns. */
    private final class RowWorker {
        private final Thread thread =
                Thread.ofPlatform().name("leadership-row").daemon().unstarted(this::run);
        private @Nullable LeadershipAction wish;

        void start() {
            thread.start();
        }

        synchronized void hand(LeadershipAction action) {
            wish = action;
            notifyAll();
        }

        private synchronized LeadershipAction next() throws InterruptedException {
            while (wish == null) {
                wait();
            }
            LeadershipAction next = wish;
            wish = null;
            return next;
        }

        private void run() {
            try {
                while (!closed) {
                    ask(next());
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }

        private void ask(LeadershipAction action) {
            switch (action) {
                case LeadershipAction.ReadRow read -> {
                    try {
                        LeadershipRow row = store.read();
                        on(now -> new LeadershipEvent.RowRead(read.attempt(), row, now));
                    } catch (StorageException unknown) {
                        LOG.debug("The leadership row can't be read: {}", reason(unknown));
                        on(now -> new LeadershipEvent.OutcomeUnknown(read.attempt(), now));
                    }
                }
                case LeadershipAction.TakeRow take ->
                    changed(take.attempt(), () -> store.take(take.before(), take.after()));
                case LeadershipAction.RenewRow renew ->
                    changed(renew.attempt(), () -> store.renew(renew.holder(), renew.epoch()));
                case LeadershipAction.ReleaseRow release ->
                    changed(release.attempt(), () -> store.release(release.holder(), release.epoch()));
                case LeadershipAction.BeginActing _, LeadershipAction.EndActing _ ->
                    throw new IllegalStateException("not for the row: " + action);
            }
        }

        private void changed(long attempt, BooleanSupplier change) {
            try {
                boolean changed = change.getAsBoolean();
                on(now -> changed
                        ? new LeadershipEvent.Committed(attempt, now)
                        : new LeadershipEvent.ChangedNothing(attempt, now));
            } catch (StorageException unknown) {
                LOG.warn("The leadership row can't be changed: {}", reason(unknown));
                on(now -> new LeadershipEvent.OutcomeUnknown(attempt, now));
            }
        }

        /** @param epoch to give up, or -1 */
        void end(long epoch) {
            thread.interrupt();
            try {
                thread.join(TimeUnit.SECONDS.toMillis(1));
                if (epoch != NOBODY_ACTS && !thread.isAlive()) {
                    store.release(self, epoch);
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            } catch (StorageException unknown) {
                LOG.info(
                        "The leadership could not be given up: {}; the other node takes over after the lease",
                        reason(unknown));
            }
            if (!thread.isAlive()) {
                store.close();
            }
        }
    }
}
