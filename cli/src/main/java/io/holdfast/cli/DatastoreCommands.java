package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast datastore …}. */
@Command(name = "datastore", description = "Shared storage and how each host reaches it")
final class DatastoreCommands implements Runnable {

    private final Holdfast root;

    DatastoreCommands(Holdfast root) {
        this.root = root;
    }

    @Override
    public void run() {
        throw root.wrong("say what to do with datastores: list, show, add or remove");
    }

    @Command(name = "list", description = "All datastores")
    int list(@Option(names = "--cluster", paramLabel = "NAME", defaultValue = "") String cluster) {
        Session session = root.session();
        return session.show(session.api().get(ApiClient.query("/datastores", Map.of("cluster", cluster))), answer -> {
            Table table = session.table("name", "cluster", "location", "hosts");
            for (JsonNode datastore : NameOrder.byName(answer.path("items"))) {
                table.row(
                        View.value(datastore, "name"),
                        View.value(datastore, "cluster", "name"),
                        Cell.of(location(datastore)),
                        reach(session, datastore.path("hosts")));
            }
            table.print(session.terminal(), session.words().of("none.datastores"));
        });
    }

    @Command(name = "show", description = "One datastore, with the state of each host's path to it")
    int show(@Parameters(paramLabel = "NAME", description = "Name or id") String name) {
        Session session = root.session();
        return session.show(
                session.api().get(ApiClient.path("datastores", name)), datastore -> print(session, datastore));
    }

    @Command(name = "add", description = "Adds a datastore after proving that every connected host shares it")
    int add(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--cluster", paramLabel = "NAME", defaultValue = "") String cluster,
            @Option(
                            names = "--iscsi",
                            paramLabel = "ADDRESS:PORT/IQN",
                            description =
                                    "Portal and target of an IP-SAN, for example 10.0.2.2:3260/iqn.2026-11.com.example:san")
                    @Nullable
                    String iscsi,
            @Option(
                            names = "--lease-lun",
                            paramLabel = "N",
                            description = "LUN of the lease area, 16 MiB, used by nothing else")
                    @Nullable
                    Integer leaseLun,
            @Option(
                            names = "--path",
                            paramLabel = "PATH",
                            description = "Directory that every host sees under the same path")
                    @Nullable
                    String path) {
        ObjectNode body = Json.object().put("name", name);
        if (!cluster.isEmpty()) {
            body.put("cluster", cluster);
        }
        if ((iscsi == null) == (path == null)) {
            throw root.wrong("say where the datastore is: either --iscsi with --lease-lun, or --path");
        }
        if (path != null) {
            body.putObject("sharedPath").put("path", path);
        } else if (iscsi != null) {
            putIscsi(body, iscsi, leaseLun);
        }
        Session session = root.session();
        return session.done(session.api().post("/datastores", body), "datastore.added", name);
    }

    @Command(name = "remove", description = "Removes a datastore on which no VM has a disk; its contents stay")
    int remove(@Parameters(paramLabel = "NAME", description = "Name or id") String name) {
        Session session = root.session();
        session.api().delete(ApiClient.path("datastores", name));
        return session.removed("datastore.removed", name);
    }

    private void putIscsi(ObjectNode body, String iscsi, @Nullable Integer leaseLun) {
        int slash = iscsi.indexOf('/');
        if (slash <= 0 || slash == iscsi.length() - 1) {
            throw root.wrong("--iscsi is '" + iscsi + "', but must be ADDRESS:PORT/IQN");
        }
        if (leaseLun == null) {
            throw root.wrong("--iscsi needs --lease-lun, the LUN that holds the host leases");
        }
        body.putObject("iscsi")
                .put("portal", iscsi.substring(0, slash))
                .put("target", iscsi.substring(slash + 1))
                .put("leaseLun", leaseLun);
    }

    private static void print(Session session, JsonNode datastore) {
        session.details()
                .add("name", Json.string(datastore, "name"))
                .add("id", Json.string(datastore, "id"))
                .add("cluster", Json.string(datastore, "cluster", "name"))
                .add("location", location(datastore))
                .add("leaseLun", Json.string(datastore, "iscsi", "leaseLun"))
                .print();
        session.terminal().line("");
        Table table = session.table("host", "state");
        for (JsonNode host : datastore.path("hosts")) {
            table.row(View.value(host, "host", "name"), View.code(session, host, "state"));
        }
        table.print(session.terminal(), session.words().of("none.hosts"));
    }

    private static String location(JsonNode datastore) {
        JsonNode iscsi = datastore.path("iscsi");
        return iscsi.isObject()
                ? "iscsi " + Json.string(iscsi, "portal") + "/" + Json.string(iscsi, "target")
                : Json.string(datastore, "sharedPath", "path");
    }

    private static Cell reach(Session session, JsonNode hosts) {
        int reached = 0;
        for (JsonNode host : hosts) {
            reached += Json.string(host, "state").equals("ok") ? 1 : 0;
        }
        Style style = reached == hosts.size() ? Style.GOOD : Style.BAD;
        return new Cell(session.words().of("datastore.reach", reached, hosts.size()), style);
    }
}
