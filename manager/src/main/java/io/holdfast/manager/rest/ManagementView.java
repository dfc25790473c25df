package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.manager.ArbiterDesk;
import io.holdfast.manager.lead.LeadershipView;
import io.holdfast.manager.lead.SupervisorWatch;
import io.holdfast.manager.store.SwitchOverRecord;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The management plane as JSON (ManagementStatus): what this manager knows by itself, with the word of its node's supervisor. */
public final class ManagementView {
    private static final List<String> SERVICES = List.of("manager", "console", "database", "keepalived");

    private static final int VOTES = 3;

    private final LeadershipView leadership;
    private final Supplier<SupervisorWatch.Sight> supervisor;
    private final LongSupplier wallMillis;
    private final ArbiterDesk desk;
    private final ArbiterView arbiters;
    private final String version;

    public ManagementView(
            LeadershipView leadership,
            Supplier<SupervisorWatch.Sight> supervisor,
            LongSupplier wallMillis,
            ArbiterDesk desk,
            String version) {
        this.version = version;
        this.leadership = leadership;
        this.supervisor = supervisor;
        this.wallMillis = wallMillis;
        this.desk = desk;
        this.arbiters = new ArbiterView(leadership, desk);
    }

    /** @param switchOvers newest first */
    ObjectNode status(List<SwitchOverRecord> switchOvers) {
        SupervisorWatch.Sight sight = supervisor.get();
        JsonNode document = sight.document() == null ? MissingNode.getInstance() : sight.document();
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("mode", leadership.pair() ? "pair" : "single").put("now", Texts.instant(wallMillis.getAsLong()));
        result.put("leader", leadership.leader().orElse(null)).put("epoch", leadership.epoch());
        ArrayNode nodes = result.putArray("nodes");
        nodes.add(self(sight, document));
        JsonNode peer = document.path("peer");
        if (peer.isObject()) {
            nodes.add(peer(peer, document));
        }
        result.set("vip", vip(document));
        result.set("arbiter", arbiter(document));
        result.set("gateway", witness(document, "gateway"));
        ArrayNode history = JsonNodeFactory.instance.arrayNode();
        switchOvers.forEach(record -> history.add(switchOver(record)));
        result.set("lastSwitchOver", history.isEmpty() ? JsonNodeFactory.instance.nullNode() : history.get(0));
        result.set("switchOvers", history);
        result.set("alarms", alarms(sight, document));
        return result;
    }

    private ObjectNode self(SupervisorWatch.Sight sight, JsonNode document) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("name", leadership.node()).put("address", text(document, "address"));
        node.put("version", version).put("self", true).put("role", leadership.leads() ? "leader" : "standby");
        node.put("epoch", leadership.epoch()).put("seenAt", Texts.instant(wallMillis.getAsLong()));
        ArrayNode services = node.putArray("services");
        if (leadership.pair()) {
            SERVICES.forEach(name -> services.add(service(name, document.path("items"))));
            services.add(supervisorService(sight));
        } else {
            services.addObject()
                    .put("name", "manager")
                    .put("state", "ok")
                    .put("detail", "")
                    .put("seenAt", Texts.instant(wallMillis.getAsLong()));
        }
        ObjectNode vip = node.putObject("vip");
        vip.set("held", orNull(document.path("vip").path("held")));
        reachable(vip, document.path("items"));
        JsonNode database = document.path("database");
        ObjectNode shown = node.putObject("database");
        shown.put("state", leadership.pair() ? databaseState(database) : "embedded");
        shown.put("position", text(database, "position"));
        shown.set("behind", orNull(database.path("queuedWriteSets")));
        shown.set("members", orNull(database.path("members")));
        shown.put("seenAt", text(item(document.path("items"), "database"), "seenAt"));
        return node;
    }

    private ObjectNode peer(JsonNode peer, JsonNode document) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        JsonNode seen = item(document.path("items"), "peer");
        String role = peer.path("role").asText("unknown");
        node.put("name", peer.path("node").asText("peer")).put("address", text(peer, "address"));
        node.put("version", known(peer, "version"))
                .put("self", false)
                .put("role", role.equals("leader") || role.equals("standby") ? role : "unknown");
        node.set("epoch", orNull(peer.path("epoch")));
        node.put("seenAt", text(seen, "seenAt"));
        ArrayNode services = node.putArray("services");
        SERVICES.forEach(name -> services.add(service(name, peer.path("items"))));
        services.addObject()
                .put("name", "supervisor")
                .put("state", "ok")
                .put("detail", peer.path("fit").asBoolean() ? "fit" : "not fit")
                .put("seenAt", text(seen, "seenAt"));
        ObjectNode vip = node.putObject("vip");
        vip.set("held", orNull(peer.path("holdsVip")));
        reachable(vip, peer.path("items"));
        ObjectNode database = node.putObject("database");
        database.put("state", peer.path("primary").asBoolean() ? "primary" : "non-primary");
        database.put("position", text(peer, "position"));
        database.put("behind", behind(text(document.path("database"), "position"), text(peer, "position")));
        database.put("seenAt", text(seen, "seenAt"));
        database.set("members", orNull(peer.path("members")));
        return node;
    }

    private static String databaseState(JsonNode database) {
        if (database.path("primary").asBoolean()) {
            return database.path("synced").asBoolean() ? "primary" : "joining";
        }
        return switch (database.path("phase").asText("unknown")) {
            case "running" -> "non-primary";
            case "starting" -> "joining";
            case "stopped", "damaged", "open", "laying-open", "reading" -> "down";
            default -> "unknown";
        };
    }

    /** Null where the histories differ or one isn't known. */
    private static @Nullable Long behind(@Nullable String own, @Nullable String others) {
        if (own == null || others == null) {
            return null;
        }
        int colon = own.lastIndexOf(':');
        if (colon < 0 || !others.startsWith(own.substring(0, colon + 1))) {
            return null;
        }
        try {
            return Math.max(0, Long.parseLong(own.substring(colon + 1)) - Long.parseLong(others.substring(colon + 1)));
        } catch (NumberFormatException unknown) {
            return null;
        }
    }

    private static ObjectNode service(String name, JsonNode items) {
        JsonNode item = item(items, name);
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", name)
                .put(
                        "state",
                        item.isMissingNode() ? "unknown" : item.path("good").asBoolean() ? "ok" : "fault")
                .put("detail", item.path("detail").asText(""))
                .put("seenAt", text(item, "seenAt"));
    }

    private ObjectNode supervisorService(SupervisorWatch.Sight sight) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("name", "supervisor")
                .put("state", sight.document() == null ? "fault" : "ok")
                .put("detail", sight.why())
                .put("seenAt", Texts.instant(sight.seenWallMillis()));
    }

    private static void reachable(ObjectNode vip, JsonNode items) {
        JsonNode reached = item(items, "vip-reached");
        vip.set("reachable", orNull(reached.path("good")));
        vip.put("seenAt", text(reached, "seenAt"));
    }

    private JsonNode vip(JsonNode document) {
        if (!document.path("vip").isObject()) {
            return JsonNodeFactory.instance.nullNode();
        }
        ObjectNode vip = JsonNodeFactory.instance.objectNode();
        vip.put("address", document.path("vip").path("address").asText());
        ArrayNode held = vip.putArray("heldBy");
        if (document.path("vip").path("held").asBoolean()) {
            held.add(leadership.node());
        }
        if (document.path("peer").path("holdsVip").asBoolean()) {
            held.add(document.path("peer").path("node").asText());
        }
        return vip;
    }

    private static JsonNode witness(JsonNode document, String name) {
        JsonNode item = item(document.path("items"), name);
        JsonNode described = document.path(name);
        if (item.isMissingNode() && !described.isObject()) {
            return JsonNodeFactory.instance.nullNode();
        }
        ObjectNode witness = JsonNodeFactory.instance.objectNode();
        witness.put("host", text(described, "host"));
        String address = text(described, "address");
        witness.put("address", address != null ? address : item.path("detail").asText(""));
        witness.set("reachable", orNull(item.path("good")));
        witness.put("seenAt", text(item, "seenAt"));
        return witness;
    }

    /** As the supervisor reaches it; where an agent runs it, with the host and why it is there. */
    private JsonNode arbiter(JsonNode document) {
        JsonNode witness = witness(document, "arbiter");
        ObjectNode placed = arbiters.state();
        if (!placed.path("kind").asText().equals("host")) {
            return witness;
        }
        ObjectNode shown = witness instanceof ObjectNode object
                ? object
                : JsonNodeFactory.instance.objectNode().putNull("reachable").putNull("seenAt");
        shown.put("host", text(placed, "host")).put("address", text(placed, "address"));
        shown.set("placement", placed);
        return shown;
    }

    private static ObjectNode switchOver(SwitchOverRecord record) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("at", Texts.instant(record.atWallMillis())).put("cause", Texts.code(record.cause()));
        result.put("from", record.from().isEmpty() ? null : record.from()).put("to", record.to());
        result.put("durationMillis", record.durationMillis() < 0 ? null : record.durationMillis());
        result.put("epoch", record.epoch());
        result.set("text", ManagementText.switchOver(record));
        return result;
    }

    private ArrayNode alarms(SupervisorWatch.Sight sight, JsonNode document) {
        ArrayNode alarms = JsonNodeFactory.instance.arrayNode();
        String now = Texts.instant(wallMillis.getAsLong());
        document.path("alarms")
                .forEach(alarm -> alarms.add(alarm(
                        alarm.path("code").asText(),
                        leadership.node(),
                        alarm.path("text").asText(""),
                        Texts.instant(sight.seenWallMillis()))));
        document.path("peer")
                .path("alarms")
                .forEach(alarm -> alarms.add(alarm(
                        alarm.path("code").asText(),
                        document.path("peer").path("node").asText(),
                        alarm.path("text").asText(""),
                        Texts.instant(sight.seenWallMillis()))));
        if (leadership.pair() && sight.document() == null) {
            alarms.add(alarm("supervisor-silent", leadership.node(), sight.why(), now));
        }
        if (desk.stuck()) {
            alarms.add(alarm("arbiter-without-host", leadership.node(), "", now));
        }
        // One more is a machine that is back; the host that stands in for it gives way by itself.
        boolean standsIn = desk.placement()
                .filter(placed -> placed.placed() && !placed.home().isEmpty())
                .isPresent();
        if (desk.votes().members() > VOTES + (standsIn ? 1 : 0)) {
            alarms.add(alarm(
                    "too-many-votes",
                    leadership.node(),
                    Integer.toString(desk.votes().members()),
                    now));
        }
        if (leadership.pair() && leadership.leader().isEmpty()) {
            alarms.add(alarm("nobody-leads", leadership.node(), "", now));
        }
        return alarms;
    }

    private static ObjectNode alarm(String code, String node, String detail, @Nullable String seenAt) {
        ObjectNode result =
                JsonNodeFactory.instance.objectNode().put("code", code).put("node", node);
        result.set("text", ManagementText.alarm(code));
        return result.put("detail", detail).put("seenAt", seenAt);
    }

    private static JsonNode item(JsonNode items, String name) {
        for (JsonNode item : items) {
            if (item.path("item").asText().equals(name)) {
                return item;
            }
        }
        return MissingNode.getInstance();
    }

    private static @Nullable String text(JsonNode object, String field) {
        JsonNode value = object.path(field);
        return value.isMissingNode() || value.isNull() ? null : value.asText();
    }

    private static @Nullable String known(JsonNode object, String field) {
        String value = text(object, field);
        return value == null || value.isEmpty() ? null : value;
    }

    private static JsonNode orNull(JsonNode value) {
        return value.isMissingNode() ? JsonNodeFactory.instance.nullNode() : value;
    }
}
