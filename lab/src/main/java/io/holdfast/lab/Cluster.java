package io.holdfast.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.holdfast.cli.Progress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The lab's cluster as the manager knows it: set up over REST as an administrator would, and looked at the same way. */
public final class Cluster {

    private static final String CLUSTER = "default";
    private static final String DATASTORE = "san";
    private static final String BUSINESS = "business";
    private static final long VM_MEMORY_BYTES = 96L << 20;
    private static final long CONNECT_LIMIT_MILLIS = 120_000;
    private static final long RUNNING_LIMIT_MILLIS = 120_000;
    private static final long LOOK_EVERY_MILLIS = 100;

    private final Lab lab;
    private final ManagerClient client;

    Cluster(Lab lab) {
        this.lab = lab;
        this.client = lab.client();
    }

    /** Starts the manager, adds hosts, datastore and VMs, starts the VMs, and waits until every guest writes. */
    public void setUp(Progress progress) {
        step(progress, "manager", detail -> {
            lab.manager().start();
            Waiting.until(
                    () -> client.answers(),
                    LOOK_EVERY_MILLIS,
                    CONNECT_LIMIT_MILLIS,
                    () -> "the manager does not answer; see " + lab.manager().log());
            if (!lab.options().profile().equals("standard")) {
                client.patch(
                        "/clusters/" + CLUSTER,
                        Map.of("lease", Map.of("profile", lab.options().profile())));
            }
            return client.get("/status").path("version").asText("");
        });
        lab.manager().complete().ifPresent(done -> progress.begin("management").done(done));
        step(progress, "agents", this::addHosts);
        step(progress, "shared storage", detail -> {
            addDatastore();
            awaitLeases(detail);
            return "lease area written and read back by every host";
        });
        step(progress, "virtual machines", detail -> {
            addVms();
            startVms(detail);
            return lab.options().vms() + " write to their disks";
        });
    }

    private String addHosts(Progress.Step step) {
        for (LabHost host : lab.hosts()) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("name", host.name());
            body.put("cluster", CLUSTER);
            body.put("address", host.address(Network.MANAGEMENT));
            body.put("networks", List.of(Map.of("name", BUSINESS, "bridge", "vmbr0", "uplinks", List.of("b0"))));
            if (lab.options().bmc()) {
                body.put(
                        "bmc",
                        Map.of(
                                "address", lab.bmc(host).address(),
                                "username", BmcSimulator.USER,
                                "password", BmcSimulator.PASSWORD));
            }
            client.post("/hosts", body);
            enrol(host);
        }
        awaitHosts(step);
        return lab.hosts().size() + " hosts connected";
    }

    /** Waits until every host's agent is connected and the host is well. */
    public void awaitHosts(Progress.Step step) {
        Waiting.until(
                () -> {
                    long connected = connected();
                    step.detail(connected + " of " + lab.hosts().size() + " hosts");
                    return connected == lab.hosts().size();
                },
                LOOK_EVERY_MILLIS,
                CONNECT_LIMIT_MILLIS,
                () -> "not all agents are connected: " + hostStates() + "; see "
                        + lab.paths().root().resolve("hosts") + "/*/agent.log");
    }

    /** The hosts that were broken here on purpose, over and over, may take VMs again: else the manager would spare them for hours. */
    public void liftHolds() {
        lab.hosts().forEach(host -> client.post("/hosts/" + host.name() + "/actions/lift-hold", Map.of()));
    }

    private long connected() {
        return client.items("/hosts").stream()
                .filter(host -> host.path("agent").path("state").asText("").equals("connected"))
                .count();
    }

    private String hostStates() {
        return client.items("/hosts").stream()
                .map(host ->
                        host.path("name").asText("") + " " + host.path("state").asText(""))
                .collect(Collectors.joining(", "));
    }

    private void enrol(LabHost host) {
        JsonNode bundle = client.post("/hosts/" + host.name() + "/enrolment", Map.of());
        String properties = bundle.path("agentProperties").asText("");
        Map<String, String> own = new LinkedHashMap<>();
        own.put("boot.id.file", "/run/boot-id");
        own.put("watchdog.path", "/dev/watchdog");
        own.put("watchdog.timeout.millis", String.valueOf(lab.options().watchdogMillis()));
        StringBuilder lines = new StringBuilder();
        properties
                .lines()
                .filter(line -> own.keySet().stream().noneMatch(key -> line.startsWith(key + "=")))
                .forEach(line -> lines.append(line).append('\n'));
        own.forEach((key, value) -> lines.append(key).append('=').append(value).append('\n'));
        host.enrol(Map.of(
                "agent.properties", lines.toString(),
                "ca.pem", bundle.path("ca").asText(""),
                "certificate.pem", bundle.path("certificate").asText(""),
                "key.pem", bundle.path("key").asText("")));
    }

    private void addDatastore() {
        client.post(
                "/datastores",
                Map.of(
                        "name",
                        DATASTORE,
                        "cluster",
                        CLUSTER,
                        "iscsi",
                        Map.of(
                                "portal", lab.storage().portal(),
                                "target", StorageServer.TARGET,
                                "leaseLun", StorageServer.LEASE_LUN)));
    }

    /** Waits until every host holds its lease, is well and may be given VMs. */
    public void awaitLeases(Progress.Step step) {
        Waiting.until(
                () -> {
                    long well = client.items("/hosts").stream()
                            .filter(Cluster::holdsLeases)
                            .count();
                    step.detail(well + " of " + lab.hosts().size() + " hosts");
                    return well == lab.hosts().size();
                },
                LOOK_EVERY_MILLIS,
                CONNECT_LIMIT_MILLIS,
                () -> "not every host holds its lease: " + hostStates() + "; see "
                        + lab.paths().root().resolve("hosts") + "/*/agent.log");
    }

    private static boolean holdsLeases(JsonNode host) {
        JsonNode stores = host.path("planes").path("storage").path("datastores");
        boolean held = !stores.isEmpty();
        for (JsonNode store : stores) {
            held &= store.path("held").asBoolean(false);
        }
        return held && host.path("state").asText("").equals("ok");
    }

    private void addVms() {
        for (int number = 1; number <= lab.options().vms(); number++) {
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("name", Lab.vmName(number));
            body.put("cluster", CLUSTER);
            body.put("cpuCores", 1);
            body.put("memoryBytes", VM_MEMORY_BYTES);
            body.put(
                    "disks",
                    List.of(Map.of(
                            "datastore",
                            DATASTORE,
                            "volume",
                            String.valueOf(StorageServer.FIRST_VOLUME_LUN + number),
                            "sizeBytes",
                            StorageServer.VOLUME_BYTES)));
            body.put(
                    "nics",
                    List.of(Map.of(
                            "network", BUSINESS, "mac", String.format(Locale.ROOT, "52:54:00:77:00:%02x", number))));
            body.put(
                    "boot",
                    Map.of(
                            "kernel", lab.paths().guest().resolve("vmlinux").toString(),
                            "initrd", lab.paths().guest().resolve("initrd").toString(),
                            "commandLine", "console=ttyS0 quiet holdfast.vm=" + Lab.vmName(number)));
            client.post("/vms", body);
        }
    }

    private void startVms(Progress.Step step) {
        vmNames().forEach(vm -> client.post("/vms/" + vm + "/actions/start", Map.of()));
        awaitWriting(step, 0);
    }

    /** Names of all VMs, in order. */
    public List<String> vmNames() {
        return IntStream.rangeClosed(1, lab.options().vms())
                .mapToObj(Lab::vmName)
                .toList();
    }

    /** Waits until every VM runs by the manager's word and has written since this instant (CLOCK_BOOTTIME) by its disk's. */
    public void awaitWriting(Progress.Step step, long sinceNanos) {
        List<String> missing = new ArrayList<>();
        Waiting.until(
                () -> {
                    missing.clear();
                    Map<String, JsonNode> vms = vms();
                    lab.journals().stream()
                            .filter(journal -> journal.lastGrownNanos() <= sinceNanos
                                    || !vms.getOrDefault(journal.vm(), MissingNode.getInstance())
                                            .path("state")
                                            .asText("")
                                            .equals("running"))
                            .forEach(journal -> missing.add(journal.vm()));
                    step.detail((lab.journals().size() - missing.size()) + " of "
                            + lab.journals().size());
                    return missing.isEmpty();
                },
                LOOK_EVERY_MILLIS,
                RUNNING_LIMIT_MILLIS,
                () -> "these virtual machines do not run or write: "
                        + missing.stream()
                                .map(vm -> vm + " (" + describe(vm) + ")")
                                .collect(Collectors.joining(", ")));
    }

    /** A VM's state, place and reason for waiting, in a few words. */
    String describe(String vm) {
        JsonNode found = client.vm(vm);
        String reason =
                found.path("recovery").path("waiting").path("text").path("en").asText("");
        return found.path("state").asText("") + " on "
                + found.path("host").path("name").asText("no host") + (reason.isEmpty() ? "" : ": " + reason);
    }

    /** All VMs by name. */
    public Map<String, JsonNode> vms() {
        return client.items("/vms").stream()
                .collect(Collectors.toMap(vm -> vm.path("name").asText(""), Function.identity()));
    }

    /** Names of the VMs that the manager has placed on that host, sorted. */
    public List<String> vmsOn(String host) {
        return vms().entrySet().stream()
                .filter(vm -> vm.getValue().path("host").path("name").asText("").equals(host))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    /** A piece of the work; says what came out of it. */
    private interface Work {
        String run(Progress.Step step);
    }

    private static void step(Progress progress, String title, Work work) {
        Progress.Step step = progress.begin(title);
        try {
            step.done(work.run(step));
        } catch (RuntimeException e) {
            step.failed(String.valueOf(e.getMessage()));
            throw e;
        }
    }
}
