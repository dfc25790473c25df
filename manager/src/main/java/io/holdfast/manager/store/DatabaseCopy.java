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
 * has ended, so nobody need wait for its lease.
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
            Tables.SWITCH_OVERS);

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

    /** Makes the schema in an empty database, or brings it up to date. */
    public static void makeSchema(Database database) throws SQLException {
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
                for (Table<?> table : TABLES) {
                    rows += copy(read, write, table);
                }
                for (Table<?> table : TABLES) {
                    compare(read, write, table);
                }
                done = true;
                return rows;
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
            boolean fresh = table.equals(LEADERSHIP) ? rows == 1 && row(write).epoch() == 0 : rows == 0;
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

    private <R extends Record> long copy(DSLContext read, DSLContext write, Table<R> table) {
        if (table.equals(LEADERSHIP)) {
            LeadershipRow row = row(read);
            write.update(LEADERSHIP)
                    .set(LEADERSHIP.HOLDER, "")
                    .set(LEADERSHIP.EPOCH, row.epoch())
                    .set(LEADERSHIP.BEAT, row.beat())
                    .execute();
            return 1;
        }
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
        if (table.equals(LEADERSHIP)) {
            LeadershipRow expected = row(read);
            requireSame(table, new LeadershipRow("", expected.epoch(), expected.beat()).equals(row(write)), 1);
            return;
        }
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
                        .set(LEADERSHIP.EPOCH, 0L)
                        .set(LEADERSHIP.BEAT, 0L)
                        .execute();
            } else {
                write.deleteFrom(table).execute();
            }
        }
    }
}
