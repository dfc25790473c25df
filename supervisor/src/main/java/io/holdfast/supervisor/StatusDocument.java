package io.holdfast.supervisor;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The status of this node as JSON (row M7): every item with the time at which it was seen. Instants are this node's wall clock and for people
 * only; ages are for programs.
 */
public final class StatusDocument {

    private StatusDocument() {}

    /**
     * Renders the state.
     *
     * @param peerDetails what the peer tells people, if it has told lately
     * @param nowNanos monotonic clock
     * @param now wall clock of the same instant
     */
    static String render(
            SupervisionState state,
            Optional<PeerDetails> peerDetails,
            SupervisorSettings settings,
            long nowNanos,
            Instant now) {
        DatabaseWatch database = state.database();
        return "{"
                + String.join(
                        ",",
                        field("node", text(state.name())),
                        field("address", text(settings.listen().getHostString())),
                        field("now", text(now.truncatedTo(ChronoUnit.MILLIS).toString())),
                        field("version", text(ProductVersion.running())),
                        field("fit", state.fit()),
                        field(
                                "role",
                                state.manager()
                                        .map(answer -> text(answer.role()))
                                        .orElse("null")),
                        field(
                                "epoch",
                                state.manager()
                                        .map(ManagerAnswer::epoch)
                                        .map(String::valueOf)
                                        .orElse("null")),
                        field("vip", vip(state, settings, nowNanos, now)),
                        field("database", database(database)),
                        field("items", items(state, nowNanos, now)),
                        field("arbiter", arbiter(settings)),
                        field(
                                "gateway",
                                settings.gateway().map(StatusDocument::witness).orElse("null")),
                        field(
                                "peer",
                                state.freshPeer(nowNanos)
                                        .map(peer -> peer(peer, peerDetails, settings, nowNanos, now))
                                        .orElse("null")),
                        field("alarms", alarms(state, nowNanos)))
                + "}\n";
    }

    private static String vip(SupervisionState state, SupervisorSettings settings, long nowNanos, Instant now) {
        return "{"
                + String.join(
                        ",",
                        field("address", text(settings.vip().cidr())),
                        field("held", state.vip().held()),
                        field("healthy", state.vip().healthy()),
                        field("cause", text(state.vip().cause())),
                        field("since", text(instant(state.vip().sinceNanos(), nowNanos, now))))
                + "}";
    }

    private static String database(DatabaseWatch database) {
        Optional<DatabaseView.Answering> answering = Optional.of(database.view())
                .filter(DatabaseView.Answering.class::isInstance)
                .map(DatabaseView.Answering.class::cast);
        return "{"
                + String.join(
                        ",",
                        field(
                                "phase",
                                text(database.phase()
                                        .name()
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', '-'))),
                        field("primary", database.primary()),
                        field(
                                "synced",
                                answering.map(DatabaseView.Answering::synced).orElse(false)),
                        field(
                                "position",
                                database.position()
                                        .map(position -> text(position.toString()))
                                        .orElse("null")),
                        field(
                                "members",
                                answering
                                        .map(view -> String.valueOf(view.members()))
                                        .orElse("null")),
                        field(
                                "queuedWriteSets",
                                answering
                                        .map(view -> String.valueOf(view.queued()))
                                        .orElse("null")),
                        field("durable", database.durability() == DatabaseWatch.Durability.DURABLE))
                + "}";
    }

    static String items(SupervisionState state, long nowNanos, Instant now) {
        return List.of(Watched.values()).stream()
                .filter(item -> state.sights().containsKey(item))
                .map(item -> item(item, Objects.requireNonNull(state.sights().get(item)), nowNanos, now))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String item(Watched item, Sight sight, long nowNanos, Instant now) {
        return "{"
                + String.join(
                        ",",
                        field("item", text(item.label())),
                        field("good", sight.good()),
                        field("detail", text(sight.detail())),
                        field("seenAt", text(instant(sight.seenNanos(), nowNanos, now))),
                        field(
                                "ageMillis",
                                Duration.ofNanos(nowNanos - sight.seenNanos()).toMillis()))
                + "}";
    }

    /** Where it was when this node was set up, and what an arbiter joins. */
    private static String arbiter(SupervisorSettings settings) {
        String nodes = List.of(settings.listen(), settings.peer()).stream()
                .map(node -> text(node.getHostString() + ":" + NodePlan.GROUP_PORT))
                .collect(Collectors.joining(",", "[", "]"));
        String group = "{"
                + String.join(
                        ",",
                        field("nodes", nodes),
                        field("name", text(NodePlan.GROUP)),
                        field("options", text(NodePlan.Timing.TUNED.options())))
                + "}";
        return "{" + field("address", text(settings.arbiter().getHostString())) + "," + field("group", group) + "}";
    }

    private static String witness(String address) {
        return "{" + field("address", text(address)) + "}";
    }

    private static String details(PeerDetails details, long nowNanos, Instant now) {
        String items = details.items().stream()
                .map(item -> item(
                        item.item(),
                        new Sight(
                                item.good(),
                                item.detail(),
                                details.readNanos() - item.age().toNanos()),
                        nowNanos,
                        now))
                .collect(Collectors.joining(",", "[", "]"));
        String alarms = details.alarms().stream()
                .map(alarm -> "{" + field("code", text(alarm.code())) + "," + field("text", text(alarm.text())) + "}")
                .collect(Collectors.joining(",", "[", "]"));
        return String.join(
                ",",
                field("members", details.members()),
                field("version", text(details.version())),
                field("items", items),
                field("alarms", alarms));
    }

    private static String peer(
            PeerReport peer,
            Optional<PeerDetails> peerDetails,
            SupervisorSettings settings,
            long nowNanos,
            Instant now) {
        return "{"
                + String.join(
                        ",",
                        field("node", text(peer.name())),
                        field("fit", peer.fit()),
                        field("role", peer.role().map(StatusDocument::text).orElse("null")),
                        field("epoch", peer.epoch()),
                        field("holdsVip", peer.holdsVip()),
                        field("primary", peer.primary()),
                        field("address", text(settings.peer().getHostString())),
                        field(
                                "position",
                                peer.position()
                                        .map(position -> text(position.toString()))
                                        .orElse("null")))
                + peerDetails
                        .map(details -> "," + details(details, nowNanos, now))
                        .orElse("")
                + "}";
    }

    private static String alarms(SupervisionState state, long nowNanos) {
        return Alarms.of(state, nowNanos).stream()
                .map(alarm -> "{" + field("code", text(alarm.label())) + "," + field("text", text(alarm.text())) + "}")
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String instant(long thenNanos, long nowNanos, Instant now) {
        return now.minusNanos(nowNanos - thenNanos)
                .truncatedTo(ChronoUnit.MILLIS)
                .toString();
    }

    private static String field(String name, Object json) {
        return text(name) + ":" + json;
    }

    /** A JSON string. */
    public static String text(String value) {
        StringBuilder json = new StringBuilder("\"");
        for (char c : value.toCharArray()) {
            if (c == '"' || c == '\\') {
                json.append('\\').append(c);
            } else if (c < ' ') {
                json.append("\\u%04x".formatted((int) c));
            } else {
                json.append(c);
            }
        }
        return json.append('"').toString();
    }
}
