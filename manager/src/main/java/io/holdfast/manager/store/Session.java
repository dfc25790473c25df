package io.holdfast.manager.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Function;
import org.jooq.DSLContext;
import org.jooq.conf.Settings;
import org.jooq.exception.DataAccessException;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * One connection of the ledger, used by one thread at a time; opened when it is first needed, and anew after a failure where the database is
 * across a network. No state of the connection outlives a call.
 */
final class Session implements AutoCloseable {
    /** Serialization failure: the server has rolled the transaction back. In Galera also the answer to a write that lost its certification. */
    private static final String ROLLED_BACK = "40001";

    private static final int DEADLOCK = 1213;
    private static final int LOCK_WAIT = 1205;
    private static final long TRUSTED_NANOS = 500_000_000L;
    private static final int ASK_SECONDS = 1;

    private final Database database;
    private final Duration limit;
    private @Nullable Connection connection;
    private long usedNanos;
    private boolean closed;

    /** @param limit of one statement's answer; the outcome of a write that takes longer is unknown */
    Session(Database database, Duration limit) {
        this.database = database;
        this.limit = limit;
    }

    /** The transaction was rolled back for certain: it may be repeated as it is. */
    static final class RolledBackException extends StorageException {
        RolledBackException(Throwable cause) {
            super("The database rolled a transaction back", cause);
        }
    }

    /** Runs a query, or a single statement that is a transaction by itself. */
    synchronized <T extends @Nullable Object> T run(Function<DSLContext, T> work) {
        boolean done = false;
        try {
            T result = work.apply(query(open()));
            done = true;
            return result;
        } catch (SQLException | DataAccessException failure) {
            throw failed("The database can't be read", failure);
        } finally {
            drop(!done);
        }
    }

    /** Runs queries that all see the same instant. */
    synchronized <T> T snapshot(Function<DSLContext, T> work) {
        if (!database.replicated()) {
            return run(work); // The one process that writes is this one, and it doesn't while it loads.
        }
        return run(query -> {
            query.execute("start transaction with consistent snapshot");
            T result = work.apply(query);
            query.execute("commit");
            return result;
        });
    }

    /**
     * Commits unless the work gives null or throws; then everything is rolled back. Between transactions the connection is in auto-commit:
     * SQLite's driver would else begin the next one at once, and keep every other process from writing while this one idles.
     *
     * @throws RolledBackException nothing was stored
     * @throws StorageException the outcome is unknown
     */
    synchronized <T extends @Nullable Object> T transaction(Function<DSLContext, T> work) {
        boolean ended = false;
        try {
            Connection open = open();
            open.setAutoCommit(false);
            T result = work.apply(query(open));
            if (result != null) {
                open.commit();
            } else {
                open.rollback();
            }
            ended = true;
            open.setAutoCommit(true);
            return result;
        } catch (SQLException | DataAccessException failure) {
            throw failed("The database refused a transaction", failure);
        } finally {
            if (!ended) {
                rollBack();
            }
        }
    }

    private void rollBack() {
        Connection open = connection;
        if (open != null && !database.replicated()) {
            try {
                open.rollback();
                open.setAutoCommit(true);
                return;
            } catch (SQLException unusable) {
                drop(true);
                return;
            }
        }
        drop(true); // The server rolls back what a closed connection has left.
    }

    private static StorageException failed(String what, Exception failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql
                    && (ROLLED_BACK.equals(sql.getSQLState())
                            || sql.getErrorCode() == DEADLOCK
                            || sql.getErrorCode() == LOCK_WAIT)) {
                return new RolledBackException(failure);
            }
        }
        return new StorageException(what, failure);
    }

    private Connection open() throws SQLException {
        if (closed) {
            throw new SQLException("the ledger has been closed");
        }
        if (connection != null && database.replicated() && System.nanoTime() - usedNanos > TRUSTED_NANOS) {
            // The database may have been started anew since: found out now, it costs a connection; later, an epoch.
            drop(!connection.isValid(ASK_SECONDS));
        }
        if (connection == null) {
            connection = database.open(limit);
        }
        usedNanos = System.nanoTime();
        return connection;
    }

    private DSLContext query(Connection open) {
        return DSL.using(
                open,
                database.dialect(),
                new Settings().withExecuteLogging(false).withRenderSchema(false));
    }

    private void drop(boolean broken) {
        Connection open = connection;
        if (broken && open != null && (database.replicated() || closed)) {
            connection = null;
            try {
                open.close();
            } catch (SQLException gone) {
                // It was broken; that is why it is closed.
                connection = null;
            }
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        drop(true);
    }
}
