package io.holdfast.manager.store;

import static io.holdfast.manager.schema.Tables.LEADERSHIP;

import io.holdfast.core.leadership.LeadershipRow;
import io.holdfast.manager.schema.Tables;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jooq.Cursor;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.conf.Settings;
import org.jooq.impl.DSL;

/**
 * Copies the whole state from one database into another, empty one, and compares every row. The target is of use only when that has ended well:
 * whatever goes wrong, it is emptied, and the source has not been changed.
 *
 * <p>The leadership row goes along with its epoch, for agents refuse lower ones, but without its holder: the process that wrote into the source
 * has ended, so nobody need wait for its lease. It is written last, when every other row has been compared: until then it has {@link
 * SqlLeadershipStore#CLOSED_EPOCH}, under which no manager of a pair leads, so one that runs meanwhile can't act on half of a state.
 */
public final class DatabaseCopy {
    /** All tables of the schema; the test compares them with the generated classes. */
    static final List<Table<?>> TABLES = List.of(
            Tables.LEADERSHIP,
            Tables.JOURNAL,
            Tables.CLUSTERS,
            Tables.HOSTS,
            Tables.HOST_FACTS,
            Tables.DATASTORES,
            Tables.VMS,
            Tables.RULES,
            Tables.PLACEMENTS,
            Tables.PROOFS,
            Tables.FAILOVERS,
            Tables.RECOVERIES,
            Tables.MOVES,
            Tables.HOST_WORK,
            Tables.ALARMS,
            Tables.TIMELINE,
            Tables.OPERATIONS,
            Tables.SECRETS,
            Tables.SWITCH_OVERS,
            Tables.ARBITER);

    private static final Duration ANSWER_LIMIT = Duration.ofMinutes(2);
    /** Rows of one transaction: large ones stall the replication. */
    private static final int BATCH = 200;
    /** Longer than any lease: the beat of a living leader moves meanwhile. */
    private static final long STILL_MILLIS = 2000;

    private final Database from;
    private final Database to;
    private final Consumer<String> progress;

    /** What was asked can't be done; the text says what to do. Nothing was changed. */
    public static final class RefusedException extends Exception {
        RefusedException(String message) {
            super(message);
        }
    }

    /** @param progress is told a line for each table */
    public DatabaseCopy(Database from, Database to, Consumer<String> progress) {
        this.from = from;
        this.to = to;
        this.progress = progress;
    }

    /** Makes the schema in an empty database, or brings it up to date, and lets managers lead on it. */
    public static void begin(Database database) throws SQLException {
        makeSchema(database);
        try (Connection connection = database.open(ANSWER_LIMIT)) {
            // Until here the row was closed: a manager that saw it between two migrations would have led on half of a
            // schema.
            query(connection, database)
                    .update(LEADERSHIP)
                    .set(LEADERSHIP.EPOCH, SqlLeadershipStore.CLOSED_EPOCH + 1)
                    .where(LEADERSHIP.EPOCH.eq(SqlLeadershipStore.CLOSED_EPOCH))
                    .execute();
        }
    }

    private static void makeSchema(Database database) throws SQLException {
        database.prepareSchema();
        database.migrate();
    }

    /**
     * Copies and compares.
     *
     * @return how many rows
     * @throws RefusedException the target is not empty, or the source is being written
     * @throws SQLException a database failed; the target was left empty, as far as it can still be reached
     */
    public long run() throws RefusedException, SQLException {
        makeSchema(to);
        try (Connection source = from.open(ANSWER_LIMIT);
                Connection target = to.open(ANSWER_LIMIT)) {
            DSLContext read = query(source, from);
            DSLContext write = query(target, to);
            requireEmpty(write);
            requireStill(read);
            boolean done = false;
            try {
                long rows = 0;
                for (Table<?> table : rowTables()) {
                    rows += copy(read, write, table);
                }
                for (Table<?> table : rowTables()) {
                    compare(read, write, table);
                }
                openLeadership(row(read), write);
                done = true;
                return rows + 1;
            } finally {
                if (!done) {
                    empty(write);
                }
            }
        }
    }

    private static DSLContext query(Connection connection, Database database) {
        return DSL.using(
                connection,
                database.dialect(),
                new Settings().withExecuteLogging(false).withRenderSchema(false));
    }

    private void requireEmpty(DSLContext write) throws RefusedException {
        for (Table<?> table : TABLES) {
            int rows = write.fetchCount(table);
            boolean fresh = table.equals(LEADERSHIP)
                    ? rows == 1 && row(write).epoch() == SqlLeadershipStore.CLOSED_EPOCH
                    : rows == 0;
            if (!fresh) {
                throw new RefusedException("The target database (" + to.kind() + ") already holds " + rows
                        + " rows in " + table.getName()
                        + ": it may be another installation's. Empty it or name another one; nothing was changed.");
            }
        }
    }

    private void requireStill(DSLContext read) throws RefusedException {
        LeadershipRow before = row(read);
        if (from.replicated()) {
            try {
                Thread.sleep(STILL_MILLIS);
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
            if (!row(read).equals(before)) {
                throw new RefusedException("The source database is being written by " + before.holder()
                        + ": stop the managers of both nodes first; nothing was changed.");
            }
        }
    }

    private static LeadershipRow row(DSLContext query) {
        return query.selectFrom(LEADERSHIP)
                .fetchSingle(row -> new LeadershipRow(row.getHolder(), row.getEpoch(), row.getBeat()));
    }

    private static List<Table<?>> rowTables() {
        return TABLES.stream().filter(table -> !table.equals(LEADERSHIP)).toList();
    }

    /** The instant from which somebody may lead on the target. */
    private static void openLeadership(LeadershipRow row, DSLContext write) throws RefusedException {
        int changed = write.update(LEADERSHIP)
                .set(LEADERSHIP.HOLDER, "")
                .set(LEADERSHIP.EPOCH, Math.max(row.epoch(), SqlLeadershipStore.CLOSED_EPOCH + 1))
                .set(LEADERSHIP.BEAT, row.beat())
                .where(LEADERSHIP.EPOCH.eq(SqlLeadershipStore.CLOSED_EPOCH))
                .and(LEADERSHIP.HOLDER.eq(""))
                .execute();
        if (changed != 1) {
            throw new RefusedException(
                    "Somebody has led on the target database during the copy: the target was emptied. End that manager and try again.");
        }
    }

    private <R extends Record> long copy(DSLContext read, DSLContext write, Table<R> table) {
        long rows = 0;
        try (Cursor<R> cursor = read.selectFrom(table).fetchLazy()) {
            while (cursor.hasNext()) {
                List<R> batch = cursor.fetchNext(BATCH);
                write.transaction(transaction -> {
                    for (R row : batch) {
                        transaction
                                .dsl()
                                .insertInto(table, table.fields())
                                .values(row.intoArray())
                                .execute();
                    }
                });
                rows += batch.size();
            }
        }
        progress.accept("copied " + table.getName() + ": " + rows);
        return rows;
    }

    private <R extends Record> void compare(DSLContext read, DSLContext write, Table<R> table) throws RefusedException {
        // Both order names by their bytes.
        List<Field<?>> key =
                new ArrayList<>(Objects.requireNonNull(table.getPrimaryKey(), "every table has a primary key")
                        .getFields());
        long at = 0;
        try (Cursor<R> left = read.selectFrom(table).orderBy(key).fetchLazy();
                Cursor<R> right = write.selectFrom(table).orderBy(key).fetchLazy()) {
            while (left.hasNext() && right.hasNext()) {
                requireSame(table, Objects.equals(left.fetchNext(), right.fetchNext()), ++at);
            }
            requireSame(table, !left.hasNext() && !right.hasNext(), at);
        }
        progress.accept("compared " + table.getName() + ": " + at);
    }

    private static void requireSame(Table<?> table, boolean same, long row) throws RefusedException {
        if (!same) {
            throw new RefusedException(
                    "Row " + row + " of " + table.getName()
                            + " is not the same in both databases after the copy: the target was emptied. Try again; if it stays so, report it.");
        }
    }

    private static void empty(DSLContext write) {
        for (Table<?> table : TABLES.reversed()) {
            if (table.equals(LEADERSHIP)) {
                write.update(LEADERSHIP)
                        .set(LEADERSHIP.HOLDER, "")
                        .set(LEADERSHIP.EPOCH, SqlLeadershipStore.CLOSED_EPOCH)
                        .set(LEADERSHIP.BEAT, 0L)
                        .execute();
            } else {
                write.deleteFrom(table).execute();
            }
        }
    }
}
