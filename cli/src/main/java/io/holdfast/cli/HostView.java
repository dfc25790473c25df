package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/** Hosts for people. */
final class HostView {

    private HostView() {}

    static void table(Session session, JsonNode hosts) {
        Table table = session.table(
                "name",
                "state",
                "management",
                "storage",
                "business",
                "power",
                "agent",
                ">vms",
                ">cpu",
                "memory",
                "address");
        for (JsonNode host : NameOrder.byName(hosts)) {
            table.row(
                    View.value(host, "name"),
                    state(session, host),
                    View.code(session, host, "planes", "management", "state"),
                    View.code(session, host, "planes", "storage", "state"),
                    View.code(session, host, "planes", "business", "state"),
                    View.code(session, host, "power", "state"),
                    View.code(session, host, "agent", "state"),
                    View.value(host, "vmCount"),
                    Cell.of(share(host, "cpuPlacedCores", "cpuCores")),
                    Cell.of(memory(host)),
                    View.value(host, "address"));
        }
        table.print(session.terminal(), session.words().of("none.hosts"));
    }

    static void details(Session session, JsonNode host) {
        JsonNode planes = host.path("planes");
        session.details()
                .add("name", Json.string(host, "name"))
                .add("id", Json.string(host, "id"))
                .add("cluster", Json.string(host, "cluster", "name"))
                .add("address", Json.string(host, "address"))
                .add("state", state(session, host))
                .add("since", View.instant(Json.string(host, "stateSince")))
                .add("management", plane(session, planes.path("management")))
                .add("storage", plane(session, planes.path("storage")))
                .add("business", plane(session, planes.path("business")))
                .add("power", withReason(View.code(session, host, "power", "state"), host.path("power"), "reason"))
                .add("bmc", bmc(host.path("bmc")))
                .add("agent", View.code(session, host, "agent", "state"))
                .add("watchdog", watchdog(session, host.path("watchdog")))
                .add("cpu", share(host, "cpuPlacedCores", "cpuCores"))
                .add("memory", memory(host))
                .add("accelerator", Json.string(host, "capacity", "accelerator"))
                .add("networks", networks(host.path("networks")))
                .add("leaseSlot", Json.string(host, "leaseSlot"))
                .add("vms", Json.string(host, "vmCount"))
                .add("work", work(session, host.path("work")))
                .print();
        moves(session, host.path("work").path("moves"));
        leases(session, planes.path("storage").path("datastores"));
    }

    /** Maintenance, or an orderly shutdown, and how far it is. */
    private static String work(Session session, JsonNode work) {
        return work.isObject()
                ? session.words().code(Json.string(work, "kind")) + ": "
                        + session.words()
                                .of(
                                        "host.work",
                                        Json.string(work, "vmsLeft"),
                                        Json.string(work, "vmsAway"),
                                        Json.string(work, "vmsFrozen"))
                : "";
    }

    private static void moves(Session session, JsonNode moves) {
        if (moves.isEmpty()) {
            return;
        }
        session.terminal().line("");
        Table table = session.table("vm", "stage", "to", "what");
        for (JsonNode move : moves) {
            table.row(
                    View.value(move, "vm", "name"),
                    View.code(session, move, "stage"),
                    View.value(move, "target", "name"),
                    Cell.of(session.words().text(move.path("waiting"))));
        }
        table.print(session.terminal(), "");
    }

    private static void leases(Session session, JsonNode datastores) {
        if (datastores.isEmpty()) {
            return;
        }
        session.terminal().line("");
        Table table = session.table(
                "datastore", "state", "leaseHeld", ">generation", ">sequence", ">age", ">lastWrite", "what");
        for (JsonNode datastore : datastores) {
            table.row(
                    View.value(datastore, "datastore", "name"),
                    View.code(session, datastore, "state"),
                    View.yesNo(session, datastore.path("held").asBoolean()),
                    View.value(datastore, "generation"),
                    View.value(datastore, "sequence"),
                    millis(datastore, "ageMillis"),
                    millis(datastore, "lastWriteMillis"),
                    View.value(datastore, "error"));
        }
        table.print(session.terminal(), "");
    }

    private static Cell state(Session session, JsonNode host) {
        Cell state = View.code(session, host, "state");
        return host.path("maintenance").asBoolean()
                ? new Cell(state.text() + ", " + session.words().of("host.inMaintenance"), Style.WARNING)
                : state;
    }

    /** A plane with why it is degraded, in the reader's language. */
    private static Cell plane(Session session, JsonNode plane) {
        Cell cell = withReason(View.code(session, plane, "state"), plane, "detail");
        for (JsonNode reason : plane.path("reasons")) {
            cell = new Cell(cell.text() + ": " + session.words().text(reason), cell.style());
        }
        return cell;
    }

    private static Cell withReason(Cell cell, JsonNode node, String member) {
        String reason = Json.string(node, member);
        return reason.isEmpty() ? cell : new Cell(cell.text() + ": " + reason, cell.style());
    }

    private static String bmc(JsonNode bmc) {
        return bmc.isObject()
                ? Json.string(bmc, "username") + "@" + Json.string(bmc, "address") + ":" + Json.string(bmc, "port")
                : "";
    }

    private static Cell watchdog(Session session, JsonNode watchdog) {
        if (!watchdog.path("armed").asBoolean()) {
            return new Cell(session.words().of("watchdog.none"), Style.WARNING);
        }
        String timeout = Json.string(watchdog, "timeoutMillis");
        String after = timeout.isEmpty() ? "" : ", " + timeout + " ms";
        return new Cell(session.words().of("watchdog.armed") + after, Style.GOOD);
    }

    private static String networks(JsonNode networks) {
        List<String> texts = new ArrayList<>();
        for (JsonNode network : networks) {
            List<String> uplinks = new ArrayList<>();
            network.path("uplinks").forEach(uplink -> uplinks.add(uplink.asText()));
            String over = uplinks.isEmpty() ? "" : ":" + String.join(",", uplinks);
            texts.add(Json.string(network, "name") + "=" + Json.string(network, "bridge") + over);
        }
        return String.join(" ", texts);
    }

    private static Cell millis(JsonNode node, String member) {
        long millis = node.path(member).asLong(-1);
        return Cell.of(millis < 0 ? View.NOTHING : millis + " ms");
    }

    private static String share(JsonNode host, String used, String all) {
        JsonNode capacity = host.path("capacity");
        return capacity.path(used).asInt() + "/" + capacity.path(all).asInt();
    }

    private static String memory(JsonNode host) {
        JsonNode capacity = host.path("capacity");
        return Bytes.text(capacity.path("memoryPlacedBytes").asLong()) + " / "
                + Bytes.text(capacity.path("memoryBytes").asLong());
    }
}
