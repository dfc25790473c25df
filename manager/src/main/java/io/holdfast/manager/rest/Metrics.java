package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;
import java.util.function.Supplier;

/** {@code GET /metrics} in Prometheus' text form, made of the same documents that people see. */
public final class Metrics {
    private final Supplier<ObjectNode> status;
    private final Supplier<ObjectNode> management;

    public Metrics(Supplier<ObjectNode> status, Supplier<ObjectNode> management) {
        this.status = status;
        this.management = management;
    }

    /** All of them. */
    public String text() {
        StringBuilder text = new StringBuilder();
        management(text, management.get());
        status(text, status.get());
        return text.toString();
    }

    private static void management(StringBuilder text, JsonNode management) {
        head(text, "holdfast_management_role", "gauge", "1 for the role that a management node has");
        head(text, "holdfast_management_epoch", "gauge", "Leadership epoch of a management node");
        head(text, "holdfast_management_vip_held", "gauge", "1 where the virtual IP is on this node");
        head(text, "holdfast_management_database", "gauge", "1 for the state of a node's database");
        head(text, "holdfast_management_database_behind", "gauge", "Transactions not applied yet");
        head(text, "holdfast_management_service_up", "gauge", "1 while a service of a node is well, 0 while it is not");
        for (JsonNode node : management.path("nodes")) {
            String name = label("node", node.path("name").asText());
            line(
                    text,
                    "holdfast_management_role",
                    name + "," + label("role", node.path("role").asText()),
                    1);
            line(text, "holdfast_management_epoch", name, node.path("epoch").asLong());
            truth(text, "holdfast_management_vip_held", name, node.path("vip").path("held"));
            JsonNode database = node.path("database");
            line(
                    text,
                    "holdfast_management_database",
                    name + "," + label("state", database.path("state").asText()),
                    1);
            if (database.path("behind").isNumber()) {
                line(
                        text,
                        "holdfast_management_database_behind",
                        name,
                        database.path("behind").asLong());
            }
            for (JsonNode service : node.path("services")) {
                String state = service.path("state").asText();
                if (!state.equals("unknown")) {
                    line(
                            text,
                            "holdfast_management_service_up",
                            name + "," + label("service", service.path("name").asText()),
                            state.equals("ok") ? 1 : 0);
                }
            }
        }
        head(text, "holdfast_management_witness_reachable", "gauge", "1 while arbiter or gateway answer this node");
        for (String witness : new String[] {"arbiter", "gateway"}) {
            truth(
                    text,
                    "holdfast_management_witness_reachable",
                    label("witness", witness),
                    management.path(witness).path("reachable"));
        }
        JsonNode placement = management.path("arbiter").path("placement");
        if (placement.isObject()) {
            String host = label("host", placement.path("host").asText());
            head(text, "holdfast_management_arbiter_running", "gauge", "1 while the arbiter runs on that host");
            truth(text, "holdfast_management_arbiter_running", host, placement.path("running"));
            head(text, "holdfast_management_arbiter_counted", "gauge", "1 while all three votes are counted");
            truth(text, "holdfast_management_arbiter_counted", host, placement.path("counted"));
            head(text, "holdfast_management_arbiter_generation", "counter", "Placements of the arbiter so far");
            line(
                    text,
                    "holdfast_management_arbiter_generation",
                    host,
                    placement.path("generation").asLong());
        }
        head(text, "holdfast_management_alarm", "gauge", "1 for each alarm of the management nodes that stands");
        for (JsonNode alarm : management.path("alarms")) {
            String labels = label("node", alarm.path("node").asText()) + ","
                    + label("code", alarm.path("code").asText());
            line(text, "holdfast_management_alarm", labels, 1);
        }
        JsonNode last = management.path("lastSwitchOver");
        if (last.path("durationMillis").isNumber()) {
            head(text, "holdfast_management_last_switch_over_seconds", "gauge", "How long the last switch-over took");
            text.append(String.format(
                    Locale.ROOT,
                    "holdfast_management_last_switch_over_seconds{%s} %.3f%n",
                    label("cause", last.path("cause").asText()),
                    last.path("durationMillis").asLong() / 1000.0));
        }
    }

    private static void status(StringBuilder text, JsonNode status) {
        head(text, "holdfast_hosts", "gauge", "Hosts of all clusters");
        line(
                text,
                "holdfast_hosts",
                label("state", "total"),
                status.path("hosts").path("total").asLong());
        line(
                text,
                "holdfast_hosts",
                label("state", "connected"),
                status.path("hosts").path("connected").asLong());
        head(text, "holdfast_vms", "gauge", "Virtual machines of all clusters");
        for (String state : new String[] {"total", "running", "recovering", "waiting"}) {
            line(
                    text,
                    "holdfast_vms",
                    label("state", state),
                    status.path("vms").path(state).asLong());
        }
        head(text, "holdfast_failovers_active", "gauge", "Fail-overs under way");
        text.append("holdfast_failovers_active ")
                .append(status.path("activeFailovers").asLong())
                .append('\n');
        head(text, "holdfast_alarms", "gauge", "Alarms of hosts and VMs that stand");
        text.append("holdfast_alarms ").append(status.path("alarms").asLong()).append('\n');
        head(text, "holdfast_commit_seconds", "gauge", "Duration of the last commit");
        text.append(String.format(
                Locale.ROOT,
                "holdfast_commit_seconds %.6f%n",
                status.path("database").path("lastCommitMillis").asDouble() / 1000));
    }

    private static void head(StringBuilder text, String name, String type, String help) {
        text.append("# HELP ").append(name).append(' ').append(help).append('\n');
        text.append("# TYPE ").append(name).append(' ').append(type).append('\n');
    }

    private static String label(String name, String value) {
        return name + "=\"" + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + "\"";
    }

    private static void truth(StringBuilder text, String name, String labels, JsonNode value) {
        if (value.isBoolean()) {
            line(text, name, labels, value.booleanValue() ? 1 : 0);
        }
    }

    private static void line(StringBuilder text, String name, String labels, long value) {
        text.append(name).append('{').append(labels).append("} ").append(value).append('\n');
    }
}
