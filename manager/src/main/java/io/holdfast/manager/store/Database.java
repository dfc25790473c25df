package io.holdfast.manager.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Properties;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jooq.SQLDialect;
import org.jspecify.annotations.Nullable;
import org.mariadb.jdbc.MariaDbDataSource;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * Where the ledger's connections come from.
 *
 * <p>SQLite with a write-ahead log and {@code synchronous=FULL}: every commit is flushed before it returns (H2, for one, does not;
 * docs/decisions/manager-database.md). MariaDB: only ever the member on this node; the other one has its own manager. The ledger keeps its
 * few connections open, so no pool is needed.
 */
public final class Database {
    /** The version of the schema that this program knows: the highest among its migrations. */
    public static final int SCHEMA_VERSION = 5;

    /** Names that differ only in case or in blanks at the end are different names, as in SQLite. */
    static final String COLLATION = "utf8mb4_nopad_bin";

    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(1);
    /** Migrations of a large database take long; nothing waits for them but the start. */
    private static final Duration MIGRATION_LIMIT = Duration.ofMinutes(10);

    private final Source source;
    private final SQLDialect dialect;
    private final String kind;
    private final @Nullable Database unsynchronized;

    /** Gives data sources whose answers are waited for only so long. */
    private interface Source {
        DataSource within(Duration limit) throws SQLException;
    }

    private Database(Source source, SQLDialect dialect, String kind, @Nullable Database unsynchronized) {
        this.source = source;
        this.dialect = dialect;
        this.kind = kind;
        this.unsynchronized = unsynchronized;
    }

    /** The embedded database in this file, which is made, readable by its owner only, when it does not exist. */
    public static Database sqlite(Path file) throws IOException {
        if (!Files.exists(file)) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        }
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.setBusyTimeout(5000);
        config.setTransactionMode(SQLiteConfig.TransactionMode.IMMEDIATE);
        Properties properties = config.toProperties();
        SQLiteDataSource source = new SQLiteDataSource(new SQLiteConfig(properties));
        source.setUrl("jdbc:sqlite:" + file.toAbsolutePath());
        return new Database(limit -> source, SQLDialect.SQLITE, "sqlite", null);
    }

    /**
     * This node's member of the replicated database.
     *
     * <p>{@code wsrep_sync_wait=1}: a read first waits for everything that any member has acknowledged (finding 9 of the measurements); while the
     * members change it hangs rather than show the past. A lock is waited for 2 s at most.
     *
     * @param url such as {@code jdbc:mariadb://127.0.0.1:3306/holdfast}
     */
    public static Database mariadb(String url, String user, @Nullable String password) {
        Database unsynchronized = new Database(mariadb(url, user, password, 0), SQLDialect.MARIADB, "mariadb", null);
        return new Database(mariadb(url, user, password, 1), SQLDialect.MARIADB, "mariadb", unsynchronized);
    }

    private static Source mariadb(String url, String user, @Nullable String password, int syncWait) {
        return limit -> {
            MariaDbDataSource source = new MariaDbDataSource(url
                    + (url.contains("?") ? "&" : "?")
                    + "connectTimeout=" + CONNECT_LIMIT.toMillis()
                    + "&socketTimeout=" + limit.toMillis()
                    + "&sessionVariables=wsrep_sync_wait=" + syncWait + ",innodb_lock_wait_timeout=2");
            source.setUser(user);
            source.setPassword(password == null ? "" : password);
            return source;
        };
    }

    /** The same, whose reads show this member's own copy as it is, without waiting for the others; never to be written through. */
    Database unsynchronized() {
        return unsynchronized == null ? this : unsynchronized;
    }

    /** Brings the schema up to date. One manager at a time: for the pair it runs under the leadership lease. */
    public void migrate() {
        flyway().migrate();
    }

    private Flyway flyway() {
        try {
            return Flyway.configure()
                    .dataSource(source.within(MIGRATION_LIMIT))
                    .locations("classpath:io/holdfast/manager/migrations")
                    .load();
        } catch (SQLException failure) {
            throw new StorageException("The database can't be reached to bring its schema up to date", failure);
        }
    }

    /** On MariaDB: gives the empty schema the collation that names need. */
    public void prepareSchema() throws SQLException {
        if (!replicated()) {
            return;
        }
        try (Connection connection = open(MIGRATION_LIMIT);
                Statement statement = connection.createStatement()) {
            statement.execute("alter database character set utf8mb4 collate " + COLLATION);
        }
    }

    /** A new connection; the caller closes it. Statements without an answer within the limit fail with the connection, their outcome unknown. */
    public Connection open(Duration answerLimit) throws SQLException {
        return source.within(answerLimit).getConnection();
    }

    /** For the query builder. */
    public SQLDialect dialect() {
        return dialect;
    }

    /** {@code sqlite} or {@code mariadb}, for people. */
    public String kind() {
        return kind;
    }

    /** Other processes write into it, and a connection to it can break. */
    public boolean replicated() {
        return dialect == SQLDialect.MARIADB;
    }
}
