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
        throw root.wrong("say what to do with clusters: list, show, add, set or release-brake");
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
            throw root.wrong("say what to change; cluster set --help lists the settings");
        }
        Session session = root.session();
        return session.done(session.api().patch(ApiClient.path("clusters", name), body), "cluster.changed", name);
    }

    @Command(
            name = "release-brake",
            description = "Lets forced power-off go on, once, although many hosts failed at a time")
    int releaseBrake(
            @Parameters(paramLabel = "NAME", defaultValue = DEFAULT_CLUSTER, description = "Name or id (default)")
                    String name) {
        Session session = root.session();
        String answer = session.api().post(ApiClient.path("clusters", name) + "/actions/release-brake", null);
        return session.done(answer, "cluster.brakeReleased", name);
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

        @Option(
                names = "--shutdown-policy",
                paramLabel = "conditional|failover|freeze|migrate",
                description = "What becomes of the VMs of a host that is shut down or rebooted in an orderly way")
        @Nullable
        String shutdownPolicy;

        @Option(
                names = "--degraded-action",
                paramLabel = "alarm|evacuate",
                description = "What happens when a plane of a host works badly; evacuate moves its VMs away live")
        @Nullable
        String degradedAction;

        @Option(
                names = "--ha-mode",
                paramLabel = "active|freeze|ignore",
                description =
                        "pause of HA: freeze makes what you ask for wait too, ignore lets you start, stop and move by hand; active resumes HA and makes up for what failed meanwhile")
        @Nullable
        String haMode;

        @Option(names = "--missed-reports", paramLabel = "N", description = "Silence alone decides nothing before")
        @Nullable
        Integer missedReports;

        @Option(names = "--starts-per-host", paramLabel = "N", description = "At most so many starts at a time")
        @Nullable
        Integer startsPerHost;

        @Option(names = "--start-timeout-millis", paramLabel = "N")
        @Nullable
        Integer startTimeoutMillis;

        @Option(names = "--cpu-overcommit", paramLabel = "RATIO", description = "Virtual cores per physical core")
        @Nullable
        Double cpuOvercommit;

        @Option(names = "--memory-overcommit", paramLabel = "RATIO")
        @Nullable
        Double memoryOvercommit;

        @Option(
                names = "--placement-score",
                paramLabel = "fewest-vms|configured-size|runtime-load",
                description = "How hosts that may take a VM are compared")
        @Nullable
        String placementScore;

        @Option(names = "--brake-share-percent", paramLabel = "N", description = "More hosts failing at once: braked")
        @Nullable
        Integer brakeSharePercent;

        @Option(names = "--brake-minimum-hosts", paramLabel = "N")
        @Nullable
        Integer brakeMinimumHosts;

        @Option(names = "--brake-window-millis", paramLabel = "N")
        @Nullable
        Integer brakeWindowMillis;

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
            put(body, "shutdownPolicy", shutdownPolicy);
            put(body, "degradedAction", degradedAction);
            put(body, "haMode", haMode);
            put(body, "missedReports", missedReports);
            put(body, "startsPerHost", startsPerHost);
            put(body, "startTimeoutMillis", startTimeoutMillis);
            put(body, "cpuOvercommit", cpuOvercommit);
            put(body, "memoryOvercommit", memoryOvercommit);
            put(body, "placementScore", placementScore);
            ObjectNode brake = Json.object();
            put(brake, "sharePercent", brakeSharePercent);
            put(brake, "minimumHosts", brakeMinimumHosts);
            put(brake, "windowMillis", brakeWindowMillis);
            if (!brake.isEmpty()) {
                body.set("brake", brake);
            }
        }

        private static void put(ObjectNode body, String name, @Nullable String value) {
            if (value != null) {
                body.put(name, value);
            }
        }

        private static void put(ObjectNode body, String name, @Nullable Double value) {
            if (value != null) {
                body.put(name, value);
            }
        }

        private static void put(ObjectNode body, String name, @Nullable Integer value) {
            if (value != null) {
                body.put(name, value);
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
                .add("shutdownPolicy", session.words().code(Json.string(cluster, "shutdownPolicy")))
                .add("degradedAction", session.words().code(Json.string(cluster, "degradedAction")))
                .add("haMode", session.words().code(Json.string(cluster, "haMode")))
                .add("missedReports", Json.string(cluster, "missedReports"))
                .add("startsPerHost", Json.string(cluster, "startsPerHost"))
                .add("startTimeout", milliseconds(Json.string(cluster, "startTimeoutMillis")))
                .add("cpuOvercommit", Json.string(cluster, "cpuOvercommit"))
                .add("memoryOvercommit", Json.string(cluster, "memoryOvercommit"))
                .add("placementScore", View.code(session, cluster, "placementScore"))
                .add("brake", brake(cluster.path("brake")))
                .print();
    }

    private static String brake(JsonNode brake) {
        return brake.isObject()
                ? "> " + Json.string(brake, "sharePercent") + " %, >= " + Json.string(brake, "minimumHosts") + ", "
                        + Json.string(brake, "windowMillis") + " ms"
                : "";
    }

    private static String millis(JsonNode cluster, String name) {
        return milliseconds(Json.string(cluster, "lease", name));
    }

    private static String milliseconds(String millis) {
        return millis.isEmpty() ? "" : millis + " ms";
    }
}
