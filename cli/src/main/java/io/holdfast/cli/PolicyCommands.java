package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast policy …}. */
@Command(
        name = "policy",
        description = "What is done with VMs when planes of their host fail: of a cluster, or of one VM with --vm")
final class PolicyCommands implements Runnable {

    private static final String DEFAULT_CLUSTER = "default";

    private final Holdfast root;

    PolicyCommands(Holdfast root) {
        this.root = root;
    }

    @Override
    public void run() {
        throw root.wrong("say what to do with the policy: show, set, preview or reset");
    }

    @Command(name = "show", description = "The eight rows, what each may be, and who set it")
    int show(
            @Option(names = "--cluster", paramLabel = "NAME", description = "Name or id (default)") @Nullable
                    String cluster,
            @Option(names = "--vm", paramLabel = "NAME", description = "The rows that count for this VM") @Nullable
                    String vm) {
        Session session = root.session();
        return session.show(session.api().get(path(cluster, vm)), policy -> print(session, policy));
    }

    @Command(
            name = "set",
            description = "Changes rows; a locked one is refused and nothing is changed",
            footer = {
                "",
                "Example: policy set ok-ok-fault=migrate-or-restart",
                "A row is the state of management, storage and business; policy show lists what each may be.",
                "ROW=default takes a setting back: a cluster's row gets its default, a VM's follows its cluster."
            })
    int set(
            @Parameters(paramLabel = "ROW=ACTION", arity = "1..8") List<String> rows,
            @Option(names = "--cluster", paramLabel = "NAME", description = "Name or id (default)") @Nullable
                    String cluster,
            @Option(names = "--vm", paramLabel = "NAME", description = "Rows of this VM alone") @Nullable String vm) {
        String path = path(cluster, vm);
        ObjectNode body = change(rows);
        Session session = root.session();
        return session.done(session.api().patch(path, body), "policy.changed", subject(cluster, vm));
    }

    @Command(
            name = "preview",
            description = "Which VMs such a set would treat otherwise right now; changes nothing",
            footer = {"", "Example: policy preview ok-ok-fault=migrate-or-restart"})
    int preview(
            @Parameters(paramLabel = "ROW=ACTION", arity = "1..8") List<String> rows,
            @Option(names = "--cluster", paramLabel = "NAME", description = "Name or id (default)") @Nullable
                    String cluster,
            @Option(names = "--vm", paramLabel = "NAME", description = "Rows of this VM alone") @Nullable String vm) {
        String path = path(cluster, vm) + "/preview";
        ObjectNode body = change(rows);
        Session session = root.session();
        return session.show(session.api().post(path, body), answer -> printPreview(session, answer));
    }

    @Command(
            name = "reset",
            description = "A cluster's table becomes the default; a VM follows its cluster in all rows")
    int reset(
            @Option(names = "--cluster", paramLabel = "NAME", description = "Name or id (default)") @Nullable
                    String cluster,
            @Option(names = "--vm", paramLabel = "NAME") @Nullable String vm) {
        String path = path(cluster, vm);
        Session session = root.session();
        if (vm != null) {
            session.api().delete(path);
            return session.removed("policy.resetVm", vm);
        }
        ObjectNode body = Json.object();
        body.putObject("actions");
        return session.done(session.api().put(path, body), "policy.reset", subject(cluster, null));
    }

    private String path(@Nullable String cluster, @Nullable String vm) {
        if (cluster != null && vm != null) {
            throw root.wrong("--cluster and --vm: say one of them, a VM belongs to one cluster");
        }
        return vm != null
                ? ApiClient.path("vms", vm, "policy")
                : ApiClient.path("clusters", subject(cluster, null), "policy");
    }

    private static String subject(@Nullable String cluster, @Nullable String vm) {
        return vm != null ? vm : cluster != null ? cluster : DEFAULT_CLUSTER;
    }

    private ObjectNode change(List<String> rows) {
        ObjectNode body = Json.object();
        ObjectNode actions = body.putObject("actions");
        for (String row : rows) {
            int equals = row.indexOf('=');
            if (equals < 1 || equals == row.length() - 1) {
                throw root.wrong("'" + row + "' is no ROW=ACTION, such as ok-ok-fault=migrate-or-restart");
            }
            String name = row.substring(0, equals);
            String action = row.substring(equals + 1);
            if (actions.has(name)) {
                throw root.wrong("row " + name + " is named twice");
            }
            if (action.equals("default")) {
                actions.putNull(name);
            } else {
                actions.put(name, action);
            }
        }
        return body;
    }

    private static void print(Session session, JsonNode policy) {
        Table table = session.table("row", "management", "storage", "business", "action", "source", "choices");
        for (JsonNode row : policy.path("rows")) {
            List<String> choices = new ArrayList<>();
            row.path("choices").forEach(choice -> choices.add(choice.asText()));
            table.row(
                    View.value(row, "row"),
                    View.code(session, row, "management"),
                    View.code(session, row, "storage"),
                    View.code(session, row, "business"),
                    View.code(session, row, "action"),
                    View.code(session, row, "source"),
                    row.path("locked").asBoolean()
                            ? new Cell(session.words().of("policy.locked"), Style.QUIET)
                            : Cell.of(String.join(" ", choices)));
        }
        table.print(session.terminal(), "");
    }

    private static void printPreview(Session session, JsonNode preview) {
        Words words = session.words();
        Terminal terminal = session.terminal();
        if (preview.path("rows").isEmpty()) {
            terminal.line(words.of("policy.nothing"));
            return;
        }
        terminal.line(terminal.paint(Style.STRONG, words.of("policy.rows")));
        Table rows = session.table("row", "now", "then", ">follow");
        for (JsonNode row : preview.path("rows")) {
            rows.row(
                    View.value(row, "row"),
                    View.code(session, row, "now"),
                    View.code(session, row, "then"),
                    View.value(row, "vms"));
        }
        rows.print(terminal, "");
        terminal.line("");
        if (preview.path("items").isEmpty()) {
            terminal.line(words.of("policy.nobodyNow"));
            return;
        }
        terminal.line(terminal.paint(Style.STRONG, words.of("policy.items")));
        Table items = session.table("vm", "host", "row", "now", "then");
        for (JsonNode item : preview.path("items")) {
            items.row(
                    View.value(item, "vm", "name"),
                    View.value(item, "host", "name"),
                    View.value(item, "row"),
                    View.code(session, item, "now"),
                    View.code(session, item, "then"));
        }
        items.print(terminal, "");
    }
}
