package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Tells one failover from the first sign to the result, so that a person can check each step of the safety argument. */
public final class FailoverStory {

    /** Ends of a VM's recovery other than its restart: its old run goes on, it stays down on purpose, another failover has it. */
    private static final Set<String> ENDED_OTHERWISE = Set.of("kept", "not-restarted", "superseded");

    private final Session session;

    FailoverStory(Session session) {
        this.session = session;
    }

    /** Prints the story of a {@code Failover} of the API on a terminal; {@code language} is {@code en} or {@code zh}. */
    public static void print(Terminal terminal, ApiClient api, String language, JsonNode failover) {
        new FailoverStory(new Session(terminal, api, new Words(language), false)).print(failover);
    }

    void print(JsonNode failover) {
        head(failover);
        evidence(failover.path("evidence"));
        proofs(failover.path("proofs"));
        plan(failover.path("plan"));
        machines(failover.path("vms"));
        timeline(failover.path("timeline"));
        result(failover);
    }

    private void head(JsonNode failover) {
        session.details()
                .add("failover", Json.string(failover, "id"))
                .add("host", Json.string(failover, "host", "name"))
                .add("cluster", Json.string(failover, "cluster", "name"))
                .add("started", View.instant(Json.string(failover, "startedAt")))
                .add("verdict", View.code(session, failover, "verdict"))
                .add("state", View.code(session, failover, "state"))
                .add("duration", duration(failover))
                .add("what", session.words().text(failover.path("text")))
                .print();
    }

    private void evidence(JsonNode evidence) {
        Table table = session.table(">after", "host", "plane", "source", "what");
        for (JsonNode item : evidence) {
            table.row(
                    Cell.of(View.after(item)),
                    View.value(item, "host", "name"),
                    Cell.of(session.words().code(Json.string(item, "plane"))),
                    View.value(item, "source"),
                    Cell.of(session.words().text(item.path("text"))));
        }
        section("story.evidence", table);
    }

    private void proofs(JsonNode proofs) {
        Table table = session.table(">after", "host", "proof", "state", "what");
        for (JsonNode proof : proofs) {
            String rung = Json.string(proof, "rung");
            table.row(
                    Cell.of(View.after(proof)),
                    View.value(proof, "host", "name"),
                    Cell.of(session.words().code(rung.isEmpty() ? Json.string(proof, "kind") : rung)),
                    View.code(session, proof, "state"),
                    Cell.of(session.words().text(proof.path("text"))));
        }
        section("story.proofs", table);
    }

    private void plan(JsonNode plan) {
        Table table = session.table("vm", "host");
        for (JsonNode placement : plan) {
            table.row(View.value(placement, "vm", "name"), View.value(placement, "host", "name"));
        }
        section("story.plan", table);
    }

    private void machines(JsonNode vms) {
        Table table = session.table("vm", "from", "to", ">run", "stage", "proof", "steps");
        for (JsonNode vm : vms) {
            table.row(
                    View.value(vm, "vm", "name"),
                    View.value(vm, "from", "name"),
                    View.value(vm, "to", "name"),
                    View.value(vm, "run"),
                    stage(vm),
                    Cell.of(provenBy(vm)),
                    Cell.of(steps(vm)));
        }
        section("story.vms", table);
    }

    private Cell stage(JsonNode vm) {
        String result = Json.string(vm, "result");
        Cell stage = View.code(session, ENDED_OTHERWISE.contains(result) ? result : Json.string(vm, "stage"));
        String reason = session.words().text(vm.path("waiting"));
        return reason.isEmpty() ? stage : new Cell(stage.text() + ": " + reason, stage.style());
    }

    private String provenBy(JsonNode vm) {
        List<String> kinds = new ArrayList<>();
        vm.path("proofs").forEach(kind -> kinds.add(session.words().code(kind.asText())));
        return kinds.isEmpty() ? View.NOTHING : String.join(", ", kinds);
    }

    private String steps(JsonNode vm) {
        List<String> steps = new ArrayList<>();
        for (JsonNode step : vm.path("steps")) {
            String at =
                    String.format(Locale.ROOT, "%.2f", step.path("afterMillis").asDouble() / 1000);
            steps.add(session.words().code(Json.string(step, "stage")) + " " + at);
        }
        return String.join(" → ", steps);
    }

    private void timeline(JsonNode events) {
        Table table = session.table("time", "severity", "what");
        for (JsonNode event : events) {
            table.row(
                    Cell.of(View.instant(Json.string(event, "at"))),
                    View.code(session, event, "severity"),
                    Cell.of(session.words().text(event)));
        }
        section("story.timeline", table);
    }

    private void result(JsonNode failover) {
        int all = failover.path("vms").size();
        int again = runningAgain(failover);
        session.terminal().line("");
        session.terminal()
                .line(session.terminal()
                        .paint(
                                again == all ? Style.GOOD : Style.WARNING,
                                session.words().of("story.result", again, all)));
    }

    private void section(String key, Table table) {
        if (table.isEmpty()) {
            return;
        }
        session.terminal().line("");
        session.terminal()
                .line(session.terminal().paint(Style.STRONG, session.words().of(key)));
        table.lines(session.terminal().colour())
                .forEach(line -> session.terminal().line("  " + line));
    }

    static int runningAgain(JsonNode failover) {
        int running = 0;
        for (JsonNode vm : failover.path("vms")) {
            boolean kept = Json.string(vm, "result").equals("kept");
            running += kept || Json.string(vm, "stage").equals("running") ? 1 : 0;
        }
        return running;
    }

    static String duration(JsonNode failover) {
        JsonNode millis = failover.path("durationMillis");
        return millis.isNumber() ? Elapsed.text(millis.asLong()) : View.NOTHING;
    }
}
