package io.holdfast.simulator.scenario;

import io.holdfast.simulator.Json;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Reads scenarios of the neutral form ("neutral-ha-scenarios/1"). An error names the path of the wrong field and what was expected. What the form lists must be there, but for what it marks with "?", the sizes
 * and loads of events, and {@code disabled} of a rule; fields that it does not know are passed over. Of {@code expect} only the end and the faults that hit the active manager are read.
 */
final class ScenarioForm {
    private static final String SCHEMA = "neutral-ha-scenarios/1";
    private static final Set<String> VM_EVENTS = Set.of(
            "vm-request",
            "vm-move",
            "vm-stop",
            "vm-register",
            "vm-unregister",
            "vm-size",
            "vm-load",
            "vm-lock",
            "vm-moved-outside-ha");
    private static final Set<String> HOST_EVENTS =
            Set.of("host-power", "host-network", "host-shutdown", "host-reboot", "host-maintenance", "agent-restart");
    private static final String[] REQUESTED = {"started", "stopped", "disabled", "ignored"};
    /** Seconds: 115 days. */
    private static final double LONGEST = 10_000_000;
    /** Hosts of a cluster, the product's own limit: it has so many slots in a lease area. */
    private static final int MOST_HOSTS = 250;
    /** VMs of a cluster, those registered later included. */
    private static final int MOST_VMS = 8192;

    private static final int MOST_CORES = 100_000;
    private static final double MOST_BYTES = 1e15;
    private static final Set<String> OTHER_EVENTS = Set.of("ha-pause", "ha-resume");
    private static final Set<String> FOREIGN_EVENTS = Set.of("state-store", "manager-process", "process-stall");

    private ScenarioForm() {}

    static List<Scenario> read(String text) {
        Node root = new Node("", Json.parse(text));
        root.at("schema").oneOf(SCHEMA);
        List<Scenario> result = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (Node node : root.at("scenarios").list()) {
            Scenario scenario = scenario(node);
            if (!ids.add(scenario.id())) {
                throw node.at("id").wrong("an id that no other scenario has");
            }
            result.add(scenario);
        }
        return result;
    }

    private static Scenario scenario(Node node) {
        String id = node.at("id").name();
        Node settings = node.at("settings");
        checkBalance(settings.at("autoBalance"));
        // In the order of their names: the form breaks ties by host id, and so does the engine.
        List<Scenario.HostLine> hosts = node.at("hosts").list().stream()
                .map(ScenarioForm::host)
                .sorted(Comparator.comparing(Scenario.HostLine::id))
                .toList();
        Set<String> hostIds = new TreeSet<>();
        hosts.forEach(host -> hostIds.add(host.id()));
        if (hostIds.size() != hosts.size() || hosts.isEmpty() || hosts.size() > MOST_HOSTS) {
            throw node.at("hosts").wrong("1 to " + MOST_HOSTS + " hosts, each id once");
        }
        List<Scenario.VmLine> vms = new ArrayList<>();
        Set<String> vmIds = new TreeSet<>();
        for (Node vm : node.at("vms").list()) {
            vms.add(vm(vm, hostIds));
            if (!vmIds.add(vm.at("id").text())) {
                throw vm.at("id").wrong("an id that no other VM has");
            }
        }
        Map<String, Scenario.Size> later = new TreeMap<>();
        node.at("sizesOfVmsRegisteredLater")
                .entries()
                .forEach(entry -> later.put(entry.getKey(), size(entry.getValue())));
        List<Scenario.Happening> events = new ArrayList<>();
        for (Node event : node.at("events").list()) {
            events.add(event(event, hostIds));
            vmIds.add(events.getLast().vm());
        }
        if (vmIds.size() > MOST_VMS) {
            throw node.at("vms").wrong("at most " + MOST_VMS + " VMs, those of the events included");
        }
        return new Scenario(
                id,
                settings.at("placementScore").oneOf("fewest-vms", "configured-size", "runtime-load"),
                settings.at("placeOnStart").flag(),
                settings.at("shutdownPolicy").oneOf("conditional", "failover", "freeze", "migrate"),
                hosts,
                vms,
                rules(node, hostIds),
                later,
                events,
                end(node, events),
                killed(node),
                failed(node));
    }

    /** VMs that the reference had given up before the scenario begins. */
    private static Set<String> failed(Node node) {
        Set<String> result = new TreeSet<>();
        Node states = node.at("initialManagerState");
        optional(states.at("lastActiveManager"));
        if (states.at("hostView").present()) {
            states.at("hostView").entries().forEach(host -> host.getValue().text());
        }
        if (states.at("vmState").present()) {
            for (Map.Entry<String, Node> vm : states.at("vmState").entries()) {
                optional(vm.getValue().at("host"));
                if (Set.of("failed", "error").contains(vm.getValue().at("state").text())) {
                    result.add(vm.getKey());
                }
            }
        }
        return result;
    }

    /** Balancing is not played; it is only looked whether it is of the form. */
    private static void checkBalance(Node node) {
        if (node.present()) {
            node.at("method").oneOf("best-imbalance", "topsis");
            node.at("threshold").number(0, 1000);
            node.at("margin").number(0, 1000);
            node.at("holdRounds").whole(0, 1_000_000);
        }
    }

    private static Scenario.HostLine host(Node node) {
        return new Scenario.HostLine(
                node.at("id").name(),
                node.at("power").oneOf("on", "off").equals("on"),
                node.at("network").oneOf("on", "off").equals("on"),
                (int) Math.max(1, node.at("cpuCores").number(0, MOST_CORES, 32)),
                (long) node.at("memBytes").number(1, MOST_BYTES, 1L << 37));
    }

    private static Scenario.VmLine vm(Node node, Set<String> hosts) {
        node.at("kind").oneOf("vm", "container", "faulty-dummy");
        // Agents report a share of the size as the load: it is only looked whether this is of the form.
        size(node.at("load"));
        Node behaviour = node.at("behaviour");
        boolean has = behaviour.present();
        Node only = has ? behaviour.at("startAndMoveFailuresOnlyOnHost") : behaviour;
        return new Scenario.VmLine(
                node.at("id").name(),
                known(node.at("host"), hosts),
                node.at("requested").oneOf(REQUESTED),
                few(node.at("maxRestart")),
                few(node.at("maxRelocate")),
                node.at("failback").flag(),
                size(node.at("size")),
                has ? failures(behaviour.at("startFailsFirstN")) : 0,
                has ? failures(behaviour.at("moveFailsFirstN")) : 0,
                has && behaviour.at("stopNeverSucceeds").flag(false),
                has && only.present() ? known(only, hosts) : null);
    }

    /** Tries: more than a hundred are as good as a hundred. */
    private static int few(Node node) {
        return (int) Math.min(node.whole(0, Integer.MAX_VALUE), 100);
    }

    private static int failures(Node node) {
        return node.present() ? (int) node.whole(0, Integer.MAX_VALUE) : 0;
    }

    private static Scenario.Size size(Node node) {
        if (!node.present()) {
            return Scenario.Size.SMALL;
        }
        double cores = node.at("cpuCores").number(0, MOST_CORES);
        double bytes = node.at("memBytes").number(0, MOST_BYTES);
        return new Scenario.Size((int) Math.max(1, Math.ceil(cores)), (long) Math.max(1 << 20, bytes));
    }

    private static String known(Node node, Set<String> hosts) {
        if (!hosts.contains(node.text())) {
            throw node.wrong("one of the hosts " + hosts);
        }
        return node.text();
    }

    private static List<Scenario.RuleLine> rules(Node node, Set<String> hosts) {
        List<Scenario.RuleLine> result = new ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (Node rule : node.at("rules").list()) {
            String type = rule.at("type").oneOf("vm-host", "vm-vm-together", "vm-vm-apart");
            Map<String, Integer> priorities = new TreeMap<>();
            if (type.equals("vm-host")) {
                for (Map.Entry<String, Node> entry : rule.at("hostPriority").entries()) {
                    // A host that the cluster does not have is a host that is never there.
                    int priority = (int) entry.getValue().whole(0, 1_000_000);
                    if (hosts.contains(entry.getKey())) {
                        priorities.put(entry.getKey(), priority);
                    }
                }
            }
            List<String> vms = rule.at("vms").list().stream().map(Node::name).toList();
            Scenario.RuleLine line = new Scenario.RuleLine(
                    rule.at("id").name(), type, rule.at("strict").flag(), vms, priorities);
            if (!ids.add(line.id())) {
                throw rule.at("id").wrong("an id that no other rule has");
            }
            if (!rule.at("disabled").flag(false)) {
                result.add(line);
            }
        }
        return result;
    }

    private static Scenario.Happening event(Node node, Set<String> hosts) {
        String type = node.at("type").text();
        if (FOREIGN_EVENTS.contains(type)) {
            return new Scenario.Happening(seconds(node), type, "", "", "", 0, 0, 0, false);
        }
        boolean ofVm = VM_EVENTS.contains(type);
        boolean ofHost = HOST_EVENTS.contains(type);
        if (!ofVm && !ofHost && !OTHER_EVENTS.contains(type)) {
            TreeSet<String> known = new TreeSet<>(VM_EVENTS);
            known.addAll(HOST_EVENTS);
            known.addAll(OTHER_EVENTS);
            known.addAll(FOREIGN_EVENTS);
            throw node.at("type").wrong("one of the events " + String.join(", ", known));
        }
        boolean all = type.equals("agent-restart") && !node.at("host").present();
        String host = !all && (ofHost || type.equals("vm-register")) ? known(node.at("host"), hosts) : "";
        // A move to a host that the cluster does not have is a word that HA refuses; what has been moved is somewhere.
        String target = switch (type) {
            case "vm-move" -> node.at("to").text();
            case "vm-moved-outside-ha" -> known(node.at("to"), hosts);
            default -> "";
        };
        return new Scenario.Happening(
                seconds(node),
                type,
                target.isEmpty() ? host : target,
                ofVm ? node.at("vm").name() : "",
                value(node, type),
                type.equals("vm-stop") ? node.at("timeoutSeconds").number(0, LONGEST) : 0,
                node.at("cpuCores").number(0, MOST_CORES, Double.NaN),
                node.at("memMiB").number(0, MOST_BYTES, Double.NaN),
                type.equals("vm-register") && node.at("alreadyRunning").flag());
    }

    private static double seconds(Node node) {
        return node.at("t").number(0, LONGEST);
    }

    private static String value(Node node, String type) {
        return switch (type) {
            case "host-power", "host-network" -> node.at("value").oneOf("on", "off");
            case "host-maintenance" -> {
                String value = node.at("value").oneOf("enter", "leave", "on", "off");
                yield value.equals("enter") || value.equals("on") ? "on" : "off";
            }
            case "vm-request" -> node.at("value").oneOf(REQUESTED);
            case "vm-register" -> node.at("requested").oneOf(REQUESTED);
            case "vm-move" -> node.at("mode").oneOf("live", "cold");
            case "vm-lock" -> optional(node.at("lock"));
            case "ha-pause" -> node.at("mode").oneOf("freeze", "ignore");
            default -> "";
        };
    }

    private static String optional(Node node) {
        return node.present() ? node.text() : "";
    }

    private static double end(Node node, List<Scenario.Happening> events) {
        double last =
                events.stream().mapToDouble(Scenario.Happening::seconds).max().orElse(0) + 600;
        @Nullable
        Node expected = node.at("expect").present() ? node.at("expect").at("endTime") : null;
        return expected != null && expected.present() ? Math.max(expected.number(0, LONGEST), last - 500) : last;
    }

    private static List<Double> killed(Node node) {
        TreeSet<Double> result = new TreeSet<>();
        if (node.at("expect").present()) {
            for (String list : List.of("fencing", "recoveries")) {
                Node faults = node.at("expect").at(list);
                if (faults.present()) {
                    for (Node fault : faults.list()) {
                        Node faultAt = fault.at("faultAt");
                        boolean hit = fault.at("hostWasActiveManager").flag(false);
                        if (faultAt.present() && faultAt.number(0, LONGEST) >= 0 && hit) {
                            result.add(faultAt.number());
                        }
                    }
                }
            }
        }
        return List.copyOf(result);
    }
}
