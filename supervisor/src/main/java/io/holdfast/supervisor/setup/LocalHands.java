package io.holdfast.supervisor.setup;

import io.holdfast.supervisor.CommandControl;
import io.holdfast.supervisor.DatabaseConnection;
import io.holdfast.supervisor.GaleraFiles;
import io.holdfast.supervisor.Programs;
import io.holdfast.supervisor.ServiceControl;
import io.holdfast.supervisor.StartMode;
import io.holdfast.supervisor.SupervisorSettings;
import io.holdfast.supervisor.SupervisorSettings.Control;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The hands on this machine. Every change is in the {@link NodeJournal} before it is made. Not thread-safe. */
final class LocalHands implements NodeHands {

    private static final Duration QUERY_LIMIT = Duration.ofSeconds(5);
    private static final Duration SERVES_WITHIN = Duration.ofSeconds(90);
    private static final Duration COPY_LIMIT = Duration.ofMinutes(9);
    private static final Duration SYSTEMD_LIMIT = Duration.ofSeconds(30);
    private static final Duration INSTALL_LIMIT = Duration.ofSeconds(90);
    private static final Duration MANAGER_GRACE = Duration.ofSeconds(2);
    private static final long LOOK_MILLIS = 100;
    private static final Pattern VERSION = Pattern.compile("\"version\":\"([^\"]*)\"");
    private static final Pattern PASSWORD = Pattern.compile("[0-9a-f]{32,64}");
    private static final List<String> EMBEDDED = List.of("holdfast.db", "holdfast.db-wal", "holdfast.db-shm");
    private static final String STATE_QUESTION =
            "select lower(variable_name), variable_value from information_schema.global_status where variable_name in"
                    + " ('wsrep_cluster_status','wsrep_ready','wsrep_local_state','wsrep_cluster_size','wsrep_last_committed')";

    private final NodeSettings node;
    private final NodeJournal journal;
    private final Versions versions;

    private final LongSupplier clock;

    LocalHands(NodeSettings node) {
        this(node, System::currentTimeMillis);
    }

    /** @param clock what this machine's clock shows when it is asked, in milliseconds since 1970 */
    LocalHands(NodeSettings node, LongSupplier clock) {
        this.node = node;
        this.clock = clock;
        this.versions = new Versions(node.upgrade().training());
        this.journal = new NodeJournal(node.state());
    }

    @Override
    public Map<String, String> perform(Task task, Map<String, String> arguments)
            throws IOException, InterruptedException {
        return switch (task) {
            case FACTS -> new FactFinder(node, journal.any(), clock).find(arguments);
            case INSTALL -> done(() -> install(arguments));
            case DATABASE_BEGIN -> done(() -> begin(arguments));
            case DATABASE_JOIN -> done(this::join);
            case DATABASE_STATE -> databaseState();
            case DATABASE_FLUSH -> done(this::flush);
            case ARBITER_START -> done(this::startArbiter);
            case COPY -> copy();
            case SUPERVISE -> done(this::supervise);
            case STATUS -> Map.of("status", status());
            case PAUSE -> pause();
            case COPY_BACK -> copyBack();
            case RESTORE -> done(() -> restore(Boolean.parseBoolean(arguments.getOrDefault("stay", "false"))));
            case WIPE -> done(this::wipe);
            case DONE -> done(this::finish);
            case VERSIONS -> versions();
            case RECEIVE ->
                done(() -> versions.receive(
                        Long.parseLong(arguments.getOrDefault("offset", "")),
                        Base64.getDecoder().decode(arguments.getOrDefault("bytes", ""))));
            case STAGE ->
                done(() -> versions.stage(
                        arguments.getOrDefault("version", ""), arguments.getOrDefault("sha256", ""), node));
            case USE -> done(() -> use(arguments.getOrDefault("version", ""), arguments.containsKey("unless")));
            case HAND_OVER -> done(this::handOver);
            case PROGRESS -> done(() -> SetupProgress.mirror(node.state(), arguments.getOrDefault("document", "")));
            case LEAVE -> Map.of();
        };
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static Map<String, String> done(Work work) throws IOException, InterruptedException {
        work.run();
        return Map.of();
    }

    // Files

    private void install(Map<String, String> arguments) throws IOException, InterruptedException {
        for (SetupFile file : SetupFile.values()) {
            String content = arguments.get(file.name().toLowerCase(Locale.ROOT));
            Optional<Path> path = file.on(node);
            if (content != null && path.isPresent()) {
                String more = file == SetupFile.SUPERVISOR ? console(arguments) : "";
                journal.write(file, path.get(), adapted(file, content) + more);
            }
        }
        Configuration.reloadUnits(node);
    }

    /** Without a console there is no page to look at: then the manager's own word counts for both, or it would be restarted for ever. */
    private static String console(Map<String, String> arguments) throws IOException {
        ManagerFile manager = ManagerFile.parse(
                arguments.getOrDefault(SetupFile.MANAGER_PAIR.name().toLowerCase(Locale.ROOT), ""));
        String folder = manager.text("console", "");
        boolean there = !folder.isEmpty() && Files.isDirectory(Path.of(folder));
        return "console.url=http://127.0.0.1:" + manager.port("listen", 7480) + (there ? "/" : "/api/v1/status") + "\n";
    }

    /** What only this machine knows. */
    private String adapted(SetupFile file, String content) throws IOException {
        return switch (file) {
            case SUPERVISOR ->
                content + "tls.ca=" + node.supervisorKeys().authority() + "\ntls.certificate="
                        + node.supervisorKeys().certificate() + "\ntls.key="
                        + node.supervisorKeys().key() + "\n" + node.forSupervisor();
            case MANAGER, MANAGER_PAIR ->
                ManagerFile.parse(content).here(managerState(), node.etc().resolve("database.password"));
            default -> content;
        };
    }

    private Path managerState() throws IOException {
        return Path.of(ManagerFile.read(node.managerConfiguration())
                .text("state", node.managerState().toString()));
    }

    // Database

    private ServiceControl database() {
        return node.database().control("database", node.run());
    }

    private void begin(Map<String, String> arguments) throws IOException, InterruptedException {
        String password = arguments.getOrDefault("password", "");
        if (!PASSWORD.matcher(password).matches()) {
            throw new IOException("the database's password is of the wrong form");
        }
        prepareDatabase();
        if (!Files.isDirectory(node.databaseDirectory().resolve("mysql"))) {
            List<String> command = new ArrayList<>(node.databaseInstall());
            command.add("--datadir=" + node.databaseDirectory());
            Programs.check(INSTALL_LIMIT, command);
        }
        database().start(galera().prepare(StartMode.BOOTSTRAP, Optional.empty()));
        long deadline = System.nanoTime() + SERVES_WITHIN.toNanos();
        Map<String, String> state = databaseState();
        while (!serves(state)) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("the database doesn't serve " + SERVES_WITHIN.toSeconds() + " s after its start ("
                        + state + "); see its log");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            state = databaseState();
        }
        for (String statement : List.of(
                "create database if not exists holdfast character set utf8mb4 collate utf8mb4_nopad_bin",
                "create user if not exists holdfast@'127.0.0.1' identified by '" + password + "'",
                "grant all on holdfast.* to holdfast@'127.0.0.1'")) {
            query(statement);
        }
    }

    private GaleraFiles galera() {
        return new GaleraFiles(node.databaseDirectory(), node.databaseProgram());
    }

    private void prepareDatabase() throws IOException, InterruptedException {
        journal.note(NodeJournal.Fact.DATABASE);
        Files.createDirectories(node.run());
        database().end();
    }

    private void join() throws IOException, InterruptedException {
        prepareDatabase();
        database().start(galera().prepare(StartMode.FULL_COPY, Optional.empty()));
    }

    private Map<String, String> databaseState() {
        Map<String, String> state = new HashMap<>();
        state.put("alive", Boolean.toString(database().alive()));
        try {
            state.putAll(query(STATE_QUESTION));
        } catch (IOException e) {
            state.put("silent", String.valueOf(e.getMessage()));
        }
        return state;
    }

    /** Whether the database is in a primary component and in sync. */
    static boolean serves(Map<String, String> state) {
        return "Primary".equals(state.get("wsrep_cluster_status"))
                && "ON".equals(state.get("wsrep_ready"))
                && "4".equals(state.get("wsrep_local_state"));
    }

    private Map<String, String> query(String sql) throws IOException {
        try (DatabaseConnection connection = DatabaseConnection.open(node.databaseSocket(), "root", QUERY_LIMIT)) {
            return connection.pairs(sql);
        }
    }

    private void flush() throws IOException, InterruptedException {
        if (!galera().flush()) {
            throw new IOException("the received copy can't be flushed to " + node.databaseDirectory());
        }
    }

    // Arbiter

    private void startArbiter() throws IOException, InterruptedException {
        journal.note(NodeJournal.Fact.ARBITER);
        Files.createDirectories(node.run());
        enable(node.arbiter());
        ServiceControl arbiter = node.arbiter().control("arbiter", node.run());
        arbiter.end();
        arbiter.start(List.of());
        TimeUnit.SECONDS.sleep(1);
        if (!arbiter.alive()) {
            throw new IOException("garbd ended at once; see its log");
        }
    }

    // Manager

    private ServiceControl manager() {
        return node.manager().control("manager", node.run());
    }

    private Map<String, String> copy() throws IOException, InterruptedException {
        if (!manager().alive()) {
            throw new IOException(
                    "the manager isn't run by the service of node.properties, so it can't be ended in order: start it by that and try again");
        }
        journal.note(NodeJournal.Fact.MANAGER_ENDED);
        manager().end();
        Path pair = SetupFile.MANAGER_PAIR.on(node).orElseThrow();
        String rows = manager("copy", "--from", node.managerConfiguration().toString(), "--to", pair.toString());
        journal.write(SetupFile.MANAGER, node.managerConfiguration(), Files.readString(pair));
        return Map.of("detail", rows);
    }

    private Map<String, String> copyBack() throws IOException, InterruptedException {
        Path single = journal.folder().resolve("manager.properties.single");
        Optional<Path> former = journal.formerOf(SetupFile.MANAGER);
        Files.writeString(
                single,
                former.isPresent()
                        ? Files.readString(former.get())
                        : ManagerFile.read(node.managerConfiguration()).single());
        Path state = Path.of(
                ManagerFile.read(single).text("state", node.managerState().toString()));
        moveEmbedded(state, "", ".former");
        boolean copied = false;
        try {
            String rows = manager("copy", "--from", node.managerConfiguration().toString(), "--to", single.toString());
            copied = true;
            return Map.of("detail", rows);
        } finally {
            if (!copied) {
                for (String file : EMBEDDED) {
                    Files.deleteIfExists(state.resolve(file));
                }
                moveEmbedded(state, ".former", "");
            }
        }
    }

    private static void moveEmbedded(Path state, String from, String to) throws IOException {
        for (String file : EMBEDDED) {
            if (Files.exists(state.resolve(file + from))) {
                Files.move(state.resolve(file + from), state.resolve(file + to), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /** Runs a command of the manager's program; the last line of what it says. */
    private String manager(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(node.managerProgram());
        command.addAll(List.of(arguments));
        return Programs.check(COPY_LIMIT, command).strip().lines().reduce("", (before, line) -> line);
    }

    // Supervisor

    private ServiceControl supervisor() {
        return node.supervisor().control("supervisor-service", node.run());
    }

    private void supervise() throws IOException, InterruptedException {
        journal.note(NodeJournal.Fact.SUPERVISOR);
        Files.createDirectories(node.run());
        // The supervisor decides how the database starts, and keepalived must not hold a VIP at boot before it has
        // looked.
        disable(node.database());
        disable(node.keepalived());
        disable(node.manager());
        enable(node.supervisor());
        if (!supervisor().alive()) {
            supervisor().start(List.of());
        }
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(45);
        while (status().isEmpty()) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("the supervisor doesn't answer 45 s after its start; see its log");
            }
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
    }

    private static void enable(Control control) throws IOException, InterruptedException {
        if (control instanceof Control.Unit(String unit)) {
            Programs.check(SYSTEMD_LIMIT, List.of("systemctl", "enable", unit));
        }
    }

    private static void disable(Control control) throws IOException, InterruptedException {
        if (control instanceof Control.Unit(String unit)) {
            Programs.check(SYSTEMD_LIMIT, List.of("systemctl", "disable", unit));
        }
    }

    /** The supervisor's document; empty when it doesn't answer. */
    private String status() throws IOException, InterruptedException {
        if (!Files.exists(node.supervisorConfiguration())) {
            return "";
        }
        var listen = SupervisorSettings.read(node.supervisorConfiguration()).statusListen();
        URI uri = URI.create("http://" + listen.getHostString() + ":" + listen.getPort() + "/v1/status");
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> response = client.send(
                    HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(2)).build(),
                    HttpResponse.BodyHandlers.ofString());
            return response.statusCode() == 200 ? response.body() : "";
        } catch (IOException e) {
            return "";
        }
    }

    // Versions

    private Map<String, String> versions() throws IOException, InterruptedException {
        Map<String, String> told = new HashMap<>(versions.tell());
        String manager = ask("/api/v1/status", Optional.empty()).body();
        Matcher version = VERSION.matcher(manager);
        told.put("manager", version.find() ? version.group(1) : "");
        Matcher supervisor = VERSION.matcher(status());
        told.put("supervisor", supervisor.find() ? supervisor.group(1) : "");
        try {
            told.put(
                    "schema",
                    query("select 'schema', max(cast(version as unsigned)) from holdfast.flyway_schema_history")
                            .getOrDefault("schema", ""));
        } catch (IOException silent) {
            told.put("schema", "");
        }
        return told;
    }

    /**
     * The link first: whatever starts from now on is of that version, so this node comes up by itself wherever this process dies, for systemd starts the
     * supervisor again, and that one the rest.
     */
    private void use(String version, boolean unlessItLeads) throws IOException, InterruptedException {
        if (unlessItLeads && ask("/api/v1/status", Optional.empty()).body().contains("\"role\":\"leader\"")) {
            throw new IOException("this node leads; a node that leads is not changed");
        }
        versions.use(version);
        supervisor().endAlone();
        versions.configure(version, node);
        manager().ask(MANAGER_GRACE);
        manager().end();
        manager().start(List.of());
        supervisor().start(List.of());
    }

    private void handOver() throws IOException, InterruptedException {
        Said said = ask("/api/v1/management/switch-over", Optional.of("{\"force\": false}"));
        if (said.code() / 100 != 2) {
            throw new IOException(
                    "the manager doesn't hand over: " + (said.body().isEmpty() ? "it doesn't answer" : said.body()));
        }
    }

    private record Said(int code, String body) {}

    /** This node's manager; without a body it is only asked, with one it is told. */
    private Said ask(String path, Optional<String> body) throws IOException, InterruptedException {
        int port = ManagerFile.read(node.managerConfiguration()).port("listen", 7480);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .timeout(QUERY_LIMIT);
        body.ifPresent(text -> request.header("Content-Type", "application/json")
                .header("Idempotency-Key", "upgrade-" + System.nanoTime())
                .POST(HttpRequest.BodyPublishers.ofString(text)));
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Said(answer.statusCode(), answer.body());
        } catch (IOException silent) {
            return new Said(0, "");
        }
    }

    // And back

    private Map<String, String> pause() throws IOException, InterruptedException {
        endSupervised();
        Map<String, String> told = new HashMap<>();
        try {
            Map<String, String> row = query("select holder, epoch from holdfast.leadership");
            told.put("holder", row.keySet().stream().findFirst().orElse(""));
        } catch (IOException e) {
            // Unknown is as good as somebody: then nobody's word may be thrown away.
            told.put("holder", "unknown: " + e.getMessage());
        }
        return told;
    }

    /** It alone: as a command it is the parent of what it has started, and the database may have to go on. */
    private void endSupervisor() throws IOException, InterruptedException {
        if (supervisor() instanceof CommandControl) {
            supervisor().endAlone();
        } else {
            supervisor().end();
        }
    }

    /** The supervisor first, or it would start the others again. */
    private void endSupervised() throws IOException, InterruptedException {
        if (!journal.has(NodeJournal.Fact.SUPERVISOR)) {
            return;
        }
        disable(node.supervisor());
        endSupervisor();
        manager().end();
        node.keepalived().control("keepalived", node.run()).end();
        if (Files.exists(node.supervisorConfiguration())) {
            var vip = SupervisorSettings.read(node.supervisorConfiguration()).vip();
            // A killed keepalived leaves it on the interface (finding 5 of the recipe).
            Programs.run(SYSTEMD_LIMIT, List.of("ip", "address", "del", vip.cidr(), "dev", vip.networkInterface()));
        }
    }

    private void restore(boolean stay) throws IOException, InterruptedException {
        if (!journal.any()) {
            return;
        }
        endSupervised();
        if (journal.has(NodeJournal.Fact.DATABASE)) {
            database().end();
        }
        if (journal.has(NodeJournal.Fact.ARBITER)) {
            disable(node.arbiter());
            node.arbiter().control("arbiter", node.run()).end();
        }
        for (SetupFile file : SetupFile.values()) {
            Optional<Path> path = file.on(node);
            if (path.isPresent() && !(stay && file.ofManager())) {
                journal.restore(file, path.get());
            }
        }
        Configuration.reloadUnits(node);
        if (stay) {
            Files.copy(
                    journal.folder().resolve("manager.properties.single"),
                    node.managerConfiguration(),
                    StandardCopyOption.REPLACE_EXISTING);
        }
        boolean single = stay || (journal.has(NodeJournal.Fact.MANAGER_ENDED) && !journal.has(NodeJournal.Fact.DONE));
        if (single) {
            enable(node.manager());
            if (!manager().alive()) {
                manager().start(List.of());
            }
        }
    }

    private void wipe() throws IOException, InterruptedException {
        if (journal.has(NodeJournal.Fact.DATABASE)) {
            if (database().alive()) {
                throw new IOException("the database runs again; its files stay");
            }
            NodeJournal.empty(node.databaseDirectory());
        }
        journal.forget();
    }

    private void finish() throws IOException {
        journal.note(NodeJournal.Fact.DONE);
        // A manager that is started with the former configuration by mistake must not go on with the former state.
        if (journal.formerOf(SetupFile.MANAGER).isPresent()) {
            moveEmbedded(managerState(), "", ".former");
        }
    }
}
