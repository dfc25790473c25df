package io.holdfast.manager;

import io.holdfast.core.Durable;
import io.holdfast.core.arbiter.ArbiterPlacement;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.recovery.Failover;
import io.holdfast.manager.store.DeposedException;
import io.holdfast.manager.store.Ledger;
import io.holdfast.manager.store.OperationRecord;
import io.holdfast.manager.store.SwitchOverRecord;
import io.holdfast.manager.store.TimelineQuery;
import io.holdfast.manager.store.TimelineRecord;
import io.holdfast.manager.store.Transaction;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/**
 * A ledger whose process dies at one commit: before it (nothing of the step is there) or after it (it is there, but no command of it was
 * carried out). From then on the calling thread hangs for ever, as that of a killed process, until the test lets it go.
 */
final class CrashingLedger implements Ledger {
    enum When {
        BEFORE,
        AFTER
    }

    private final Ledger inner;
    private final CountDownLatch crashed = new CountDownLatch(1);
    private final CountDownLatch buried = new CountDownLatch(1);
    private volatile boolean armed;
    private int commitsLeft;
    private When when = When.BEFORE;
    private int commits;

    CrashingLedger(Ledger inner) {
        this.inner = inner;
    }

    /** Dies at the n-th commit from now, 1 being the next. */
    synchronized void arm(int commit, When at) {
        commitsLeft = commit;
        when = at;
        armed = true;
    }

    boolean hasCrashed() {
        return crashed.getCount() == 0;
    }

    /** Lets the dead threads end without anything further being done. */
    void bury() {
        buried.countDown();
    }

    synchronized int commits() {
        return commits;
    }

    @Override
    public List<TimelineRecord> commit(Transaction transaction) throws DeposedException {
        boolean dies;
        synchronized (this) {
            commits++;
            dies = armed && --commitsLeft == 0;
        }
        if (hasCrashed() || (dies && when == When.BEFORE)) {
            die();
        }
        List<TimelineRecord> lines = inner.commit(transaction);
        if (dies) {
            die();
        }
        return lines;
    }

    private void die() {
        crashed.countDown();
        try {
            buried.await();
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        throw new ThreadDeathStandIn();
    }

    /** Ends a thread of a dead process; nothing catches it. */
    static final class ThreadDeathStandIn extends Error {}

    @Override
    public long takeLeadership(String holder) {
        return inner.takeLeadership(holder);
    }

    @Override
    public void lead(String holder, SwitchOverRecord taking) throws DeposedException {
        inner.lead(holder, taking);
    }

    @Override
    public void rehearse() {
        inner.rehearse();
    }

    @Override
    public int schemaVersion() {
        return inner.schemaVersion();
    }

    @Override
    public long journalSequence() {
        return inner.journalSequence();
    }

    @Override
    public List<ClusterId> clusters() {
        return inner.clusters();
    }

    @Override
    public Durable load(ClusterId cluster) {
        return inner.load(cluster);
    }

    @Override
    public List<TimelineRecord> timeline(TimelineQuery query) {
        return inner.timeline(query);
    }

    @Override
    public List<Failover> failovers(ClusterId cluster, int limit) {
        return inner.failovers(cluster, limit);
    }

    @Override
    public Optional<Failover> failover(ClusterId cluster, String id) {
        return inner.failover(cluster, id);
    }

    @Override
    public Optional<OperationRecord> operation(String key) {
        return inner.operation(key);
    }

    @Override
    public Optional<String> secret(String reference) {
        return inner.secret(reference);
    }

    @Override
    public List<SwitchOverRecord> switchOvers(int limit) {
        return inner.switchOvers(limit);
    }

    @Override
    public Optional<ArbiterPlacement> arbiter() {
        return inner.arbiter();
    }

    @Override
    public long lastCommitNanos() {
        return inner.lastCommitNanos();
    }

    @Override
    public void close() {
        bury();
        inner.close();
    }
}
