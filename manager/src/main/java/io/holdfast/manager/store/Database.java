package io.holdfast.manager.store;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Properties;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jooq.SQLDialect;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteDataSource;

/**
 * Where the ledger's connections come from.
 *
 * <p>SQLite with a write-ahead log and {@code synchronous=FULL}: every commit is flushed before it returns (H2, for one, does not;
 * docs/decisions/manager-database.md). Two connections are kept open by the ledger, one to write and one to read, so no pool is needed.
 */
public final class Database {
    private final DataSource source;
    private final SQLDialect dialect;
    private final String kind;

    private Database(DataSource source, SQLDialect dialect, String kind) {
        this.source = source;
        this.dialect = dialect;
        this.kind = kind;
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
        return new Database(source, SQLDialect.SQLITE, "sqlite");
    }

    /** Brings the schema up to date. One manager at a time: for the pair it runs under the leadership lease. */
    public void migrate() {
        Flyway.configure()
                .dataSource(source)
                .locations("classpath:io/holdfast/manager/migrations")
                .load()
                .migrate();
    }

    /** A new connection; the caller closes it. */
    public Connection open() throws SQLException {
        return source.getConnection();
    }

    /** For the query builder. */
    public SQLDialect dialect() {
        return dialect;
    }

    /** {@code sqlite} or {@code mariadb}, for people. */
    public String kind() {
        return kind;
    }
}
