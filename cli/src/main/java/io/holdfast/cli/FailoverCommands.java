package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code holdfast failover …}. */
@Command(name = "failover", description = "Failovers, each with its whole story")
final class FailoverCommands implements Runnable {

    private final Holdfast root;

    FailoverCommands(Holdfast root) {
        this.root = root;
    }

    @Override
    public void run() {
        throw root.wrong("say what to do with failovers: list, or show [ID]");
    }

    @Command(name = "list", description = "Failovers, newest first")
    int list() {
        Session session = root.session();
        return session.show(session.api().get("/failovers"), answer -> {
            Table table = session.table("id", "started", "host", "verdict", "state", ">vms", ">running", ">duration");
            for (JsonNode failover : answer.path("items")) {
                table.row(
                        View.value(failover, "id"),
                        Cell.of(View.instant(Json.string(failover, "startedAt"))),
                        View.value(failover, "host", "name"),
                        View.code(session, failover, "verdict"),
                        View.code(session, failover, "state"),
                        Cell.of(String.valueOf(failover.path("vms").size())),
                        Cell.of(String.valueOf(FailoverStory.runningAgain(failover))),
                        Cell.of(FailoverStory.duration(failover)));
            }
            table.print(session.terminal(), session.words().of("none.failovers"));
        });
    }

    @Command(
            name = "show",
            description =
                    "The whole story: evidence on each plane with its time, verdict, every proof tried, plan, starts, result")
    int show(
            @Parameters(
                            paramLabel = "ID",
                            arity = "0..1",
                            description = "From failover list; latest, or left out: the newest")
                    @Nullable
                    String id) {
        Session session = root.session();
        String wanted = id == null || id.equals("latest") ? latest(session) : id;
        if (wanted.isEmpty()) {
            session.terminal().line(session.words().of("none.failovers"));
            return ExitCode.NOT_FOUND;
        }
        return session.show(
                session.api().get(ApiClient.path("failovers", wanted)),
                failover -> new FailoverStory(session).print(failover));
    }

    private static String latest(Session session) {
        return Json.string(session.api().read("/failovers").path("items").path(0), "id");
    }
}
