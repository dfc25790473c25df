package io.holdfast.manager;

import io.holdfast.manager.store.Database;
import io.holdfast.manager.store.DatabaseCopy;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Debian's mariadbd on loopback, one for all tests of this JVM, with a schema of its own for each test. */
public final class RealMariaDb {
    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    private static @Nullable RealMariaDb running;

    private final int port;
    private final Process process;

    private RealMariaDb(int port, Process process) {
        this.port = port;
        this.process = process;
    }

    /** An empty database with the schema of the ledger. */
    public static Database fresh() {
        try {
            Database database = empty();
            DatabaseCopy.begin(database);
            return database;
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /** An empty database. */
    public static Database empty() {
        return Database.mariadb(emptyUrl(), "root", null);
    }

    /** The address of an empty database; user root, no password. */
    public static String emptyUrl() {
        RealMariaDb server = server();
        String name = "test" + SCHEMAS.incrementAndGet();
        try (var connection = DriverManager.getConnection(server.url(""), "root", "");
                var statement = connection.createStatement()) {
            statement.execute("create database " + name);
        } catch (SQLException failure) {
            throw new IllegalStateException(failure);
        }
        return server.url(name);
    }

    private String url(String schema) {
        return "jdbc:mariadb://127.0.0.1:" + port + "/" + schema;
    }

    private static synchronized RealMariaDb server() {
        RealMariaDb server = running;
        if (server == null) {
            server = start();
            running = server;
        }
        return server;
    }

    private static RealMariaDb start() {
        try {
            Path directory = Files.createTempDirectory("holdfast-mariadb");
            String user = "--user=" + System.getProperty("user.name");
            String data = "--datadir=" + directory.resolve("data");
            run(
                    directory,
                    "mariadb-install-db",
                    "--no-defaults",
                    user,
                    data,
                    "--skip-test-db",
                    "--auth-root-authentication-method=normal");
            int port = freePort();
            Process process = new ProcessBuilder(
                            "mariadbd",
                            "--no-defaults",
                            user,
                            data,
                            "--socket=" + directory.resolve("s"),
                            "--pid-file=" + directory.resolve("pid"),
                            "--bind-address=127.0.0.1",
                            "--port=" + port,
                            "--innodb-buffer-pool-size=24M",
                            "--innodb-log-file-size=16M",
                            "--performance-schema=OFF",
                            "--skip-name-resolve")
                    .redirectErrorStream(true)
                    .redirectOutput(directory.resolve("log").toFile())
                    .start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> end(process, directory)));
            RealMariaDb server = new RealMariaDb(port, process);
            server.awaitAnswer(directory);
            return server;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        } catch (InterruptedException stop) {
            throw new IllegalStateException(stop);
        }
    }

    private static void run(Path directory, String... words) throws IOException, InterruptedException {
        Path log = directory.resolve("install.log");
        Process process = new ProcessBuilder(List.of(words))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (process.waitFor() != 0) {
            throw new IOException(
                    words[0] + " failed: " + Files.readString(log) + "; install the Debian package mariadb-server");
        }
    }

    private void awaitAnswer(Path directory) throws IOException, InterruptedException {
        for (int tries = 0; tries < 300; tries++) {
            try (var connection = DriverManager.getConnection(url(""), "root", "")) {
                if (connection.isValid(5)) {
                    return;
                }
            } catch (SQLException notYet) {
                if (!process.isAlive()) {
                    throw new IOException("mariadbd ended: " + Files.readString(directory.resolve("log")), notYet);
                }
                Thread.sleep(100);
            }
        }
        throw new IOException("mariadbd doesn't answer within 30 s: " + Files.readString(directory.resolve("log")));
    }

    private static void end(Process process, Path directory) {
        process.destroyForcibly();
        try (var files = Files.walk(directory)) {
            process.waitFor(10, TimeUnit.SECONDS);
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException | InterruptedException leftover) {
            // A temporary directory that stays behind harms nobody.
            return;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
