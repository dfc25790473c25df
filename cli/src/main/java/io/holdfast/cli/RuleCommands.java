package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast rule …}. */
@Command(
        name = "rule",
        description = "Placement rules and start dependencies; what cannot hold is refused when written")
final class RuleCommands implements Runnable {

    private static final String DEFAULT_CLUSTER = "default";
    private static final String CLUSTER_DESCRIPTION = "Name or id (default)";

    private final Holdfast root;

    RuleCommands(Holdfast root) {
        this.root = root;
    }

    @Override
    public void run() {
        throw root.wrong("say what to do with rules: list, show, apart, together, hosts, depends or remove");
    }

    @Command(name = "list", description = "All rules of a cluster")
    int list(
            @Option(
                            names = "--cluster",
                            paramLabel = "NAME",
                            defaultValue = DEFAULT_CLUSTER,
                            description = CLUSTER_DESCRIPTION)
                    String cluster) {
        Session session = root.session();
        return session.show(session.api().get(ApiClient.path("clusters", cluster, "rules")), answer -> {
            Table table = session.table("name", "kind", "strict", "vms", "hosts");
            for (JsonNode rule : NameOrder.byName(answer.path("items"))) {
                row(session, table, rule);
            }
            table.print(session.terminal(), session.words().of("none.rules"));
        });
    }

    @Command(name = "show", description = "One rule")
    int show(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--cluster",
                            paramLabel = "NAME",
                            defaultValue = DEFAULT_CLUSTER,
                            description = CLUSTER_DESCRIPTION)
                    String cluster) {
        Session session = root.session();
        return session.show(session.api().get(path(cluster, name)), rule -> {
            Table table = session.table("name", "kind", "strict", "vms", "hosts");
            row(session, table, rule);
            table.print(session.terminal(), "");
        });
    }

    @Command(name = "apart", description = "VMs run on different hosts")
    int apart(
            @Parameters(index = "0", paramLabel = "NAME") String name,
            @Parameters(index = "1..*", arity = "2..*", paramLabel = "VM") List<String> vms,
            @Option(names = "--soft", description = "Given up before a VM stays down") boolean soft,
            @Option(
                            names = "--cluster",
                            paramLabel = "NAME",
                            defaultValue = DEFAULT_CLUSTER,
                            description = CLUSTER_DESCRIPTION)
                    String cluster) {
        return put(cluster, name, withVms("apart", soft, vms));
    }

    @Command(name = "together", description = "VMs run on one host")
    int together(
            @Parameters(index = "0", paramLabel = "NAME") String name,
            @Parameters(index = "1..*", arity = "2..*", paramLabel = "VM") List<String> vms,
            @Option(names = "--soft", description = "Given up before a VM stays down") boolean soft,
            @Option(
                            names = "--cluster",
                            paramLabel = "NAME",
                            defaultValue = DEFAULT_CLUSTER,
                            description = CLUSTER_DESCRIPTION)
                    String cluster) {
        return put(cluster, name, withVms("together", soft, vms));
    }

    @Command(
            name = "hosts",
            description = "VMs run on these hosts only; with --soft elsewhere too, when none of them can take a VM",
            footer = {"", "Example: rule hosts licence db1 db2 --on host1=10 --on host2"})
    int hosts(
            @Parameters(index = "0", paramLabel = "NAME") String name,
            @Parameters(index = "1..*", arity = "1..*", paramLabel = "VM") List<String> vms,
            @Option(
                            names = "--on",
                            required = true,
                            paramLabel = "HOST[=PRIORITY]",
                            description = "May be repeated; the highest priority that can take a VM is preferred (0)")
                    List<String> hosts,
            @Option(names = "--soft", description = "Given up before a VM stays down") boolean soft,
            @Option(
                            names = "--cluster",
                            paramLabel = "NAME",
                            defaultValue = DEFAULT_CLUSTER,
                            description = CLUSTER_DESCRIPTION)
                    String cluster) {
        ObjectNode body = withVms("vm-host", soft, vms);
        for (String host : hosts) {
            int equals = host.indexOf('=');
            ObjectNode entry = body.withArray("hosts").addObject();
            entry.put("host", equals < 0 ? host : host.substring(0, equals));
            if (equals >= 0) {
                entry.put("priority", priority(host, host.substring(equals + 1)));
            }
        }
        return put(cluster, name, body);
    }

    @Command(name = "depends", description = "A VM starts only after others are ready")
    int depends(
            @Parameters(index = "0", paramLabel = "NAME") String name,
            @Parameters(index = "1", paramLabel = "VM") String vm,
            @Option(names = "--on", required = true, paramLabel = "VM", description = "May be repeated")
                    List<String> on,
            @Option(
                            names = "--cluster",
                            paramLabel = "NAME",
                            defaultValue = DEFAULT_CLUSTER,
                            description = CLUSTER_DESCRIPTION)
                    String cluster) {
        ObjectNode body = Json.object().put("kind", "depends-on").put("vm", vm);
        on.forEach(body.withArray("dependsOn")::add);
        return put(cluster, name, body);
    }

    @Command(name = "remove", description = "Removes a rule")
    int remove(
            @Parameters(paramLabel = "NAME") String name,
            @Option(
                            names = "--cluster",
                            paramLabel = "NAME",
                            defaultValue = DEFAULT_CLUSTER,
                            description = CLUSTER_DESCRIPTION)
                    String cluster) {
        Session session = root.session();
        session.api().delete(path(cluster, name));
        return session.removed("rule.removed", name);
    }

    private int put(String cluster, String name, ObjectNode body) {
        Session session = root.session();
        return session.done(session.api().put(path(cluster, name), body), "rule.stored", name);
    }

    private static String path(String cluster, String name) {
        return ApiClient.path("clusters", cluster, "rules", name);
    }

    private static ObjectNode withVms(String kind, boolean soft, List<String> vms) {
        ObjectNode body = Json.object().put("kind", kind).put("strict", !soft);
        vms.forEach(body.withArray("vms")::add);
        return body;
    }

    private int priority(String whole, String text) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException noNumber) {
            throw root.wrong("--on is '" + whole + "', but must be HOST or HOST=PRIORITY with a number");
        }
    }

    private static void row(Session session, Table table, JsonNode rule) {
        boolean depends = Json.string(rule, "kind").equals("depends-on");
        String vms = depends
                ? Json.string(rule, "vm", "name") + " → " + names(rule.path("dependsOn"))
                : names(rule.path("vms"));
        String hosts = StreamSupport.stream(rule.path("hosts").spliterator(), false)
                .map(entry -> Json.string(entry, "host", "name") + "=" + Json.string(entry, "priority"))
                .collect(Collectors.joining(" "));
        table.row(
                View.value(rule, "name"),
                View.code(session, rule, "kind"),
                depends
                        ? Cell.of(View.NOTHING)
                        : View.yesNo(session, rule.path("strict").asBoolean()),
                Cell.of(vms),
                Cell.of(hosts.isEmpty() ? View.NOTHING : hosts));
    }

    private static String names(JsonNode references) {
        return StreamSupport.stream(references.spliterator(), false)
                .map(reference -> Json.string(reference, "name"))
                .collect(Collectors.joining(" "));
    }
}
