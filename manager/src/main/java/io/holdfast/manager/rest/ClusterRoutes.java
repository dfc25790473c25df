package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.Rejected;
import io.holdfast.core.Request;
import io.holdfast.core.State;
import io.holdfast.core.inventory.Brake;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.inventory.ClusterSettings;
import io.holdfast.core.inventory.DegradedAction;
import io.holdfast.core.inventory.HaMode;
import io.holdfast.core.inventory.LeaseProfile;
import io.holdfast.core.inventory.PlacementScore;
import io.holdfast.core.inventory.ShutdownPolicy;
import io.holdfast.core.text.Message;
import io.holdfast.manager.Answer;
import io.holdfast.manager.ClusterLoop;
import io.holdfast.manager.Clusters;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Clusters. */
public final class ClusterRoutes {
    private final Clusters clusters;
    private final Directory directory;
    private final Writes writes;
    private final InventoryView view;
    private final Create create;

    /** Makes an empty cluster and starts its loop. */
    public interface Create {
        ClusterLoop cluster(ClusterId id, String name);
    }

    /** Makes the routes. */
    public ClusterRoutes(Clusters clusters, Directory directory, Writes writes, InventoryView view, Create create) {
        this.clusters = clusters;
        this.directory = directory;
        this.writes = writes;
        this.view = view;
        this.create = create;
    }

    /** Its operations. */
    public List<Route> routes() {
        return List.of(
                Route.get("/clusters", this::list),
                Route.post("/clusters", this::create),
                Route.get("/clusters/{cluster}", this::show),
                Route.patch("/clusters/{cluster}", this::change),
                Route.post("/clusters/{cluster}/actions/release-brake", this::releaseBrake));
    }

    private void list(Context context) {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        clusters.states().forEach(state -> items.add(view.cluster(state)));
        json(context, items(items));
    }

    private void show(Context context) {
        json(
                context,
                view.cluster(directory
                        .cluster("cluster", context.pathParam("cluster"))
                        .state()));
    }

    private void create(Context context) {
        if (writes.replayed(context)) {
            return;
        }
        Fields fields = Fields.of(context.body());
        String name = fields.text("name");
        Change change = Change.read(fields);
        // Checked against the defaults first: nothing is left behind by settings that don't hold.
        LeaseProfile lease = change.lease();
        if (lease != null && !lease.holds()) {
            throw ProblemException.of(new Rejected(
                    Rejected.Code.INVALID,
                    "lease.expiryMillis",
                    Message.REJECT_LEASE,
                    List.of(Integer.toString(lease.expiryMillis()), Long.toString(lease.worstCaseMillis()))));
        }
        writes.submit(context, begun(context, name), wish("CreateCluster", change, 201));
    }

    /** The cluster that this request makes, or has made before its answer was stored. One at a time: two of one name would both find it free. */
    private synchronized ClusterLoop begun(Context context, String name) {
        ClusterId id = new ClusterId(Writes.id(context));
        Optional<ClusterLoop> begun = clusters.all().stream()
                .filter(loop -> loop.cluster().equals(id))
                .findFirst();
        if (begun.isPresent() && !begun.get().state().cluster().name().equals(name)) {
            throw ProblemException.about(
                    "Idempotency-Key", ProblemText.KEY_REUSED, String.valueOf(Writes.key(context)));
        }
        if (begun.isPresent()) {
            return begun.get();
        }
        if (clusters.states().stream().anyMatch(state -> state.cluster().name().equals(name))) {
            throw ProblemException.about("name", ProblemText.NAME_TAKEN, name);
        }
        return create.cluster(id, name);
    }

    private void change(Context context) {
        ClusterLoop loop = directory.cluster("cluster", context.pathParam("cluster"));
        Change change = Change.read(Fields.of(context.body()));
        boolean taken = change.name() != null
                && clusters.all().stream()
                        .anyMatch(other ->
                                other != loop && other.state().cluster().name().equals(change.name()));
        if (taken) {
            throw ProblemException.about("name", ProblemText.NAME_TAKEN, String.valueOf(change.name()));
        }
        writes.submit(context, loop, wish("ChangeCluster", change, 200));
    }

    private void releaseBrake(Context context) {
        ClusterLoop loop = directory.cluster("cluster", context.pathParam("cluster"));
        Fields.of(context.body()).end();
        writes.submit(
                context,
                loop,
                Writes.Wish.of(
                        "ReleaseBrake",
                        state -> List.of(new Request.ReleaseBrake()),
                        state -> new Answer(202, view.cluster(state).toString())));
    }

    private Writes.Wish wish(String cause, Change change, int status) {
        return Writes.Wish.of(
                cause,
                state -> {
                    List<Request> requests = new ArrayList<>();
                    ClusterSettings settings = change.apply(state.cluster().settings());
                    if (!settings.equals(state.cluster().settings())) {
                        requests.add(new Request.ChangeSettings(settings));
                    }
                    if (change.name() != null
                            && !change.name().equals(state.cluster().name())) {
                        requests.add(new Request.RenameCluster(change.name()));
                    }
                    if (change.haMode() != null && change.haMode() != settings.haMode()) {
                        requests.add(new Request.SetHaMode(change.haMode()));
                    }
                    return requests;
                },
                state -> new Answer(status, view.cluster(state).toString()));
    }

    /**
     * What a body asks to be changed.
     *
     * @param name null where it says nothing of it
     * @param lease null where it says nothing of it
     * @param haMode null where it says nothing of it
     * @param settings everything else
     */
    private record Change(
            @Nullable String name,
            @Nullable LeaseProfile lease,
            @Nullable HaMode haMode,
            UnaryOperator<ClusterSettings> settings) {
        static Change read(Fields fields) {
            String name = fields.has("name") ? fields.text("name") : null;
            Fields lease = fields.object("lease");
            LeaseProfile profile = lease == null ? null : profile(lease);
            HaMode haMode = fields.has("haMode") ? fields.constant("haMode", HaMode.values()) : null;
            Change change = new Change(name, profile, haMode, settings(fields, profile));
            fields.end();
            return change;
        }

        private static UnaryOperator<ClusterSettings> settings(Fields fields, @Nullable LeaseProfile lease) {
            List<UnaryOperator<ClusterSettings>> all = new ArrayList<>();
            if (lease != null) {
                all.add(settings -> settings.withLease(lease));
            }
            if (fields.has("acceptWithoutWatchdog")) {
                boolean accept = fields.flag("acceptWithoutWatchdog");
                all.add(settings -> settings.withAcceptLeaseWithoutWatchdog(accept));
            }
            if (fields.has("shutdownPolicy")) {
                ShutdownPolicy policy = fields.constant("shutdownPolicy", ShutdownPolicy.values());
                all.add(settings -> settings.withShutdownPolicy(policy));
            }
            if (fields.has("degradedAction")) {
                DegradedAction action = fields.constant("degradedAction", DegradedAction.values());
                all.add(settings -> settings.withDegradedAction(action));
            }
            if (fields.has("missedReports")) {
                int reports = fields.integer("missedReports");
                all.add(settings -> settings.withMissedReports(reports));
            }
            starts(fields, all);
            if (fields.has("cpuOvercommit")) {
                double ratio = fields.decimal("cpuOvercommit");
                all.add(settings -> settings.withOvercommit(ratio, settings.memoryOvercommit()));
            }
            if (fields.has("memoryOvercommit")) {
                double ratio = fields.decimal("memoryOvercommit");
                all.add(settings -> settings.withOvercommit(settings.cpuOvercommit(), ratio));
            }
            if (fields.has("placementScore")) {
                PlacementScore score = fields.constant("placementScore", PlacementScore.values());
                all.add(settings -> settings.withScore(score));
            }
            Fields brake = fields.object("brake");
            if (brake != null) {
                all.add(brake(brake));
            }
            return settings -> {
                ClusterSettings result = settings;
                for (UnaryOperator<ClusterSettings> one : all) {
                    result = one.apply(result);
                }
                return result;
            };
        }

        private static void starts(Fields fields, List<UnaryOperator<ClusterSettings>> all) {
            if (fields.has("startsPerHost")) {
                int starts = fields.integer("startsPerHost");
                all.add(settings -> settings.withStartsPerHost(starts));
            }
            if (fields.has("startTimeoutMillis")) {
                int millis = fields.integer("startTimeoutMillis");
                all.add(settings -> settings.withStartTimeoutMillis(millis));
            }
        }

        private static UnaryOperator<ClusterSettings> brake(Fields fields) {
            boolean share = fields.has("sharePercent");
            boolean hosts = fields.has("minimumHosts");
            boolean window = fields.has("windowMillis");
            int sharePercent = share ? fields.integer("sharePercent") : 0;
            int minimumHosts = hosts ? fields.integer("minimumHosts") : 0;
            int windowMillis = window ? fields.integer("windowMillis") : 0;
            fields.end();
            return settings -> settings.withBrake(new Brake(
                    share ? sharePercent : settings.brake().sharePercent(),
                    hosts ? minimumHosts : settings.brake().minimumHosts(),
                    window ? windowMillis : settings.brake().windowMillis()));
        }

        private static LeaseProfile profile(Fields lease) {
            String profile = lease.text("profile");
            LeaseProfile result = switch (profile) {
                case "standard" -> LeaseProfile.STANDARD;
                case "fast" -> LeaseProfile.FAST;
                case "custom" ->
                    new LeaseProfile(
                            lease.integer("renewMillis"),
                            lease.integer("lossMillis"),
                            lease.integer("killMillis"),
                            lease.integer("watchdogMillis"),
                            lease.integer("inFlightMillis"),
                            lease.integer("expiryMillis"),
                            lease.integer("clockRateErrorPpm", LeaseProfile.STANDARD.clockRateErrorPpm()));
                default ->
                    throw ProblemException.about(
                            lease.path("profile"),
                            ProblemText.FIELD_VALUE,
                            lease.path("profile"),
                            profile,
                            "standard, fast, custom");
            };
            lease.end();
            return result;
        }

        ClusterSettings apply(ClusterSettings present) {
            return settings.apply(present);
        }
    }

    static ObjectNode items(ArrayNode items) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.set("items", items);
        return result;
    }

    static void json(Context context, ObjectNode body) {
        context.contentType("application/json").result(body.toString());
    }

    /** States of the clusters that the query names, or of all. */
    static List<State> asked(Context context, Clusters clusters, Directory directory) {
        String cluster = context.queryParam("cluster");
        return cluster == null
                ? clusters.states()
                : List.of(directory.cluster("cluster", cluster).state());
    }
}
