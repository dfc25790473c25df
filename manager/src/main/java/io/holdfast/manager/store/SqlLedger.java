package io.holdfast.manager.store;

import static io.holdfast.manager.schema.Tables.ALARMS;
import static io.holdfast.manager.schema.Tables.CLUSTERS;
import static io.holdfast.manager.schema.Tables.DATASTORES;
import static io.holdfast.manager.schema.Tables.FAILOVERS;
import static io.holdfast.manager.schema.Tables.HOSTS;
import static io.holdfast.manager.schema.Tables.HOST_FACTS;
import static io.holdfast.manager.schema.Tables.HOST_WORK;
import static io.holdfast.manager.schema.Tables.JOURNAL;
import static io.holdfast.manager.schema.Tables.LEADERSHIP;
import static io.holdfast.manager.schema.Tables.MOVES;
import static io.holdfast.manager.schema.Tables.OPERATIONS;
import static io.holdfast.manager.schema.Tables.PLACEMENTS;
import static io.holdfast.manager.schema.Tables.PROOFS;
import static io.holdfast.manager.schema.Tables.RECOVERIES;
import static io.holdfast.manager.schema.Tables.RULES;
import static io.holdfast.manager.schema.Tables.SECRETS;
import static io.holdfast.manager.schema.Tables.SWITCH_OVERS;
import static io.holdfast.manager.schema.Tables.TIMELINE;
import static io.holdfast.manager.schema.Tables.VMS;
import static org.jooq.impl.DSL.coalesce;
import static org.jooq.impl.DSL.max;
import static org.jooq.impl.DSL.val;

import io.holdfast.core.Alarm;
import io.holdfast.core.Durable;
import io.holdfast.core.TimelineEntry;
import io.holdfast.core.health.HostFacts;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.movement.HostWork;
import io.holdfast.core.movement.Move;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Failover;
import io.holdfast.core.recovery.Recovery;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Table;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * The ledger on SQL: one connection that writes, one that reads, each used by one thread at a time.
 *
 * <p>Every transaction of the leader touches the leadership row for its epoch; zero rows mean that another manager leads, and everything is
 * rolled back (safety argument, section 2). Identities that only grow (journal, proofs, timeline) are given here, by the one writer.
 */
public final class SqlLedger implements Ledger {
    /** The journal keeps this many transactions; older ones have been superseded by the tables long since. */
    static final long JOURNAL_LENGTH = 100_000;

    private static final int LEADERSHIP_ROW = 1;
    /** Answers are kept for a day: no client repeats a request after that. */
    private static final long OPERATION_LIFE_MILLIS = 86_400_000L;

    private final RecordJson json;
    private final SecretBox box;
    private final LongSupplier wallMillis;
    private final Connection writing;
    private final Connection reading;
    private final DSLContext write;
    private final DSLContext read;
    private final Object writeLock = new Object();
    private final Object readLock = new Object();

    private String holder = "";
    private long epoch;
    private long nextJournal;
    private long nextProof;
    private long nextTimeline;
    private volatile long lastCommitNanos;

    /** @param wallMillis wall clock, for people only */
    public SqlLedger(Database database, RecordJson json, SecretBox box, LongSupplier wallMillis) {
        this.json = json;
        this.box = box;
        this.wallMillis = wallMillis;
        try {
            this.writing = database.open();
            this.reading = database.open();
        } catch (SQLException failure) {
            throw new StorageException("The database can't be opened", failure);
        }
        Settings settings = new Settings().withExecuteLogging(false).withRenderSchema(false);
        this.write = DSL.using(writing, database.dialect(), settings);
        this.read = DSL.using(reading, database.dialect(), settings);
    }

    @Override
    public long takeLeadership(String newHolder) {
        synchronized (writeLock) {
            return inTransaction(() -> {
                write.update(LEADERSHIP)
                        .set(LEADERSHIP.HOLDER, newHolder)
                        .set(LEADERSHIP.EPOCH, LEADERSHIP.EPOCH.plus(1L))
                        .set(LEADERSHIP.BEAT, LEADERSHIP.BEAT.plus(1L))
                        .where(LEADERSHIP.ID.eq(LEADERSHIP_ROW))
                        .execute();
                long taken = write.select(LEADERSHIP.EPOCH)
                        .from(LEADERSHIP)
                        .where(LEADERSHIP.ID.eq(LEADERSHIP_ROW))
                        .fetchSingle(LEADERSHIP.EPOCH);
                holder = newHolder;
                epoch = taken;
                nextJournal = nextOf(JOURNAL, JOURNAL.SEQUENCE);
                nextProof = nextOf(PROOFS, PROOFS.ID);
                nextTimeline = nextOf(TIMELINE, TIMELINE.ID);
                return taken;
            });
        }
    }

    private long nextOf(Table<?> table, Field<Long> identity) {
        return write.select(coalesce(max(identity), val(0L)))
                        .from(table)
                        .fetchSingle()
                        .value1()
                + 1;
    }

    @Override
    public List<TimelineRecord> commit(Transaction transaction) throws DeposedException {
        synchronized (writeLock) {
            long start = System.nanoTime();
            List<TimelineRecord> lines = inTransaction(() -> {
                if (!touchLeadership()) {
                    return null;
                }
                ChangeWriter writer =
                        new ChangeWriter(write, json, transaction.cluster(), epoch, nextProof, nextTimeline);
                transaction.changes().forEach(writer::apply);
                transaction.secrets().forEach(this::storeSecret);
                if (transaction.operation() != null) {
                    storeOperation(transaction.operation());
                }
                appendJournal(transaction);
                nextProof = writer.nextProof();
                nextTimeline = writer.nextTimeline();
                return writer.lines();
            });
            if (lines == null) {
                throw new DeposedException(holder, epoch);
            }
            lastCommitNanos = System.nanoTime() - start;
            return lines;
        }
    }

    private boolean touchLeadership() {
        return write.update(LEADERSHIP)
                        .set(LEADERSHIP.BEAT, LEADERSHIP.BEAT.plus(1L))
                        .where(LEADERSHIP.ID.eq(LEADERSHIP_ROW))
                        .and(LEADERSHIP.HOLDER.eq(holder))
                        .and(LEADERSHIP.EPOCH.eq(epoch))
                        .execute()
                == 1;
    }

    private void appendJournal(Transaction transaction) {
        write.insertInto(JOURNAL)
                .set(JOURNAL.SEQUENCE, nextJournal)
                .set(JOURNAL.EPOCH, epoch)
                .set(JOURNAL.CLUSTER_ID, transaction.cluster().value())
                .set(JOURNAL.COMMITTED_AT, wallMillis.getAsLong())
                .set(JOURNAL.CAUSE, transaction.cause())
                .set(JOURNAL.CHANGES, json.writeChanges(transaction.changes()))
                .execute();
        if (nextJournal % 1000 == 0) {
            write.deleteFrom(JOURNAL)
                    .where(JOURNAL.SEQUENCE.lt(nextJournal - JOURNAL_LENGTH))
                    .execute();
            write.deleteFrom(OPERATIONS)
                    .where(OPERATIONS.CREATED_AT.lt(wallMillis.getAsLong() - OPERATION_LIFE_MILLIS))
                    .execute();
        }
        nextJournal++;
    }

    private void storeSecret(String reference, String secret) {
        String sealed = box.seal(secret);
        write.insertInto(SECRETS)
                .set(SECRETS.REFERENCE, reference)
                .set(SECRETS.SEALED, sealed)
                .onDuplicateKeyUpdate()
                .set(SECRETS.SEALED, sealed)
                .execute();
    }

    private void storeOperation(OperationRecord operation) {
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
        return reading(() -> read.select(CLUSTERS.ID)
                .from(CLUSTERS)
                .orderBy(CLUSTERS.NAME)
                .fetch(row -> new ClusterId(row.value1())));
    }

    @Override
    public Durable load(ClusterId cluster) {
        return reading(() -> {
            long begun = read.select(LEADERSHIP.EPOCH)
                    .from(LEADERSHIP)
                    .where(LEADERSHIP.ID.eq(LEADERSHIP_ROW))
                    .fetchSingle(LEADERSHIP.EPOCH);
            String id = cluster.value();
            // The epoch that this ledger has taken is begun by the core, with its BecameLeader: what was begun before
            // is one less.
            return new Durable(
                    begun == epoch ? begun - 1 : begun,
                    json.read(
                            read.select(CLUSTERS.CONTENT)
                                    .from(CLUSTERS)
                                    .where(CLUSTERS.ID.eq(id))
                                    .fetchSingle(CLUSTERS.CONTENT),
                            Cluster.class),
                    records(HOSTS, HOSTS.CONTENT, HOSTS.CLUSTER_ID.eq(id), HOSTS.ID, Host.class),
                    records(
                            HOST_FACTS,
                            HOST_FACTS.CONTENT,
                            HOST_FACTS.CLUSTER_ID.eq(id),
                            HOST_FACTS.HOST_ID,
                            HostFacts.class),
                    records(
                            DATASTORES,
                            DATASTORES.CONTENT,
                            DATASTORES.CLUSTER_ID.eq(id),
                            DATASTORES.ID,
                            Datastore.class),
                    records(VMS, VMS.CONTENT, VMS.CLUSTER_ID.eq(id), VMS.ID, Vm.class),
                    records(RULES, RULES.CONTENT, RULES.CLUSTER_ID.eq(id), RULES.ID, Rule.class),
                    records(
                            PLACEMENTS,
                            PLACEMENTS.CONTENT,
                            PLACEMENTS.CLUSTER_ID.eq(id),
                            PLACEMENTS.VM_ID,
                            Placement.class),
                    records(
                            FAILOVERS,
                            FAILOVERS.CONTENT,
                            FAILOVERS.CLUSTER_ID.eq(id).and(FAILOVERS.CLOSED_AT.eq(0L)),
                            FAILOVERS.ID,
                            Failover.class),
                    records(
                            RECOVERIES,
                            RECOVERIES.CONTENT,
                            RECOVERIES.CLUSTER_ID.eq(id),
                            RECOVERIES.VM_ID,
                            Recovery.class),
                    records(MOVES, MOVES.CONTENT, MOVES.CLUSTER_ID.eq(id), MOVES.VM_ID, Move.class),
                    records(
                            HOST_WORK,
                            HOST_WORK.CONTENT,
                            HOST_WORK.CLUSTER_ID.eq(id),
                            HOST_WORK.HOST_ID,
                            HostWork.class),
                    records(ALARMS, ALARMS.CONTENT, ALARMS.CLUSTER_ID.eq(id), ALARMS.ALARM_KEY, Alarm.class));
        });
    }

    private <T> List<T> records(
            Table<?> table, Field<String> content, Condition where, Field<String> order, Class<T> type) {
        return read.select(content).from(table).where(where).orderBy(order).fetch(row -> json.read(row.value1(), type));
    }

    @Override
    public List<TimelineRecord> timeline(TimelineQuery query) {
        List<Condition> where = new ArrayList<>();
        optional(where, TIMELINE.CLUSTER_ID, query.cluster());
        optional(where, TIMELINE.HOST_ID, query.host());
        optional(where, TIMELINE.VM_ID, query.vm());
        optional(where, TIMELINE.FAILOVER_ID, query.failover());
        Long after = query.after();
        Long before = query.before();
        if (after != null) {
            where.add(TIMELINE.ID.gt(after));
        } else if (before != null) {
            where.add(TIMELINE.ID.lt(before));
        }
        return reading(() -> read.select(TIMELINE.ID, TIMELINE.CLUSTER_ID, TIMELINE.CONTENT)
                .from(TIMELINE)
                .where(where)
                .orderBy(after != null ? TIMELINE.ID.asc() : TIMELINE.ID.desc())
                .limit(query.limit())
                .fetch(row -> new TimelineRecord(
                        row.value1(), new ClusterId(row.value2()), json.read(row.value3(), TimelineEntry.class))));
    }

    private static void optional(List<Condition> where, Field<String> field, @Nullable String value) {
        if (value != null) {
            where.add(field.eq(value));
        }
    }

    @Override
    public List<Failover> failovers(ClusterId cluster, int limit) {
        return reading(() -> read.select(FAILOVERS.CONTENT)
                .from(FAILOVERS)
                .where(FAILOVERS.CLUSTER_ID.eq(cluster.value()))
                .orderBy(FAILOVERS.OPENED_AT.desc(), FAILOVERS.ID.desc())
                .limit(limit)
                .fetch(row -> json.read(row.value1(), Failover.class)));
    }

    @Override
    public Optional<Failover> failover(ClusterId cluster, String id) {
        return reading(() -> read.select(FAILOVERS.CONTENT)
                .from(FAILOVERS)
                .where(FAILOVERS.CLUSTER_ID.eq(cluster.value()))
                .and(FAILOVERS.ID.eq(id))
                .fetchOptional(row -> json.read(row.value1(), Failover.class)));
    }

    @Override
    public Optional<OperationRecord> operation(String key) {
        return reading(() -> read.selectFrom(OPERATIONS)
                .where(OPERATIONS.IDEMPOTENCY_KEY.eq(key))
                .fetchOptional(row -> new OperationRecord(key, row.getFingerprint(), row.getStatus(), row.getBody())));
    }

    @Override
    public Optional<String> secret(String reference) {
        return reading(() -> read.select(SECRETS.SEALED)
                .from(SECRETS)
                .where(SECRETS.REFERENCE.eq(reference))
                .fetchOptional(row -> box.open(row.value1())));
    }

    @Override
    public List<SwitchOverRecord> switchOvers(int limit) {
        return reading(() -> read.selectFrom(SWITCH_OVERS)
                .orderBy(SWITCH_OVERS.EPOCH.desc())
                .limit(limit)
                .fetch(row -> new SwitchOverRecord(
                        row.getEpoch(),
                        row.getTakenAt(),
                        SwitchOverRecord.Cause.valueOf(row.getCause()),
                        row.getFromNode(),
                        row.getToNode(),
                        row.getDurationMillis())));
    }

    @Override
    public long lastCommitNanos() {
        return lastCommitNanos;
    }

    @Override
    public void close() {
        // With both locks, nothing is under way.
        synchronized (writeLock) {
            synchronized (readLock) {
                closeBoth();
            }
        }
    }

    private void closeBoth() {
        try {
            writing.close();
            reading.close();
        } catch (SQLException failure) {
            throw new StorageException("The database can't be closed", failure);
        }
    }

    private <T> T reading(Supplier<T> query) {
        synchronized (readLock) {
            try {
                return query.get();
            } catch (DataAccessException failure) {
                throw new StorageException("The database can't be read", failure);
            }
        }
    }

    /**
     * Commits unless the work gives null or throws; then everything is rolled back. Between transactions the connection is in auto-commit:
     * SQLite's driver would else begin the next one at once, and keep every other process from writing while this one idles.
     */
    private <T extends @Nullable Object> T inTransaction(Supplier<T> work) {
        boolean committed = false;
        try {
            writing.setAutoCommit(false);
            T result = work.get();
            if (result != null) {
                writing.commit();
                committed = true;
            }
            return result;
        } catch (SQLException | DataAccessException failure) {
            throw new StorageException("The database refused a transaction", failure);
        } finally {
            end(committed);
        }
    }

    private void end(boolean committed) {
        try {
            if (!committed && !writing.getAutoCommit()) {
                writing.rollback();
            }
            writing.setAutoCommit(true);
        } catch (SQLException failure) {
            throw new StorageException("The database can't end a transaction", failure);
        }
    }
}
