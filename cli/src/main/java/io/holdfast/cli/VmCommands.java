package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code holdfast vm …}. */
@Command(name = "vm", description = "Virtual machines: where they run, and their recovery")
final class VmCommands implements Runnable {

    private final Holdfast root;

    VmCommands(Holdfast root) {
        this.root = root;
    }

    @Override
    public void run() {
        throw root.wrong("say what to do with VMs: list, show, create, set, start, stop, move or delete");
    }

    @Command(name = "list", description = "All VMs")
    int list(
            @Option(names = "--cluster", paramLabel = "NAME", defaultValue = "") String cluster,
            @Option(names = "--host", paramLabel = "NAME", defaultValue = "", description = "Only those placed there")
                    String host) {
        Session session = root.session();
        Map<String, String> filter = new LinkedHashMap<>();
        filter.put("cluster", cluster);
        filter.put("host", host);
        return session.show(session.api().get(ApiClient.query("/vms", filter)), answer -> {
            Table table = session.table("name", "state", "host", ">run", ">cpu", ">memory", "recovery");
            for (JsonNode vm : NameOrder.byName(answer.path("items"))) {
                table.row(
                        View.value(vm, "name"),
                        View.code(session, vm, "state"),
                        View.value(vm, "host", "name"),
                        View.value(vm, "run"),
                        View.value(vm, "cpuCores"),
                        View.size(vm, "memoryBytes"),
                        recovery(session, vm));
            }
            table.print(session.terminal(), session.words().of("none.vms"));
        });
    }

    @Command(name = "show", description = "One VM with its disks and the state of its recovery")
    int show(@Parameters(paramLabel = "NAME", description = "Name or id") String name) {
        Session session = root.session();
        return session.show(session.api().get(ApiClient.path("vms", name)), vm -> print(session, vm));
    }

    @Command(
            name = "create",
            description = "Adds a VM, stopped; its volumes exist already",
            footer = {"", "Example: vm create web1 --cpu 2 --memory 2GiB --disk san:11:20GiB --nic business"})
    int create(
            @Parameters(paramLabel = "NAME") String name,
            @Option(names = "--cpu", required = true, paramLabel = "CORES") int cpuCores,
            @Option(
                            names = "--memory",
                            required = true,
                            paramLabel = "SIZE",
                            description = "For example 512MiB or 2GiB")
                    String memory,
            @Option(
                            names = "--disk",
                            required = true,
                            paramLabel = "DATASTORE:VOLUME:SIZE[:ro]",
                            description =
                                    "Volume: LUN number, or file name on a shared path; may be repeated, first boots")
                    List<String> disks,
            @Option(names = "--nic", paramLabel = "NETWORK[=MAC]", description = "May be repeated") @Nullable
                    List<String> nics,
            @Option(names = "--cluster", paramLabel = "NAME", defaultValue = "") String cluster,
            @Option(names = "--kernel", paramLabel = "PATH", description = "Boot this kernel instead of the first disk")
                    @Nullable
                    String kernel,
            @Option(names = "--initrd", paramLabel = "PATH") @Nullable String initrd,
            @Option(names = "--command-line", paramLabel = "TEXT") @Nullable String commandLine,
            @Option(names = "--no-restart", description = "HA does not bring it back after a failure")
                    boolean noRestart) {
        ObjectNode body =
                Json.object().put("name", name).put("cpuCores", cpuCores).put("memoryBytes", size("--memory", memory));
        if (!cluster.isEmpty()) {
            body.put("cluster", cluster);
        }
        disks.forEach(disk -> putDisk(body.withArray("disks"), disk));
        (nics == null ? List.<String>of() : nics).forEach(nic -> putNic(body.withArray("nics"), nic));
        if (kernel != null) {
            ObjectNode boot = body.putObject("boot").put("kernel", kernel);
            boot.put("initrd", initrd == null ? "" : initrd);
            boot.put("commandLine", commandLine == null ? "" : commandLine);
        } else if (initrd != null || commandLine != null) {
            throw root.wrong("--initrd and --command-line need --kernel");
        }
        body.put("restart", !noRestart);
        Session session = root.session();
        return session.done(session.api().post("/vms", body), "vm.created", name);
    }

    @Command(
            name = "set",
            description = "Changes how a VM is protected, and what is wanted of it; what is not given stays",
            footer = {"", "Example: vm set db1 --priority highest --next-when guest-heartbeat --hung-action reset"})
    int set(
            @Parameters(paramLabel = "NAME", description = "Name or id") String name,
            @Option(names = "--name", paramLabel = "NEW") @Nullable String newName,
            @Option(names = "--cpu", paramLabel = "CORES", description = "Only while it does not run") @Nullable
                    Integer cpuCores,
            @Option(names = "--memory", paramLabel = "SIZE", description = "Only while it does not run") @Nullable
                    String memory,
            @ArgGroup(exclusive = false) @Nullable VmSettings settings) {
        ObjectNode body = Json.object();
        if (newName != null) {
            body.put("name", newName);
        }
        if (cpuCores != null) {
            body.put("cpuCores", cpuCores);
        }
        if (memory != null) {
            body.put("memoryBytes", size("--memory", memory));
        }
        if (settings != null) {
            settings.put(body);
        }
        if (body.isEmpty()) {
            throw root.wrong("say what to change; vm set --help lists the settings");
        }
        Session session = root.session();
        return session.done(session.api().patch(ApiClient.path("vms", name), body), "vm.changed", name);
    }

    @Command(name = "delete", description = "Removes a stopped VM from the inventory; its volumes stay")
    int delete(@Parameters(paramLabel = "NAME", description = "Name or id") String name) {
        Session session = root.session();
        session.api().delete(ApiClient.path("vms", name));
        return session.removed("vm.deleted", name);
    }

    @Command(name = "start", description = "Asks for the VM to run; Holdfast chooses the host")
    int start(@Parameters(paramLabel = "NAME", description = "Name or id") String name) {
        Session session = root.session();
        return session.done(
                session.api().post(ApiClient.path("vms", name) + "/actions/start", null), "vm.started", name);
    }

    @Command(name = "stop", description = "Asks the guest to shut down, and kills it after the grace time")
    int stop(
            @Parameters(paramLabel = "NAME", description = "Name or id") String name,
            @Option(names = "--force", description = "Kill it at once") boolean force) {
        Session session = root.session();
        String answer = session.api()
                .post(
                        ApiClient.path("vms", name) + "/actions/stop",
                        Json.object().put("force", force));
        return session.done(answer, "vm.stopped", name);
    }

    @Command(name = "move", description = "Moves a running VM to another host, without stopping it")
    int move(
            @Parameters(paramLabel = "NAME", description = "Name or id") String name,
            @Parameters(paramLabel = "HOST", description = "Name or id") String host,
            @Option(names = "--cold", description = "Stop it here and start it there") boolean cold) {
        Session session = root.session();
        String answer = session.api()
                .post(
                        ApiClient.path("vms", name) + "/actions/move",
                        Json.object().put("host", host).put("live", !cold));
        return session.done(answer, "vm.moved", name, host);
    }

    private void putDisk(ArrayNode disks, String text) {
        String[] parts = text.split(":", -1);
        boolean readOnly = parts.length == 4 && parts[3].equals("ro");
        if (parts.length < 3 || parts.length > 4 || (parts.length == 4 && !readOnly)) {
            throw root.wrong("--disk is '" + text + "', but must be DATASTORE:VOLUME:SIZE or DATASTORE:VOLUME:SIZE:ro");
        }
        disks.addObject()
                .put("datastore", parts[0])
                .put("volume", parts[1])
                .put("sizeBytes", size("--disk", parts[2]))
                .put("readOnly", readOnly);
    }

    private static void putNic(ArrayNode nics, String text) {
        int equals = text.indexOf('=');
        ObjectNode nic = nics.addObject().put("network", equals < 0 ? text : text.substring(0, equals));
        if (equals >= 0) {
            nic.put("mac", text.substring(equals + 1));
        }
    }

    private long size(String option, String text) {
        try {
            return Bytes.parse(text);
        } catch (IllegalArgumentException wrong) {
            throw root.wrong(option + ": " + wrong.getMessage());
        }
    }

    private static Cell recovery(Session session, JsonNode vm) {
        String stage = Json.string(vm, "recovery", "stage");
        if (stage.isEmpty() || stage.equals("running")) {
            return Cell.of(View.NOTHING);
        }
        Cell cell = View.code(session, stage);
        String reason = session.words().text(vm.path("recovery").path("waiting"));
        return reason.isEmpty() ? cell : new Cell(cell.text() + ": " + reason, cell.style());
    }

    private static String move(Session session, JsonNode move) {
        if (!move.isObject()) {
            return "";
        }
        String stage = session.words().code(Json.string(move, "stage"));
        String target = Json.string(move, "target", "name");
        String why = session.words().text(move.path("waiting"));
        return stage + (target.isEmpty() ? "" : " → " + target) + (why.isEmpty() ? "" : ": " + why);
    }

    private static String nextWhen(Session session, JsonNode vm) {
        String code = Json.string(vm, "nextWhen");
        String when = session.words().code(code);
        return switch (code) {
            case "delay" -> when + " " + Json.string(vm, "delayMillis") + " ms";
            case "guest-heartbeat" -> when + " <= " + Json.string(vm, "heartbeatWaitMillis") + " ms";
            default -> when;
        };
    }

    /** What its guest says, and what happens when it says nothing any more. */
    private static Cell heartbeat(Session session, JsonNode vm) {
        Cell said = View.code(session, vm, "heartbeat");
        String action = Json.string(vm, "hungAction");
        return action.isEmpty()
                ? said
                : new Cell(
                        said.text() + " (" + Json.string(vm, "hungAfterMillis") + " ms: "
                                + session.words().code(action) + ")",
                        said.style());
    }

    private static void print(Session session, JsonNode vm) {
        session.details()
                .add("name", Json.string(vm, "name"))
                .add("id", Json.string(vm, "id"))
                .add("cluster", Json.string(vm, "cluster", "name"))
                .add("state", View.code(session, vm, "state"))
                .add("since", View.instant(Json.string(vm, "since")))
                .add("desired", View.code(session, vm, "desired"))
                .add("host", Json.string(vm, "host", "name"))
                .add("run", Json.string(vm, "run"))
                .add("cpu", Json.string(vm, "cpuCores"))
                .add("memory", View.size(vm, "memoryBytes"))
                .add("restart", View.yesNo(session, vm.path("restart").asBoolean(true)))
                .add("priority", session.words().code(Json.string(vm, "priority")))
                .add("nextWhen", nextWhen(session, vm))
                .add("failback", VmSettings.shown(session, vm, "failback"))
                .add("liveMigration", VmSettings.shown(session, vm, "liveMigration"))
                .add("heartbeat", heartbeat(session, vm))
                .add("recovery", recovery(session, vm))
                .add("move", move(session, vm.path("move")))
                .add("failover", Json.string(vm, "recovery", "failover"))
                .add("kernel", Json.string(vm, "boot", "kernel"))
                .print();
        if (vm.path("weakProof").asBoolean()) {
            session.terminal()
                    .line(session.terminal()
                            .paint(Style.WARNING, session.words().of("vm.weakProof")));
        }
        session.terminal().line("");
        Table disks = session.table("disk", "datastore", "volume", ">size", "readOnly");
        for (JsonNode disk : vm.path("disks")) {
            disks.row(
                    View.value(disk, "id"),
                    View.value(disk, "datastore", "name"),
                    View.value(disk, "volume"),
                    View.size(disk, "sizeBytes"),
                    View.yesNo(session, disk.path("readOnly").asBoolean()));
        }
        disks.print(session.terminal(), "");
    }
}
