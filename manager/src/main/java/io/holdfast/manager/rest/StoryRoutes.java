package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.State;
import io.holdfast.core.recovery.Failover;
import io.holdfast.manager.Clusters;
import io.holdfast.manager.PowerMonitor;
import io.holdfast.manager.store.Ledger;
import io.holdfast.manager.store.TimelineQuery;
import io.holdfast.manager.store.TimelineRecord;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Fail-overs, timeline, alarms. */
public final class StoryRoutes {
    private static final int LIMIT = 100;
    private static final int MOST = 1000;

    private final Clusters clusters;
    private final Directory directory;
    private final Ledger ledger;
    private final StoryView view;
    private final PowerMonitor monitor;

    public StoryRoutes(Clusters clusters, Directory directory, Ledger ledger, StoryView view, PowerMonitor monitor) {
        this.clusters = clusters;
        this.directory = directory;
        this.ledger = ledger;
        this.view = view;
        this.monitor = monitor;
    }

    /** Its operations. */
    public List<Route> routes() {
        return List.of(
                Route.get("/failovers", this::failovers),
                Route.get("/failovers/{failover}", this::failover),
                Route.get("/events", this::events),
                Route.get("/alarms", this::alarms));
    }

    private record Story(State state, Failover failover) {}

    private void failovers(Context context) {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        newest(ClusterRoutes.asked(context, clusters, directory), limit(context))
                .forEach(items::add);
        ClusterRoutes.json(context, ClusterRoutes.items(items));
    }

    /** Fail-overs of these clusters, newest first. */
    List<ObjectNode> newest(List<State> states, int limit) {
        List<Story> stories = new ArrayList<>();
        states.forEach(state -> ledger.failovers(state.cluster().id(), limit)
                .forEach(failover -> stories.add(new Story(state, failover))));
        return stories.stream()
                .sorted(Comparator.comparingLong(
                                (Story story) -> story.failover().openedWallMillis())
                        .reversed())
                .limit(limit)
                .map(story -> view.failover(story.state(), story.failover()))
                .toList();
    }

    private void failover(Context context) {
        String id = context.pathParam("failover");
        if (id.equals("latest")) {
            List<ObjectNode> newest = newest(clusters.states(), 1);
            if (!newest.isEmpty()) {
                ClusterRoutes.json(context, newest.getFirst());
                return;
            }
        }
        for (State state : clusters.states()) {
            Failover found = ledger.failover(state.cluster().id(), id).orElse(null);
            if (found != null) {
                ClusterRoutes.json(context, view.failover(state, found));
                return;
            }
        }
        throw ProblemException.of(ProblemText.NOT_FOUND, "fail-over", id);
    }

    private void events(Context context) {
        int limit = limit(context);
        @Nullable String cluster = context.queryParam("cluster");
        @Nullable String host = context.queryParam("host");
        @Nullable String vm = context.queryParam("vm");
        TimelineQuery query = new TimelineQuery(
                cluster == null
                        ? null
                        : directory.cluster("cluster", cluster).cluster().value(),
                host == null ? null : directory.host(host).thing().id().value(),
                vm == null ? null : directory.vm(vm).thing().id().value(),
                context.queryParam("failover"),
                number(context, "before"),
                number(context, "after"),
                limit);
        List<TimelineRecord> lines = ledger.timeline(query);
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        lines.forEach(line -> items.add(StoryView.event(line)));
        ObjectNode result = ClusterRoutes.items(items);
        boolean more = lines.size() == limit && query.after() == null;
        result.put("next", more ? (Long) lines.getLast().id() : null);
        ClusterRoutes.json(context, result);
    }

    private void alarms(Context context) {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        ClusterRoutes.asked(context, clusters, directory)
                .forEach(state -> alarms(state).forEach(items::add));
        ClusterRoutes.json(context, ClusterRoutes.items(items));
    }

    /** The alarms that stand in a cluster. */
    List<ObjectNode> alarms(State state) {
        List<ObjectNode> result = new ArrayList<>();
        state.alarms().values().forEach(alarm -> result.add(StoryView.alarm(state, alarm, true)));
        monitor.alarms(state).forEach(alarm -> result.add(StoryView.alarm(state, alarm, true)));
        return result;
    }

    private static int limit(Context context) {
        Long limit = number(context, "limit");
        if (limit == null) {
            return LIMIT;
        }
        if (limit < 1 || limit > MOST) {
            throw ProblemException.about("limit", ProblemText.PARAMETER, "limit", limit.toString(), "1 … " + MOST);
        }
        return limit.intValue();
    }

    private static @Nullable Long number(Context context, String name) {
        String text = context.queryParam(name);
        if (text == null) {
            return null;
        }
        try {
            return Long.valueOf(text);
        } catch (NumberFormatException wrong) {
            throw ProblemException.about(name, ProblemText.PARAMETER, name, text, "0 …");
        }
    }
}
