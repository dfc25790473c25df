package io.holdfast.manager.store;

import static io.holdfast.manager.schema.Tables.ARBITER;
import static io.holdfast.manager.schema.Tables.JOURNAL;
import static io.holdfast.manager.schema.Tables.LEADERSHIP;
import static io.holdfast.manager.schema.Tables.OPERATIONS;
import static io.holdfast.manager.schema.Tables.PROOFS;
import static io.holdfast.manager.schema.Tables.SECRETS;
import static io.holdfast.manager.schema.Tables.SWITCH_OVERS;
import static io.holdfast.manager.schema.Tables.TIMELINE;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.val;

import io.holdfast.core.Durable;
import io.holdfast.core.arbiter.ArbiterPlacement;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.recovery.Failover;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jspecify.annotations.Nullable;

/**
 * The ledger on SQL: one connection that writes, one that reads.
 *
 * <p>Every transaction of the leader touches the leadership row for its epoch; zero rows mean that another manager leads, and everything is
 * rolled back (safety argument, section 2). Identities that only grow (journal, proofs, timeline) are given here, by the one writer.
 *
 * <p>On the replicated database a transaction that lost against another is repeated as a whole. The number of its journal line makes that
 * harmless: where the line is there already, the transaction had been committed after all.
 */
public final class SqlLedger implements Ledger {
    /** The journal keeps this many transactions; older ones have been superseded by the tables long since. */
    static final long JOURNAL_LENGTH = 100_000;

    private static final int LEADERSHIP_ROW = 1;
    private static final int ARBITER_ROW = 1;
    private static final int TRIES = 4;
    /** Above the longest write pause of the replicated database (1.3 s), so that a pause alone leaves no outcome in doubt. */
    private static final Duration ANSWER_LIMIT = Duration.ofSeconds(5);
    /** Answers are kept for a day: no client repeats a request after that. */
    private static final long OPERATION_LIFE_MILLIS = 86_400_000L;

    private static final long SWITCH_OVERS_KEPT = 1000;

    private final RecordJson json;
    private final SecretBox box;
    private final LongSupplier wallMillis;
    private final Session writing;
    private final Session reading;
    private final LedgerReads reads;
    private final Object lock = new Object();

    private String holder = "";
    private volatile long epoch;
    private Numbers next = new Numbers(0, 0, 0);
    private volatile long lastCommitNanos;

    /** The identities to be given next. */
    private record Numbers(long journal, long proof, long timeline) {}

    /** What a transaction came to, if the row was still this holder's. */
    private record Written(List<TimelineRecord> lines, Numbers next) {}

    /** @param wallMillis wall clock, for people only */
    public SqlLedger(Database database, RecordJson json, SecretBox box, LongSupplier wallMillis) {
        this.json = json;
        this.box = box;
        this.wallMillis = wallMillis;
        this.writing = new Session(database, ANSWER_LIMIT);
        this.reading = new Session(database, ANSWER_LIMIT);
        this.reads = new LedgerReads(reading, json, box);
    }

    @Override
    public long takeLeadership(String newHolder) {
        synchronized (lock) {
            writing.transaction(write -> {
                int changed = write.update(LEADERSHIP)
                        .set(LEADERSHIP.HOLDER, newHolder)
                        .set(LEADERSHIP.EPOCH, LEADERSHIP.EPOCH.plus(1L))
                        .set(LEADERSHIP.BEAT, LEADERSHIP.BEAT.plus(1L))
                        .where(LEADERSHIP.ID.eq(LEADERSHIP_ROW))
                        .execute();
                if (changed != 1) {
                    throw new IllegalStateException("The leadership row is missing: the schema is not complete");
                }
                begin(write, newHolder, epochOf(write));
                return changed;
            });
            return epoch;
        }
    }

    private static long epochOf(DSLContext write) {
        return write.select(LEADERSHIP.EPOCH)
                .from(LEADERSHIP)
                .where(LEADERSHIP.ID.eq(LEADERSHIP_ROW))
                .fetchSingle(LEADERSHIP.EPOCH);
    }

    private void begin(DSLContext write, String newHolder, long newEpoch) {
        holder = newHolder;
        epoch = newEpoch;
        next = new Numbers(
                nextOf(write, JOURNAL, JOURNAL.SEQUENCE),
                nextOf(write, PROOFS, PROOFS.ID),
                nextOf(write, TIMELINE, TIMELINE.ID));
    }

    private static long nextOf(DSLContext write, Table<?> table, Field<Long> identity) {
        return write.select(coalesce(max(identity), val(0L)))
                        .from(table)
                        .fetchSingle()
                        .value1()
                + 1;
    }

    @Override
    public void lead(String newHolder, SwitchOverRecord taking) throws DeposedException {
        synchronized (lock) {
            Boolean begun = writing.transaction(write -> {
                if (!touchLeadership(write, newHolder, taking.epoch())) {
                    return null;
                }
                begin(write, newHolder, taking.epoch());
                record(write, taking);
                return true;
            });
            if (begun == null) {
                throw new DeposedException(newHolder, taking.epoch());
            }
        }
    }

    private static void record(DSLContext write, SwitchOverRecord taking) {
        write.deleteFrom(SWITCH_OVERS)
                .where(SWITCH_OVERS
                        .EPOCH
                        .lt(taking.epoch() - SWITCH_OVERS_KEPT)
                        .or(SWITCH_OVERS.EPOCH.eq(taking.epoch())))
                .execute();
        write.insertInto(SWITCH_OVERS)
                .set(SWITCH_OVERS.EPOCH, taking.epoch())
                .set(SWITCH_OVERS.TAKEN_AT, taking.atWallMillis())
                .set(SWITCH_OVERS.CAUSE, taking.cause().name())
                .set(SWITCH_OVERS.FROM_NODE, taking.from())
                .set(SWITCH_OVERS.TO_NODE, taking.to())
                .set(SWITCH_OVERS.DURATION_MILLIS, taking.durationMillis())
                .execute();
    }

    @Override
    public void rehearse() {
        synchronized (lock) {
            String heldBy = holder;
            long heldEpoch = epoch;
            Numbers numbers = next;
            try {
                writing.transaction(write -> {
                    begin(write, "rehearsal", 0);
                    // Far from the numbers that the leader gives just now.
                    next = new Numbers(Long.MAX_VALUE / 2, Long.MAX_VALUE / 2, Long.MAX_VALUE / 2);
                    record(write, new SwitchOverRecord(0, 0, SwitchOverRecord.Cause.STALL, "", "", 0));
                    writeAll(write, Rehearsal.transaction(), false);
                    return null; // Rolled back.
                });
            } finally {
                holder = heldBy;
                epoch = heldEpoch;
                next = numbers;
            }
        }
    }

    @Override
    public List<TimelineRecord> commit(Transaction transaction) throws DeposedException {
        synchronized (lock) {
            if (transaction.epoch() != Transaction.LATEST_EPOCH && transaction.epoch() != epoch) {
                throw new DeposedException(holder, transaction.epoch());
            }
            long start = System.nanoTime();
            Written written = repeated(transaction);
            if (written == null) {
                throw new DeposedException(holder, epoch);
            }
            next = written.next();
            lastCommitNanos = System.nanoTime() - start;
            return written.lines();
        }
    }

    private @Nullable Written repeated(Transaction transaction) {
        for (int tries = 1; ; tries++) {
            boolean again = tries > 1;
            try {
                return writing.transaction(write -> write(write, transaction, again));
            } catch (Session.RolledBackException lost) {
                if (tries == TRIES) {
                    throw lost;
                }
            }
        }
    }

    private @Nullable Written write(DSLContext write, Transaction transaction, boolean again) {
        if (!touchLeadership(write, holder, epoch)) {
            return null;
        }
        return writeAll(write, transaction, again);
    }

    private Written writeAll(DSLContext write, Transaction transaction, boolean again) {
        ChangeWriter writer =
                new ChangeWriter(write, json, transaction.cluster(), epoch, next.proof(), next.timeline());
        if (again && isWritten(write)) {
            writer.number(transaction.changes());
        } else {
            transaction.changes().forEach(writer::apply);
            transaction.secrets().forEach((reference, secret) -> storeSecret(write, reference, secret));
            if (transaction.operation() != null) {
                storeOperation(write, transaction.operation());
            }
            if (transaction.arbiter() != null) {
                storeArbiter(write, transaction.arbiter());
            }
            appendJournal(write, transaction);
        }
        return new Written(writer.lines(), new Numbers(next.journal() + 1, writer.nextProof(), writer.nextTimeline()));
    }

    private boolean isWritten(DSLContext write) {
        return write.fetchExists(
                write.selectOne().from(JOURNAL).where(JOURNAL.SEQUENCE.eq(next.journal()), JOURNAL.EPOCH.eq(epoch)));
    }

    private static boolean touchLeadership(DSLContext write, String holder, long epoch) {
        return write.update(LEADERSHIP)
                        .set(LEADERSHIP.BEAT, LEADERSHIP.BEAT.plus(1L))
                        .where(LEADERSHIP.ID.eq(LEADERSHIP_ROW))
                        .and(LEADERSHIP.HOLDER.eq(holder))
                        .and(LEADERSHIP.EPOCH.eq(epoch))
                        .execute()
                == 1;
    }

    private void appendJournal(DSLContext write, Transaction transaction) {
        write.insertInto(JOURNAL)
                .set(JOURNAL.SEQUENCE, next.journal())
                .set(JOURNAL.EPOCH, epoch)
                .set(JOURNAL.CLUSTER_ID, transaction.cluster().value())
                .set(JOURNAL.COMMITTED_AT, wallMillis.getAsLong())
                .set(JOURNAL.CAUSE, transaction.cause())
                .set(JOURNAL.CHANGES, json.writeChanges(transaction.changes()))
                .execute();
        if (next.journal() % 1000 == 0) {
            write.deleteFrom(JOURNAL)
                    .where(JOURNAL.SEQUENCE.lt(next.journal() - JOURNAL_LENGTH))
                    .execute();
            write.deleteFrom(OPERATIONS)
                    .where(OPERATIONS.CREATED_AT.lt(wallMillis.getAsLong() - OPERATION_LIFE_MILLIS))
                    .execute();
        }
    }

    private void storeSecret(DSLContext write, String reference, String secret) {
        String sealed = box.seal(secret);
        write.insertInto(SECRETS)
                .set(SECRETS.REFERENCE, reference)
                .set(SECRETS.SEALED, sealed)
                .onDuplicateKeyUpdate()
                .set(SECRETS.SEALED, sealed)
                .execute();
    }

    private void storeArbiter(DSLContext write, ArbiterPlacement placement) {
        String content = json.write(placement);
        write.insertInto(ARBITER)
                .set(ARBITER.ID, ARBITER_ROW)
                .set(ARBITER.GENERATION, placement.generation())
                .set(ARBITER.CONTENT, content)
                .onDuplicateKeyUpdate()
                .set(ARBITER.GENERATION, placement.generation())
                .set(ARBITER.CONTENT, content)
                .execute();
    }

    private void storeOperation(DSLContext write, OperationRecord operation) {
        write.insertInto(OPERATIONS)
                .set(OPERATIONS.IDEMPOTENCY_KEY, operation.key())
                .set(OPERATIONS.FINGERPRINT, operation.fingerprint())
                .set(OPERATIONS.STATUS, operation.status())
                .set(OPERATIONS.BODY, operation.body())
                .set(OPERATIONS.CREATED_AT, wallMillis.getAsLong())
                .execute();
    }

    @Override
    public List<ClusterId> clusters() {
        return reads.clusters();
    }

    @Override
    public Durable load(ClusterId cluster) {
        return reads.load(cluster, epoch);
    }

    @Override
    public List<TimelineRecord> timeline(TimelineQuery query) {
        return reads.timeline(query);
    }

    @Override
    public List<Failover> failovers(ClusterId cluster, int limit) {
        return reads.failovers(cluster, limit);
    }

    @Override
    public Optional<Failover> failover(ClusterId cluster, String id) {
        return reads.failover(cluster, id);
    }

    @Override
    public Optional<OperationRecord> operation(String key) {
        return reads.operation(key);
    }

    @Override
    public Optional<String> secret(String reference) {
        return reads.secret(reference);
    }

    @Override
    public List<SwitchOverRecord> switchOvers(int limit) {
        return reads.switchOvers(limit);
    }

    @Override
    public Optional<ArbiterPlacement> arbiter() {
        return reads.arbiter();
    }

    @Override
    public int schemaVersion() {
        return reads.schemaVersion();
    }

    @Override
    public long journalSequence() {
        return reads.journalSequence();
    }

    @Override
    public long lastCommitNanos() {
        return lastCommitNanos;
    }

    @Override
    public void close() {
        // With its lock, nothing is under way.
        synchronized (lock) {
            writing.close();
            reading.close();
        }
    }
}
