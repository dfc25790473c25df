package io.holdfast.manager;

import io.holdfast.core.Now;
import io.holdfast.core.leadership.LeadershipTerms;
import io.holdfast.manager.ManagerSettings.DatabaseSettings;
import io.holdfast.manager.lead.BootClock;
import io.holdfast.manager.lead.SupervisorWatch;
import io.holdfast.manager.power.IpmitoolPower;
import io.holdfast.manager.store.Database;
import io.holdfast.manager.store.DatabaseCopy;
import io.holdfast.manager.store.RecordJson;
import io.holdfast.manager.store.SecretBox;
import io.holdfast.manager.store.SqlLeadershipStore;
import io.holdfast.manager.store.SqlLedger;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.jar.JarFile;
import org.mariadb.jdbc.MariaDbDataSource;

/**
 * Lets a manager do for a few seconds what every start does (lead as one of a pair, store, answer; on a database in a temporary folder), so that the
 * JVM can write a start-up cache of the classes it needed: {@code holdfast-manager --train CACHE}.
 */
final class TrainingRun {
    private static final Duration LIMIT = Duration.ofSeconds(20);
    private static final int ROUNDS = 40;

    private TrainingRun() {}

    static void run() throws IOException, GeneralSecurityException, InterruptedException {
        Path state = Files.createTempDirectory("holdfast-training");
        Files.createDirectories(state.resolve("pki"));
        loadDriver();
        Database database = Database.sqlite(state.resolve("holdfast.db"));
        begin(database);
        SqlLedger ledger = new SqlLedger(
                database,
                new RecordJson(),
                SecretBox.openOrCreate(state.resolve("pki/secrets.key")),
                System::currentTimeMillis);
        InetSocketAddress any = new InetSocketAddress("127.0.0.1", 0);
        ManagerSettings settings = new ManagerSettings(
                "training",
                state,
                any,
                any,
                List.of("127.0.0.1:1"),
                null,
                "true",
                new DatabaseSettings.Embedded(),
                URI.create("http://127.0.0.1:1"),
                List.of("false"),
                state);
        SupervisorWatch supervisor = new SupervisorWatch(settings.supervisor(), System::currentTimeMillis);
        supervisor.start();
        Manager.Pair pair = new Manager.Pair(
                new SqlLeadershipStore(database, LIMIT),
                LeadershipTerms.STANDARD,
                new BootClock(),
                database::migrate,
                supervisor);
        try (Manager manager = new Manager(
                        settings,
                        new Manager.World(
                                () -> new Now(System.nanoTime(), System.currentTimeMillis()),
                                ledger,
                                database.kind(),
                                new IpmitoolPower("true", LIMIT),
                                Manager.NETWORK,
                                () -> {},
                                pair,
                                supervisor));
                HttpClient client = HttpClient.newHttpClient()) {
            long deadline = System.nanoTime() + LIMIT.toNanos();
            while (!manager.leadership().leads() && System.nanoTime() - deadline < 0) {
                Thread.sleep(50);
            }
            ledger.rehearse();
            use(client, "http://127.0.0.1:" + manager.restPort());
        }
    }

    private static void begin(Database database) throws IOException {
        try {
            DatabaseCopy.begin(database);
        } catch (SQLException failure) {
            throw new IOException(failure);
        }
    }

    /** Answers that refuse train as well as others. */
    private static void use(HttpClient client, String server) throws IOException, InterruptedException {
        send(client, "POST", server + "/api/v1/clusters", "{\"name\": \"training\"}");
        send(client, "POST", server + "/api/v1/hosts", "{\"name\": \"h1\", \"address\": \"127.0.0.1\"}");
        send(client, "POST", server + "/api/v1/hosts/h1/enrolment", "{}");
        send(
                client,
                "POST",
                server + "/api/v1/vms",
                "{\"name\": \"v1\", \"memoryBytes\": 1073741824, \"cpuCores\": 1}");
        send(client, "POST", server + "/api/v1/vms/v1/actions/start", "{}");
        for (int round = 0; round < ROUNDS; round++) {
            send(
                    client,
                    "PATCH",
                    server + "/api/v1/clusters/training",
                    "{\"acceptWithoutWatchdog\": " + (round % 2 == 0) + "}");
            send(client, "GET", server + "/api/v1/status", "");
        }
        for (String path : List.of(
                "/clusters", "/hosts", "/vms", "/datastores", "/failovers", "/alarms", "/events", "/management")) {
            send(client, "GET", server + "/api/v1" + path, "");
        }
        send(client, "GET", server + "/metrics", "");
        send(client, "POST", server + "/api/v1/management/switch-over", "{\"force\": true}");
    }

    private static void send(HttpClient client, String method, String address, String body)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(address))
                .timeout(LIMIT)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", method + address + System.nanoTime())
                .method(
                        method,
                        body.isEmpty()
                                ? HttpRequest.BodyPublishers.noBody()
                                : HttpRequest.BodyPublishers.ofString(body))
                .build();
        client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    /** There need be no MariaDB where packages are built: its driver's classes are read without one. */
    private static void loadDriver() throws IOException {
        Path jar = Path.of(MariaDbDataSource.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .getPath());
        try (JarFile driver = new JarFile(jar.toFile())) {
            for (var entry : Collections.list(driver.entries())) {
                String name = entry.getName();
                if (name.startsWith("org/mariadb/") && name.endsWith(".class")) {
                    load(name.substring(0, name.length() - ".class".length()).replace('/', '.'));
                }
            }
        }
    }

    private static void load(String name) {
        try {
            Class.forName(name, false, TrainingRun.class.getClassLoader());
        } catch (ClassNotFoundException | LinkageError optional) {
            // Ways of signing in that need libraries nobody has asked for.
            return;
        }
    }
}
