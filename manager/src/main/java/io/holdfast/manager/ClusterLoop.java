package io.holdfast.manager;

import io.holdfast.core.Change;
import io.holdfast.core.Command;
import io.holdfast.core.Core;
import io.holdfast.core.Durable;
import io.holdfast.core.Event;
import io.holdfast.core.Now;
import io.holdfast.core.Request;
import io.holdfast.core.State;
import io.holdfast.core.Step;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.manager.store.DeposedException;
import io.holdfast.manager.store.Ledger;
import io.holdfast.manager.store.OperationRecord;
import io.holdfast.manager.store.StorageException;
import io.holdfast.manager.store.TimelineRecord;
import io.holdfast.manager.store.Transaction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The shell round the core for one cluster: one queue, one thread, and for each event: step → commit → commands (docs/architecture.md, "The
 * step function").
 *
 * <p>Nothing is carried out, and no request is answered, before its changes are committed, and nothing at all is unless the process may act
 * under the state's epoch. A failed commit leaves the outcome unknown: the state is loaded again from the database, the leadership is taken
 * anew (operation ids rely on fresh epochs), and a single manager steps the event once more. One of a pair becomes a follower until it has
 * taken the row anew, and takes the event in as such; clients repeat their requests. A deposed manager follows, or,
 * where it is the only one, decides nothing more.
 */
public final class ClusterLoop implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ClusterLoop.class);
    /** Far above what a cluster of 250 hosts sends in a second; beyond it reports are dropped, which the core sees as silence. */
    private static final int QUEUE_LIMIT = 20_000;

    private static final long RETRY_MILLIS = 500;

    private final ClusterId cluster;
    private final Ledger ledger;
    private final Supplier<Now> clock;
    private final Shell shell;
    private final BlockingQueue<Item> queue = new LinkedBlockingQueue<>(QUEUE_LIMIT);
    private final AtomicBoolean tickWaits = new AtomicBoolean();
    private final Object intake = new Object();
    private final Thread thread;
    private volatile State state;
    private volatile boolean stopped;

    /** What the loop needs of the world round it. Called on the loop's thread; must not block on the network. */
    public interface Shell {
        /** Carries a command out, or drops it when its agent isn't connected. */
        void carryOut(ClusterLoop loop, Command command);

        /** Tells what has been committed, or only learned (no changes). */
        void stepped(ClusterLoop loop, State state, List<Change> changes, List<TimelineRecord> lines);

        /** Whether the process may act now, under exactly this epoch. Asked before each commit and each command. */
        boolean mayAct(long epoch);

        /**
         * After a failed commit: takes the leadership anew, for every cluster of this manager.
         *
         * @return the new epoch; empty: it will come through {@link #takeOver}, and until then this process doesn't lead
         */
        OptionalLong retakeLeadership(ClusterLoop asking, long epoch);

        /** Another manager leads, or this process may not act under this epoch any more. */
        void deposed(long epoch, DeposedException cause);
    }

    /** What waits in the queue. */
    private sealed interface Item {
        record Learned(Event event) implements Item {}

        record Asked(Now now, Submission submission, CompletableFuture<Answer> answer) implements Item {}

        /** @param durable null: nothing has moved since it was followed last */
        record TakeOver(Now now, long epoch, @Nullable Durable durable) implements Item {}

        record Follow(Durable durable) implements Item {}

        /** Completed when everything before it has been dealt with. */
        record Mark(CompletableFuture<Boolean> reached) implements Item {}

        record Stop() implements Item {}
    }

    /**
     * @param restored the state to begin with, from the database
     * @param clock monotonic, the same for all loops of a process
     */
    public ClusterLoop(State restored, Ledger ledger, Supplier<Now> clock, Shell shell) {
        this.cluster = restored.cluster().id();
        this.state = restored;
        this.ledger = ledger;
        this.clock = clock;
        this.shell = shell;
        this.thread =
                Thread.ofPlatform().name("cluster-" + restored.cluster().name()).unstarted(this::run);
    }

    /** Begins to step, as the leader of this epoch. */
    public void lead(long epoch) {
        learn(now -> new Event.BecameLeader(now, epoch));
        thread.start();
    }

    /** Begins to step, as a follower. */
    public void start() {
        thread.start();
    }

    /**
     * Leads from now on under this epoch, with the health known to this process.
     *
     * @param durable what the database holds since the epoch was taken; null: what was given to {@link #follow} last
     */
    public void takeOver(long epoch, @Nullable Durable durable) {
        put(new Item.TakeOver(clock.get(), epoch, durable));
    }

    /** Takes in what another leader has written. */
    public void follow(Durable durable) {
        put(new Item.Follow(durable));
    }

    /** Completes when everything that waits now has been dealt with. */
    public CompletableFuture<Boolean> mark() {
        CompletableFuture<Boolean> reached = new CompletableFuture<>();
        put(new Item.Mark(reached));
        return reached;
    }

    /** These come seldom and must not be lost: room is made at the expense of what agents will say again. */
    private void put(Item item) {
        synchronized (intake) {
            while (!queue.offer(item)) {
                if (queue.poll() instanceof Item.Asked asked) {
                    asked.answer().completeExceptionally(new BusyException());
                }
            }
        }
    }

    /** The cluster's id. */
    public ClusterId cluster() {
        return cluster;
    }

    /** The state after the latest committed step; any thread. */
    public State state() {
        return state;
    }

    /** Takes something in, with the present instant. Never blocks: when the queue is full it is dropped, as a lossy network would. */
    public void learn(Function<Now, Event> what) {
        synchronized (intake) {
            if (!queue.offer(new Item.Learned(what.apply(clock.get())))) {
                LOG.warn("Cluster {} is more than {} events behind: dropped one", cluster, QUEUE_LIMIT);
            }
        }
    }

    /** Lets time pass; at most one tick waits in the queue. */
    public void tick() {
        if (tickWaits.compareAndSet(false, true)) {
            learn(Event.Tick::new);
        }
    }

    /**
     * Asks for something. The future completes after the commit, or exceptionally with {@link RejectedException}, {@link DeposedException},
     * {@link StorageException} (outcome unknown) or what the submission itself throws; then nothing was changed.
     */
    public CompletableFuture<Answer> ask(Submission submission) {
        CompletableFuture<Answer> answer = new CompletableFuture<>();
        synchronized (intake) {
            if (stopped || !queue.offer(new Item.Asked(clock.get(), submission, answer))) {
                answer.completeExceptionally(new BusyException());
            }
        }
        return answer;
    }

    /** Ends the thread after the event that it is at; what still waits is not taken in. */
    @Override
    public void close() {
        stopped = true;
        queue.clear();
        queue.add(new Item.Stop());
        if (Thread.currentThread() != thread) {
            try {
                thread.join(10_000);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private void run() {
        try {
            while (!stopped) {
                take(queue.take());
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** An error inside must not end the loop: a cluster that nobody steps any more is one without high availability. */
    private void take(Item item) throws InterruptedException {
        try {
            switch (item) {
                case Item.Learned learned -> learned(learned.event());
                case Item.Asked asked -> asked(asked);
                case Item.TakeOver take -> takenOver(take);
                case Item.Follow follow -> followed(follow.durable());
                case Item.Mark mark -> mark.reached().complete(true);
                case Item.Stop stop -> stopped = true;
            }
        } catch (RuntimeException failure) {
            LOG.error(
                    "An error inside: {} of cluster {} is dropped",
                    item.getClass().getSimpleName(),
                    cluster,
                    failure);
            if (state.leading()) {
                reload(clock.get());
            }
        }
    }

    private void learned(Event event) throws InterruptedException {
        if (event instanceof Event.Tick) {
            tickWaits.set(false);
        }
        for (int tries = 1; !stopped; tries++) {
            try {
                Step step = Core.step(state, event);
                commitAndCarryOut(event.getClass().getSimpleName(), step.state(), step.changes(), step.commands());
                return;
            } catch (StorageException failure) {
                LOG.error(
                        "Commit failed ({} times): {}; loading the state again", tries, failure.getMessage(), failure);
                if (!reload(event.now())) {
                    followed(event);
                    return;
                }
            } catch (DeposedException lost) {
                stepDown(lost, event.now());
                followed(event);
                return;
            }
        }
    }

    /**
     * What was decided is lost, what was learned must not be: an agent says once in which boot it speaks, and whoever went on with the boot before would take the present one for a later one when
     * it leads again.
     */
    private void followed(Event event) {
        if (!state.leading() && !(event instanceof Event.BecameLeader)) {
            publish(Core.step(state, event).state(), List.of(), List.of(), List.of());
        }
    }

    private void takenOver(Item.TakeOver take) {
        if (!shell.mayAct(take.epoch())) {
            return;
        }
        Durable known = take.durable() == null ? state.durable() : take.durable();
        state = state.reload(known.beforeEpoch(take.epoch()));
        try {
            lead(take.now(), take.epoch());
        } catch (StorageException failure) {
            LOG.error("Epoch {} can't be begun: {}", take.epoch(), failure.getMessage(), failure);
            shell.retakeLeadership(this, take.epoch());
            loseLeadership(take.now());
        } catch (DeposedException lost) {
            shell.deposed(take.epoch(), lost);
        }
    }

    private void lead(Now now, long epoch) throws DeposedException {
        Step step = Core.step(state, new Event.BecameLeader(now, epoch));
        commitAndCarryOut("BecameLeader", step.state(), step.changes(), step.commands());
    }

    private void followed(Durable durable) {
        if (!state.leading()) {
            State next = state.reload(durable);
            publish(next, List.of(), List.of(), List.of());
        }
    }

    private void commitAndCarryOut(String cause, State next, List<Change> changes, List<Command> commands)
            throws DeposedException {
        List<TimelineRecord> lines = changes.isEmpty()
                ? List.of()
                : commit(new Transaction(cluster, cause, changes, Map.of(), null, next.epoch()));
        publish(next, changes, commands, lines);
    }

    private List<TimelineRecord> commit(Transaction transaction) throws DeposedException {
        if (!shell.mayAct(transaction.epoch())) {
            throw new DeposedException("This process", transaction.epoch());
        }
        return ledger.commit(transaction);
    }

    private void publish(State next, List<Change> changes, List<Command> commands, List<TimelineRecord> lines) {
        state = next;
        for (Command command : commands) {
            // A process can be paused anywhere: each command is asked for anew.
            if (shell.mayAct(next.epoch())) {
                shell.carryOut(this, command);
            }
        }
        shell.stepped(this, next, changes, lines);
    }

    /**
     * Retried until the database answers: without it nothing may be decided.
     *
     * @return whether this process leads again
     */
    private boolean reload(Now now) throws InterruptedException {
        long doubtful = state.epoch();
        while (!stopped) {
            try {
                OptionalLong epoch = shell.retakeLeadership(this, doubtful);
                if (epoch.isEmpty()) {
                    loseLeadership(now);
                    return false;
                }
                state = state.reload(ledger.load(cluster));
                lead(now, epoch.getAsLong());
                return true;
            } catch (StorageException again) {
                LOG.error("The database is out of reach: {}; trying again", again.getMessage());
                Thread.sleep(RETRY_MILLIS);
            } catch (DeposedException lost) {
                loseLeadership(now);
                shell.deposed(doubtful, lost);
                return false;
            }
        }
        return false;
    }

    /** Leads no more, and tells so. What is in doubt is loaded by the next leader, this process or another. */
    private void loseLeadership(Now now) {
        Step step = Core.step(state, new Event.LostLeadership(now));
        publish(step.state(), List.of(), List.of(), List.of());
    }

    private void stepDown(DeposedException cause, Now now) {
        if (state.leading()) {
            LOG.error("{}", cause.getMessage());
            loseLeadership(now);
            shell.deposed(state.epoch(), cause);
        }
    }

    private void asked(Item.Asked asked) {
        Submission submission = asked.submission();
        try {
            asked.answer().complete(answer(asked.now(), submission));
        } catch (StorageException failure) {
            LOG.error("Commit of {} failed: {}", submission.cause(), failure.getMessage(), failure);
            asked.answer().completeExceptionally(failure);
            try {
                reload(asked.now());
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        } catch (DeposedException lost) {
            stepDown(lost, asked.now());
            asked.answer().completeExceptionally(lost);
        } catch (RejectedException | CompletionException refused) {
            asked.answer().completeExceptionally(refused);
        } catch (RuntimeException failure) {
            asked.answer().completeExceptionally(failure);
        }
    }

    /** All requests of a submission take effect together, or none. */
    private Answer answer(Now now, Submission submission) throws DeposedException, RejectedException {
        if (!state.leading()) {
            throw new DeposedException("This process", state.epoch());
        }
        String key = submission.idempotencyKey();
        if (key != null) {
            OperationRecord earlier = ledger.operation(key).orElse(null);
            if (earlier != null) {
                return submission.replay(earlier);
            }
        }
        State next = state;
        List<Change> changes = new ArrayList<>();
        List<Command> commands = new ArrayList<>();
        for (Request request : submission.requests().apply(state)) {
            Step step = Core.step(next, new Event.Requested(now, submission.actor(), request));
            if (step.rejected() != null) {
                throw new RejectedException(step.rejected());
            }
            next = step.state();
            changes.addAll(step.changes());
            commands.addAll(step.commands());
        }
        Answer answer = submission.render().apply(next);
        OperationRecord operation =
                key == null ? null : new OperationRecord(key, submission.fingerprint(), answer.status(), answer.body());
        List<TimelineRecord> lines = List.of();
        if (!changes.isEmpty() || operation != null || !submission.secrets().isEmpty()) {
            lines = commit(new Transaction(
                    cluster, submission.cause(), changes, submission.secrets(), operation, next.epoch()));
        }
        publish(next, changes, commands, lines);
        return answer;
    }
}
