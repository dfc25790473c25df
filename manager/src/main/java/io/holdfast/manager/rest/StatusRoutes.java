package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.State;
import io.holdfast.core.health.HostHealth;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.recovery.Stage;
import io.holdfast.manager.Clusters;
import io.holdfast.manager.lead.LeadershipView;
import io.holdfast.manager.store.Ledger;
import io.holdfast.manager.store.TimelineQuery;
import io.javalin.http.Context;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The manager itself: status, this interface's document, and the event stream. */
public final class StatusRoutes {
    private static final int SNAPSHOT_FAILOVERS = 20;
    private static final int SNAPSHOT_EVENTS = 200;
    /** Proxies and browsers give up on silent streams; also finds clients that have gone. */
    private static final long COMMENT_MILLIS = 5000;

    private final ManagerIdentity identity;
    private final LeadershipView leadership;
    private final Clusters clusters;
    private final Ledger ledger;
    private final RestViews views;
    private final StoryRoutes story;
    private final EventHub hub;
    private final Supplier<@Nullable String> arbiter;

    /** @param arbiter address of the arbiter, if an agent runs it, or ran it until its own machine was back; null otherwise. The supervisors of both nodes look whether it answers */
    public StatusRoutes(
            ManagerIdentity identity,
            LeadershipView leadership,
            Clusters clusters,
            Ledger ledger,
            RestViews views,
            StoryRoutes story,
            EventHub hub,
            Supplier<@Nullable String> arbiter) {
        this.identity = identity;
        this.leadership = leadership;
        this.clusters = clusters;
        this.ledger = ledger;
        this.views = views;
        this.story = story;
        this.hub = hub;
        this.arbiter = arbiter;
    }

    /** Its operations. */
    public List<Route> routes() {
        return List.of(
                Route.get("/status", context -> ClusterRoutes.json(context, status())),
                Route.get("/openapi.yaml", StatusRoutes::document),
                Route.get("/events/stream", this::stream));
    }

    private static void document(Context context) throws IOException {
        try (InputStream document = StatusRoutes.class.getResourceAsStream("/openapi.yaml")) {
            context.contentType("application/yaml")
                    .result(Objects.requireNonNull(document, "openapi.yaml is missing in the jar")
                            .readAllBytes());
        }
    }

    /** The manager and the cluster in figures. */
    public ObjectNode status() {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("version", identity.version()).put("managerId", identity.managerId());
        List<State> states = clusters.states();
        if (leadership.pair()) {
            result.put("role", leadership.leads() ? "leader" : "standby").put("epoch", leadership.epoch());
            result.put("leader", leadership.leader().orElse(null))
                    .put("leaderSeenMillis", leadership.leaderSeenMillis())
                    .put("lastLeader", leadership.lastLeader().orElse(null))
                    .put("handedOver", leadership.handedOver());
        } else {
            boolean leading = states.stream().allMatch(State::leading);
            result.put("role", leading ? "leader" : "deposed");
            result.put("epoch", states.stream().mapToLong(State::epoch).max().orElse(0));
        }
        result.put("arbiter", arbiter.get());
        result.put("startedAt", Texts.instant(identity.startedWallMillis()));
        result.put("now", Texts.instant(identity.wallMillis().getAsLong()));
        result.putObject("database")
                .put("kind", identity.databaseKind())
                .put("lastCommitMillis", ledger.lastCommitNanos() / 1_000_000.0);
        int hosts = 0;
        int connected = 0;
        int vms = 0;
        int running = 0;
        int recovering = 0;
        int waiting = 0;
        int failovers = 0;
        int alarms = 0;
        for (State state : states) {
            hosts += state.hosts().size();
            connected += (int) state.health().values().stream()
                    .filter(HostHealth::connected)
                    .count();
            vms += state.vms().size();
            for (Vm vm : state.vms().values()) {
                String word = VmView.word(
                        state,
                        vm,
                        state.placements().get(vm.id()),
                        state.recoveries().get(vm.id()));
                running += word.equals("running") ? 1 : 0;
            }
            waiting += (int) state.recoveries().values().stream()
                    .filter(recovery -> recovery.stage() == Stage.WAITING)
                    .count();
            recovering += state.recoveries().size();
            failovers += state.failovers().size();
            alarms += story.alarms(state).size();
        }
        result.putObject("hosts").put("total", hosts).put("connected", connected);
        result.putObject("vms")
                .put("total", vms)
                .put("running", running)
                .put("recovering", recovering - waiting)
                .put("waiting", waiting);
        result.put("activeFailovers", failovers).put("alarms", alarms);
        return result;
    }

    private JsonNode snapshot() {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.set("status", status());
        ArrayNode all = result.putArray("clusters");
        ArrayNode hosts = result.putArray("hosts");
        ArrayNode datastores = result.putArray("datastores");
        ArrayNode vms = result.putArray("vms");
        ArrayNode failovers = result.putArray("failovers");
        ArrayNode alarms = result.putArray("alarms");
        ArrayNode events = result.putArray("events");
        List<State> states = clusters.states();
        for (State state : states) {
            all.add(views.inventory().cluster(state));
            state.hosts().values().forEach(host -> hosts.add(views.inventory().host(state, host)));
            state.datastores()
                    .values()
                    .forEach(datastore -> datastores.add(views.inventory().datastore(state, datastore)));
            state.vms().values().forEach(vm -> vms.add(views.vms().vm(state, vm)));
            story.alarms(state).forEach(alarms::add);
        }
        story.newest(states, SNAPSHOT_FAILOVERS).forEach(failovers::add);
        ledger.timeline(TimelineQuery.newest(SNAPSHOT_EVENTS)).forEach(line -> events.add(StoryView.event(line)));
        return result;
    }

    /** One virtual thread per stream, which sleeps until there is something to send. */
    private void stream(Context context) throws IOException, InterruptedException {
        context.contentType("text/event-stream");
        context.header("Cache-Control", "no-cache");
        context.header("X-Accel-Buffering", "no");
        EventHub.Client client = hub.open(context.header("Last-Event-ID"), this::snapshot);
        OutputStream out = context.res().getOutputStream();
        try {
            while (!client.ended()) {
                EventHub.Frame frame = client.next(COMMENT_MILLIS);
                String text = frame == null ? ": \n\n" : frame.text();
                out.write(text.getBytes(StandardCharsets.UTF_8));
                out.flush();
            }
        } catch (IOException gone) {
            // The client has left; that is how every stream ends.
            context.attribute("gone", gone.getMessage());
        } finally {
            hub.leave(client);
        }
    }
}
