package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

/** {@code holdfast status}: the manager and the cluster in a few lines. */
@Command(name = "status", description = "The manager itself and the cluster in figures")
final class StatusCommand implements Callable<Integer> {

    private final Holdfast root;

    StatusCommand(Holdfast root) {
        this.root = root;
    }

    @Override
    public Integer call() {
        Session session = root.session();
        return session.show(session.api().get("/status"), status -> print(session, status));
    }

    private static void print(Session session, JsonNode status) {
        JsonNode hosts = status.path("hosts");
        JsonNode vms = status.path("vms");
        Words words = session.words();
        int connected = hosts.path("connected").asInt();
        int total = hosts.path("total").asInt();
        session.details()
                .add("manager", Json.string(status, "managerId") + " " + Json.string(status, "version"))
                .add("role", View.code(session, status, "role"))
                .add("epoch", Json.string(status, "epoch"))
                .add("started", View.instant(Json.string(status, "startedAt")))
                .add("database", Json.string(status, "database", "kind"))
                .add(
                        "hosts",
                        new Cell(
                                words.of("status.hosts", connected, total),
                                connected == total ? Style.GOOD : Style.BAD))
                .add(
                        "vms",
                        words.of(
                                "status.vms",
                                vms.path("running").asInt(),
                                vms.path("total").asInt(),
                                vms.path("recovering").asInt(),
                                vms.path("waiting").asInt()))
                .add(
                        "failovers",
                        words.of(
                                "status.failovers",
                                status.path("activeFailovers").asInt()))
                .add("alarms", alarms(status.path("alarms").asInt()))
                .print();
    }

    private static Cell alarms(int active) {
        return new Cell(String.valueOf(active), active == 0 ? Style.GOOD : Style.WARNING);
    }
}
