package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.Request;
import io.holdfast.core.State;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.inventory.ClusterSettings;
import io.holdfast.core.inventory.LeaseProfile;
import io.holdfast.core.inventory.ShutdownPolicy;
import io.holdfast.manager.Answer;
import io.holdfast.manager.ClusterLoop;
import io.holdfast.manager.Clusters;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
                Route.patch("/clusters/{cluster}", this::change));
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
            throw ProblemException.of(new io.holdfast.core.Rejected(
                    io.holdfast.core.Rejected.Code.INVALID,
                    "lease.expiryMillis",
                    io.holdfast.core.text.Message.REJECT_LEASE,
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
        writes.submit(context, loop, wish("ChangeCluster", Change.read(Fields.of(context.body())), 200));
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
                    return requests;
                },
                state -> new Answer(status, view.cluster(state).toString()));
    }

    /** What a body asks to be changed; null where it says nothing. */
    private record Change(
            @Nullable LeaseProfile lease,
            @Nullable Boolean acceptWithoutWatchdog,
            @Nullable ShutdownPolicy shutdownPolicy) {
        static Change read(Fields fields) {
            fields.has("name");
            Fields lease = fields.object("lease");
            Change change = new Change(
                    lease == null ? null : profile(lease),
                    fields.has("acceptWithoutWatchdog") ? (Boolean) fields.flag("acceptWithoutWatchdog") : null,
                    fields.has("shutdownPolicy") ? shutdownPolicy(fields) : null);
            fields.end();
            return change;
        }

        private static ShutdownPolicy shutdownPolicy(Fields fields) {
            String asked = fields.text("shutdownPolicy");
            for (ShutdownPolicy policy : ShutdownPolicy.values()) {
                if (Texts.code(policy).equals(asked)) {
                    return policy;
                }
            }
            throw ProblemException.about(
                    "shutdownPolicy",
                    ProblemText.FIELD_VALUE,
                    "shutdownPolicy",
                    asked,
                    "conditional, failover, freeze, migrate");
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

        ClusterSettings apply(ClusterSettings settings) {
            ClusterSettings result = lease == null ? settings : settings.withLease(lease);
            if (acceptWithoutWatchdog != null) {
                result = result.withAcceptLeaseWithoutWatchdog(acceptWithoutWatchdog);
            }
            return shutdownPolicy == null ? result : result.withShutdownPolicy(shutdownPolicy);
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
