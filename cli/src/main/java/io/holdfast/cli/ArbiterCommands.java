package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast arbiter …}: the third vote of a management pair, on a hypervisor host. */
@Command(
        name = "arbiter",
        description = "The third vote of a management pair: put it on a hypervisor host, see where it is, end it")
final class ArbiterCommands implements Runnable {
    private static final long LOOK_MILLIS = 500;
    /** A member joins within seconds; one that has not by then has a fault that status shows. */
    private static final int LIMIT_SECONDS = 30;

    private final Holdfast root;

    ArbiterCommands(Holdfast root) {
        this.root = root;
    }

    @Override
    public void run() {
        throw root.wrong("say what to do with the arbiter: enable, status or disable");
    }

    @Command(
            name = "enable",
            description =
                    "Puts the arbiter on a host, or moves it there; its agent runs it. When that host is lost it is set up on another by itself")
    int enable(
            @Parameters(paramLabel = "HOST", description = "Neither of the two management nodes") String host,
            @Option(names = "--preview", description = "Only say what would be done and what speaks against it")
                    boolean preview) {
        Session session = root.session();
        ObjectNode body = Json.object().put("host", host).put("preview", preview);
        String answer = session.api().post("/management/arbiter", body);
        if (preview) {
            return previewed(session, answer);
        }
        if (!session.json()) {
            session.terminal().line(session.words().of("arbiter.told", host));
        }
        return followed(session, host);
    }

    private static int previewed(Session session, String answer) {
        JsonNode plan = Json.parse(answer);
        String host = Json.string(plan, "host");
        String from = Json.string(plan, "from");
        session.show(answer, shown -> {
            String what = plan.path("there").asBoolean()
                    ? session.words().of("arbiter.there", host)
                    : from.isEmpty()
                            ? session.words().of("arbiter.new", host)
                            : session.words().of("arbiter.from", from, host);
            session.terminal().line(what);
            for (JsonNode refusal : shown.path("refusals")) {
                session.terminal()
                        .line(session.words().of("ha.refused", session.words().text(refusal)));
            }
            if (shown.path("refusals").isEmpty()) {
                session.terminal().line(session.words().of("ha.nothingAgainst"));
            }
        });
        return plan.path("refusals").isEmpty() ? ExitCode.OK : ExitCode.REFUSED;
    }

    /** Until the database counts its vote. */
    private static int followed(Session session, String host) {
        String state = "";
        for (long look = 0; look * LOOK_MILLIS < TimeUnit.SECONDS.toMillis(LIMIT_SECONDS); look++) {
            state = session.api().get("/management/arbiter");
            JsonNode arbiter = Json.parse(state);
            boolean joined = arbiter.path("running").asBoolean()
                    && !arbiter.path("connectedTo").isEmpty()
                    && arbiter.path("counted").asBoolean();
            if (joined) {
                return session.done(state, "arbiter.counted", Json.string(arbiter, "host"));
            }
            try {
                TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                return ExitCode.FAILED;
            }
        }
        session.done(state, "arbiter.notYet", host, LIMIT_SECONDS);
        return ExitCode.FAILED;
    }

    @Command(name = "status", description = "Where it runs, since when and why, and which hosts could take it")
    int status() {
        Session session = root.session();
        return session.show(session.api().get("/management/arbiter"), answer -> print(session, answer));
    }

    private static void print(Session session, JsonNode arbiter) {
        boolean onHost = Json.string(arbiter, "kind").equals("host");
        List<String> connected = new ArrayList<>();
        arbiter.path("connectedTo").forEach(node -> connected.add(node.asText()));
        Details details = session.details()
                .add(
                        "arbiter",
                        onHost ? Json.string(arbiter, "host") : session.words().of("arbiter.machine"))
                .add("address", Json.string(arbiter, "address"))
                .add("home", onHost ? Json.string(arbiter, "home") : "")
                .add("cause", onHost ? why(session, arbiter) : "")
                .add("connected", String.join(", ", connected))
                .add("what", Json.string(arbiter, "detail"))
                .add("time", View.instant(Json.string(arbiter, "seenAt")));
        for (String name : List.of("running", "counted")) {
            if (arbiter.path(name).isBoolean()) {
                boolean yes = arbiter.path(name).asBoolean();
                details.add(name, new Cell(View.yesNo(session, yes).text(), yes ? Style.GOOD : Style.BAD));
            }
        }
        details.print();
        session.terminal().line("");
        Table table = session.table("host", "eligible", "what");
        for (JsonNode host : arbiter.path("hosts")) {
            table.row(
                    View.value(host, "host"),
                    View.yesNo(session, host.path("eligible").asBoolean()),
                    Cell.of(session.words().text(host)));
        }
        table.print(session.terminal(), "");
    }

    /** Why it is where it is, and since when. */
    static String why(Session session, JsonNode placement) {
        return session.words().text(placement) + ", " + View.instant(Json.string(placement, "since"));
    }

    @Command(
            name = "disable",
            description = "Ends the arbiter that a host's agent runs; then the loss of one node stops writes")
    int disable(@Option(names = "--preview", description = "Only say what it would mean") boolean preview) {
        Session session = root.session();
        String answer =
                session.api().post("/management/arbiter/disable", Json.object().put("preview", preview));
        if (preview) {
            return session.show(
                    answer, shown -> session.terminal().line(session.words().text(shown)));
        }
        return session.done(answer, "arbiter.ended", Json.string(Json.parse(answer), "from"));
    }
}
