package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;

/** {@code holdfast alarm …}. */
@Command(name = "alarm", description = "What needs a person's eye now")
final class AlarmCommands implements Runnable {

    private final Holdfast root;

    AlarmCommands(Holdfast root) {
        this.root = root;
    }

    @Override
    public void run() {
        throw root.wrong("say what to do with alarms: alarm list");
    }

    @Command(name = "list", description = "Active alarms")
    int list() {
        Session session = root.session();
        return session.show(session.api().get("/alarms"), answer -> {
            Table table = session.table("since", "severity", "alarm", "what");
            for (JsonNode alarm : answer.path("items")) {
                table.row(
                        Cell.of(View.instant(Json.string(alarm, "since"))),
                        View.code(session, alarm, "severity"),
                        View.value(alarm, "code"),
                        Cell.of(session.words().text(alarm)));
            }
            table.print(session.terminal(), session.words().of("none.alarms"));
        });
    }
}
