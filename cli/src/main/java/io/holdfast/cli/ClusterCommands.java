package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast cluster …}. */
@Command(name = "cluster", description = "Clusters and their settings")
final class ClusterCommands implements Runnable {

    private static final String DEFAULT_CLUSTER = "default";

    private final Holdfast root;

    ClusterCommands(Holdfast root) {
        this.root = root;
    }

    @Override
    public void run() {
        throw root.wrong("say what to do with clusters: list, show, add or set");
    }

    @Command(name = "list", description = "All clusters")
    int list() {
        Session session = root.session();
        return session.show(session.api().get("/clusters"), answer -> {
            Table table = session.table("name", "leaseProfile", ">expiry", "withoutWatchdog");
            for (JsonNode cluster : NameOrder.byName(answer.path("items"))) {
                table.row(
                        View.value(cluster, "name"),
                        View.value(cluster, "lease", "profile"),
                        Cell.of(millis(cluster, "expiryMillis")),
                        View.yesNo(
                                session, cluster.path("acceptWithoutWatchdog").asBoolean()));
            }
            table.print(session.terminal(), session.words().of("none.clusters"));
        });
    }

    @Command(name = "show", description = "One cluster's settings")
    int show(
            @Parameters(paramLabel = "NAME", defaultValue = DEFAULT_CLUSTER, description = "Name or id (default)")
                    String name) {
        Session session = root.session();
        return session.show(session.api().get(ApiClient.path("clusters", name)), cluster -> print(session, cluster));
    }

    @Command(name = "add", description = "Adds a cluster")
    int add(@Parameters(paramLabel = "NAME") String name, @ArgGroup(exclusive = false) @Nullable Settings settings) {
        Session session = root.session();
        ObjectNode body = Json.object().put("name", name);
        if (settings != null) {
            settings.put(body);
        }
        return session.done(session.api().post("/clusters", body), "cluster.added", name);
    }

    @Command(name = "set", description = "Changes settings; refused as a whole when the lease inequality does not hold")
    int set(
            @Parameters(paramLabel = "NAME", description = "Name or id") String name,
            @Option(names = "--name", paramLabel = "NEW") @Nullable String newName,
            @ArgGroup(exclusive = false) @Nullable Settings settings) {
        ObjectNode body = Json.object();
        if (newName != null) {
            body.put("name", newName);
        }
        if (settings != null) {
            settings.put(body);
        }
        if (body.isEmpty()) {
            throw root.wrong(
                    "say what to change: --name, --lease-profile (with its times) or --accept-without-watchdog");
        }
        Session session = root.session();
        return session.done(session.api().patch(ApiClient.path("clusters", name), body), "cluster.changed", name);
    }

    /** Options that change a cluster; those not given are not sent. */
    static final class Settings {
        @Option(
                names = "--lease-profile",
                paramLabel = "standard|fast|custom",
                description = "custom needs every time below")
        @Nullable
        String profile;

        @Option(names = "--renew-millis", paramLabel = "N")
        @Nullable
        Integer renewMillis;

        @Option(names = "--loss-millis", paramLabel = "N")
        @Nullable
        Integer lossMillis;

        @Option(names = "--kill-millis", paramLabel = "N")
        @Nullable
        Integer killMillis;

        @Option(names = "--watchdog-millis", paramLabel = "N")
        @Nullable
        Integer watchdogMillis;

        @Option(names = "--in-flight-millis", paramLabel = "N")
        @Nullable
        Integer inFlightMillis;

        @Option(names = "--expiry-millis", paramLabel = "N")
        @Nullable
        Integer expiryMillis;

        @Option(names = "--clock-rate-error-ppm", paramLabel = "N")
        @Nullable
        Integer clockRateErrorPpm;

        @Option(
                names = "--accept-without-watchdog",
                paramLabel = "true|false",
                arity = "1",
                description = "Accept an expired lease of a host without watchdog as proof (weaker bound)")
        @Nullable
        Boolean acceptWithoutWatchdog;

        void put(ObjectNode body) {
            ObjectNode lease = Json.object();
            put(lease, "renewMillis", renewMillis);
            put(lease, "lossMillis", lossMillis);
            put(lease, "killMillis", killMillis);
            put(lease, "watchdogMillis", watchdogMillis);
            put(lease, "inFlightMillis", inFlightMillis);
            put(lease, "expiryMillis", expiryMillis);
            put(lease, "clockRateErrorPpm", clockRateErrorPpm);
            if (profile != null || !lease.isEmpty()) {
                lease.put("profile", profile == null ? "custom" : profile);
                body.set("lease", lease);
            }
            if (acceptWithoutWatchdog != null) {
                body.put("acceptWithoutWatchdog", acceptWithoutWatchdog);
            }
        }

        private static void put(ObjectNode lease, String name, @Nullable Integer value) {
            if (value != null) {
                lease.put(name, value);
            }
        }
    }

    private static void print(Session session, JsonNode cluster) {
        session.details()
                .add("name", Json.string(cluster, "name"))
                .add("id", Json.string(cluster, "id"))
                .add("leaseProfile", Json.string(cluster, "lease", "profile"))
                .add("renew", millis(cluster, "renewMillis"))
                .add("loss", millis(cluster, "lossMillis"))
                .add("kill", millis(cluster, "killMillis"))
                .add("watchdog", millis(cluster, "watchdogMillis"))
                .add("inFlight", millis(cluster, "inFlightMillis"))
                .add("expiry", millis(cluster, "expiryMillis"))
                .add("worstCase", millis(cluster, "worstCaseMillis"))
                .add(
                        "withoutWatchdog",
                        View.yesNo(
                                session, cluster.path("acceptWithoutWatchdog").asBoolean()))
                .print();
    }

    private static String millis(JsonNode cluster, String name) {
        String millis = Json.string(cluster, "lease", name);
        return millis.isEmpty() ? "" : millis + " ms";
    }
}
