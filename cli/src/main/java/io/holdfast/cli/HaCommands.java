package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code holdfast ha …}: the management nodes. */
@Command(
        name = "ha",
        description = "The management nodes: make a pair of one, see how it is, hand over, upgrade, go back to one")
final class HaCommands implements Runnable {

    private static final long LOOK_MILLIS = 500;
    /** The manager is stopped for its copy and started again meanwhile. */
    private static final long SILENCE_LIMIT_NANOS = TimeUnit.MINUTES.toNanos(5);

    private final Holdfast root;

    HaCommands(Holdfast root) {
        this.root = root;
    }

    @Override
    public void run() {
        throw root.wrong("say what to do with the management nodes: enable, status, switch-over, upgrade or disable");
    }

    @Command(
            name = "enable",
            description = "Makes this single management node the first of a pair; clients then use the virtual IP",
            footer = {
                "",
                "First type on the other machine:     holdfast-supervisor join --address ITS-ADDRESS",
                "The arbiter (10 MB) goes to a hypervisor host by its name, whose agent runs it; or to a third machine",
                "without an agent, on which you type: holdfast-supervisor join --arbiter --address ITS-ADDRESS",
                "Each prints a code. Ask the node itself (--server), for the virtual IP isn't there yet.",
                "When a step fails everything is undone, and this node serves alone as before: exit code 1."
            })
    int enable(
            @Option(
                            names = "--peer",
                            required = true,
                            paramLabel = "ADDRESS",
                            description = "The other machine, on the management network")
                    String peer,
            @Option(names = "--code", required = true, paramLabel = "CODE", description = "What it has printed")
                    String code,
            @Option(
                            names = "--vip",
                            required = true,
                            paramLabel = "ADDRESS/LENGTH",
                            description = "A free address of the management network")
                    String vip,
            @Option(
                            names = "--arbiter",
                            required = true,
                            paramLabel = "HOST|ADDRESS",
                            description = "A host by its name, or another machine; neither of the two nodes")
                    String arbiter,
            @Option(
                            names = "--arbiter-code",
                            paramLabel = "CODE",
                            description = "What that machine has printed; not for a host, whose agent runs it")
                    @Nullable
                    String arbiterCode,
            @Option(
                            names = "--gateway",
                            paramLabel = "ADDRESS",
                            description = "Tried as evidence of a node's own isolation; the default route's")
                    @Nullable
                    String gateway,
            @Option(names = "--preview", description = "Only say what would be done and what speaks against it")
                    boolean preview) {
        ObjectNode body = Json.object()
                .put("peer", peer)
                .put("code", code)
                .put("vip", vip)
                .put("arbiter", arbiter)
                .put("preview", preview);
        if (arbiterCode != null) {
            body.put("arbiterCode", arbiterCode);
        }
        if (gateway != null) {
            body.put("gateway", gateway);
        }
        Session session = root.session();
        String answer = session.api().post("/management/ha", body);
        return preview ? previewed(session, answer) : followed(session);
    }

    private static int previewed(Session session, String answer) {
        JsonNode plan = Json.parse(answer);
        session.show(answer, shown -> {
            for (JsonNode step : shown.path("steps")) {
                session.terminal().line("  " + session.words().text(step));
            }
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

    @Command(
            name = "disable",
            description =
                    "Makes the node that leads a single one again, with every row compared; clients then use its own address")
    int disable(
            @Option(names = "--without-peer", description = "The other node is lost for good: leave it out")
                    boolean withoutPeer) {
        Session session = root.session();
        session.api().post("/management/ha/disable", Json.object().put("withoutPeer", withoutPeer));
        return followed(session);
    }

    @Command(
            name = "upgrade",
            description =
                    "Brings both nodes to another version, the standby first; they serve meanwhile, virtual machines are not touched",
            footer = {
                "",
                "A node that does not come up with the new version is put back, and said so: exit code 1. The arbiter and the",
                "hosts have no part in it: run install.sh of the new version there whenever you like."
            })
    int upgrade(
            @Option(
                            names = "--archive",
                            required = true,
                            paramLabel = "FILE",
                            description = "holdfast-VERSION.tar.gz of the new version: its path on the node that leads")
                    String archive,
            @Option(
                            names = {"--preview", "--dry-run"},
                            description = "Only say what would be done and what speaks against it")
                    boolean preview) {
        Session session = root.session();
        String answer = session.api()
                .post(
                        "/management/ha/upgrade",
                        Json.object().put("archive", archive).put("preview", preview));
        return preview ? previewed(session, answer) : followed(session);
    }

    /** Shows each step as it ends, through the time in which the manager itself is stopped. */
    private static int followed(Session session) {
        Set<String> told = new HashSet<>();
        long heardNanos = System.nanoTime();
        while (true) {
            pause();
            JsonNode setup;
            String answer;
            try {
                answer = session.api().get("/management/ha");
                setup = Json.parse(answer).path("setup");
                heardNanos = System.nanoTime();
            } catch (ApiException silent) {
                if (silent.exitCode() != ExitCode.UNREACHABLE || System.nanoTime() - heardNanos > SILENCE_LIMIT_NANOS) {
                    throw silent;
                }
                continue;
            }
            String state = Json.string(setup, "state");
            if (!session.json()) {
                tell(session, setup, told);
            }
            if (!state.isEmpty() && !state.equals("running")) {
                return ended(session, answer, setup, state);
            }
        }
    }

    private static int ended(Session session, String answer, JsonNode setup, String state) {
        if (session.json()) {
            session.terminal().line(answer);
        } else if (state.equals("interrupted")) {
            boolean upgrade = Json.string(setup, "operation").equals("upgrade");
            session.terminal().line(session.words().of(upgrade ? "ha.upgradeInterrupted" : "ha.interrupted"));
        } else {
            session.terminal().line(session.words().text(setup));
        }
        return state.equals("done") ? ExitCode.OK : ExitCode.FAILED;
    }

    private static void tell(Session session, JsonNode setup, Set<String> told) {
        for (JsonNode step : setup.path("steps")) {
            String state = Json.string(step, "state");
            boolean over = state.equals("done") || state.equals("failed");
            if (over && told.add(Json.string(step, "code"))) {
                String detail = Json.string(step, "detail");
                session.terminal()
                        .line("  " + session.words().code(state) + ": "
                                + session.words().text(step) + (detail.isEmpty() ? "" : " (" + detail + ")"));
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Command(name = "switch-over", description = "Hands the leadership to the other node; no command is lost")
    int switchOver(
            @Option(names = "--force", description = "Also when the other node is not known to be ready")
                    boolean force) {
        Session session = root.session();
        String answer =
                session.api().post("/management/switch-over", Json.object().put("force", force));
        return session.done(answer, "ha.handedOver", Json.string(Json.parse(answer), "from"));
    }

    @Command(
            name = "status",
            description = "Both nodes, service by service, virtual IP, database, arbiter, gateway, alarms")
    int status() {
        Session session = root.session();
        return session.show(session.api().get("/management"), answer -> new HaView(session).print(answer));
    }
}
