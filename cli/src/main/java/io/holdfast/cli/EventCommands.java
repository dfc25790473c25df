package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast event …}: the timeline of the cluster. */
@Command(name = "event", description = "The timeline of everything that happened")
final class EventCommands implements Runnable {

    /** Time between attempts to reach a manager whose stream ended. */
    private static final long RECONNECT_MILLIS = 1_000;

    private final Holdfast root;

    EventCommands(Holdfast root) {
        this.root = root;
    }

    @Override
    public void run() {
        throw root.wrong("say what to do with events: event list [--follow]");
    }

    @Command(
            name = "list",
            description = "The latest events, oldest first; with --follow goes on with new ones until Ctrl-C")
    int list(
            @Option(
                            names = {"--follow", "-f"},
                            description = "Go on with new events as they come")
                    boolean follow,
            @Option(names = "--limit", paramLabel = "N", defaultValue = "50", description = "How many, 1 to 1000 (50)")
                    int limit,
            @Option(names = "--host", paramLabel = "NAME", defaultValue = "") String host,
            @Option(names = "--vm", paramLabel = "NAME", defaultValue = "") String vm,
            @Option(names = "--failover", paramLabel = "ID", defaultValue = "") String failover) {
        if (limit < 1 || limit > 1_000) {
            throw root.wrong("--limit is " + limit + ", but must be between 1 and 1000");
        }
        if (follow && !(host + vm + failover).isEmpty()) {
            throw root.wrong("--follow shows all events; leave out --host, --vm and --failover");
        }
        Session session = root.session();
        Map<String, String> filter = new LinkedHashMap<>();
        filter.put("limit", String.valueOf(limit));
        filter.put("host", host);
        filter.put("vm", vm);
        filter.put("failover", failover);
        String answer = session.api().get(ApiClient.query("/events", filter));
        if (session.json() && !follow) {
            return session.show(answer, unused -> {});
        }
        Follower follower = new Follower(session);
        follower.printNewestFirst(Json.parse(answer).path("items"));
        if (follow) {
            follower.follow(() -> !Thread.currentThread().isInterrupted());
        } else if (follower.lastId == 0) {
            session.terminal().line(session.words().of("none.events"));
        }
        return ExitCode.OK;
    }

    /** Prints each event once, in order, over any number of lost and restored streams. */
    static final class Follower {
        private final Session session;
        private String streamId = "";
        private long lastId;

        Follower(Session session) {
            this.session = session;
        }

        void printNewestFirst(JsonNode events) {
            List<JsonNode> ordered = new ArrayList<>();
            events.forEach(ordered::addFirst);
            ordered.forEach(this::print);
        }

        void follow(BooleanSupplier goOn) {
            boolean reached = true;
            while (goOn.getAsBoolean()) {
                try {
                    session.api().events(streamId, goOn, this::take);
                    reached = true;
                } catch (ApiException lost) {
                    if (lost.exitCode() != ExitCode.UNREACHABLE) {
                        throw lost;
                    }
                    if (reached && !session.json()) {
                        session.terminal().line(session.words().of("event.lost"));
                    }
                    reached = false;
                }
                if (goOn.getAsBoolean()) {
                    pause();
                }
            }
        }

        private void take(String id, String kind, String data) {
            streamId = id;
            JsonNode node = Json.parse(data);
            switch (kind) {
                case "timeline" -> print(node);
                case "snapshot" -> {
                    List<JsonNode> events = new ArrayList<>();
                    node.path("events").forEach(events::add);
                    events.sort((one, other) -> Long.compare(
                            one.path("id").asLong(), other.path("id").asLong()));
                    events.forEach(this::print);
                }
                default -> {
                    // States of hosts, VMs and so on: the console's business.
                }
            }
        }

        private void print(JsonNode event) {
            long id = event.path("id").asLong();
            if (id <= lastId) {
                return;
            }
            lastId = id;
            if (session.json()) {
                session.terminal().line(event.toString());
                return;
            }
            Cell severity = View.code(session, event, "severity");
            session.terminal()
                    .line(View.instant(Json.string(event, "at")) + "  "
                            + session.terminal().paint(severity.style(), DisplayWidth.padRight(severity.text(), 7))
                            + "  "
                            + session.words().text(event));
        }

        private static void pause() {
            try {
                Thread.sleep(RECONNECT_MILLIS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
