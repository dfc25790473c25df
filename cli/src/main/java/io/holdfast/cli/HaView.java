package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** The management nodes for people: each fact with the time at which it was seen. */
final class HaView {

    private final Session session;

    HaView(Session session) {
        this.session = session;
    }

    void print(JsonNode status) {
        session.details()
                .add("management", View.code(session, status, "mode"))
                .add("leader", View.value(status, "leader"))
                .add("epoch", Json.string(status, "epoch"))
                .add("vip", vip(status.path("vip")))
                .add("arbiter", witness(status.path("arbiter")))
                .add("gateway", witness(status.path("gateway")))
                .add("lastSwitchOver", switchOver(status.path("lastSwitchOver")))
                .print();
        session.terminal().line("");
        nodes(status.path("nodes"));
        session.terminal().line("");
        services(status.path("nodes"));
        JsonNode alarms = status.path("alarms");
        session.terminal().line("");
        Table table = session.table("alarm", "host", "what", "since");
        for (JsonNode alarm : alarms) {
            String detail = Json.string(alarm, "detail");
            table.row(
                    new Cell(Json.string(alarm, "code"), Style.WARNING),
                    View.value(alarm, "node"),
                    Cell.of(session.words().text(alarm) + (detail.isEmpty() ? "" : ": " + detail)),
                    Cell.of(View.instant(Json.string(alarm, "seenAt"))));
        }
        table.print(session.terminal(), session.words().of("none.alarms"));
    }

    private static Cell vip(JsonNode vip) {
        if (!vip.isObject()) {
            return Cell.of(View.NOTHING);
        }
        List<String> holders = new ArrayList<>();
        vip.path("heldBy").forEach(holder -> holders.add(holder.asText()));
        String text =
                Json.string(vip, "address") + " → " + (holders.isEmpty() ? View.NOTHING : String.join(", ", holders));
        return new Cell(text, holders.size() == 1 ? Style.GOOD : Style.BAD);
    }

    private Cell witness(JsonNode witness) {
        if (!witness.isObject()) {
            return Cell.of(View.NOTHING);
        }
        String host = Json.string(witness, "host");
        String name = host.isEmpty() ? Json.string(witness, "address") : host + " " + Json.string(witness, "address");
        boolean reached = witness.path("reachable").asBoolean();
        JsonNode placement = witness.path("placement");
        String why = placement.isObject() ? "; " + ArbiterCommands.why(session, placement) : "";
        return new Cell(
                name + " " + session.words().of(reached ? "ha.reached" : "ha.silent") + ", "
                        + View.instant(Json.string(witness, "seenAt")) + why,
                reached ? Style.GOOD : Style.BAD);
    }

    private Cell switchOver(JsonNode last) {
        if (!last.isObject()) {
            return Cell.of(View.NOTHING);
        }
        String millis = Json.string(last, "durationMillis");
        return Cell.of(View.instant(Json.string(last, "at")) + " "
                + session.words().text(last) + (millis.isEmpty() ? "" : " (" + millis + " ms)"));
    }

    private void nodes(JsonNode nodes) {
        Table table =
                session.table("name", "address", "version", "role", ">epoch", "vip", "database", "position", "time");
        for (JsonNode node : nodes) {
            table.row(
                    View.value(node, "name"),
                    View.value(node, "address"),
                    View.value(node, "version"),
                    View.code(session, node, "role"),
                    View.value(node, "epoch"),
                    node.path("vip").path("held").isBoolean()
                            ? View.yesNo(session, node.path("vip").path("held").asBoolean())
                            : Cell.of(View.NOTHING),
                    View.code(session, node, "database", "state"),
                    View.value(node, "database", "position"),
                    Cell.of(View.instant(Json.string(node, "seenAt"))));
        }
        table.print(session.terminal(), "");
    }

    private void services(JsonNode nodes) {
        Table table = session.table("host", "service", "state", "what", "time");
        for (JsonNode node : nodes) {
            for (JsonNode service : node.path("services")) {
                table.row(
                        View.value(node, "name"),
                        View.value(service, "name"),
                        View.code(session, service, "state"),
                        View.value(service, "detail"),
                        Cell.of(View.instant(Json.string(service, "seenAt"))));
            }
        }
        table.print(session.terminal(), "");
    }
}
