package io.holdfast.simulator.scenario;

import io.holdfast.simulator.Json;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Reads scenarios of the neutral form ("neutral-ha-scenarios/1"). An error names the path of the wrong field and what was expected. */
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
        String id = node.at("id").text();
        Node settings = node.at("settings");
        List<Scenario.HostLine> hosts =
                node.at("hosts").list().stream().map(ScenarioForm::host).toList();
        Set<String> hostIds = new TreeSet<>();
        hosts.forEach(host -> hostIds.add(host.id()));
        if (hostIds.size() != hosts.size() || hosts.isEmpty()) {
            throw node.at("hosts").wrong("at least one host, each id once");
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
        List<Scenario.Happening> events = node.at("events").list().stream()
                .map(event -> event(event, hostIds))
                .toList();
        return new Scenario(
                id,
                choice(settings.at("placementScore"), "fewest-vms", "configured-size", "runtime-load"),
                settings.at("placeOnStart").flag(false),
                choice(settings.at("shutdownPolicy"), "conditional", "failover", "freeze", "migrate"),
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
        if (states.present()) {
            for (Map.Entry<String, Node> vm : states.at("vmState").entries()) {
                Node state = vm.getValue().at("state");
                if (state.present() && Set.of("failed", "error").contains(state.text())) {
                    result.add(vm.getKey());
                }
            }
        }
        return result;
    }

    private static Scenario.HostLine host(Node node) {
        return new Scenario.HostLine(
                node.at("id").text(),
                node.at("power").oneOf("on", "off").equals("on"),
                node.at("network").oneOf("on", "off").equals("on"),
                (int) node.at("cpuCores").number(32),
                (long) node.at("memBytes").number(1L << 37));
    }

    private static Scenario.VmLine vm(Node node, Set<String> hosts) {
        node.at("kind").oneOf("vm", "container", "faulty-dummy");
        Node behaviour = node.at("behaviour");
        boolean has = behaviour.present();
        Node only = has ? behaviour.at("startAndMoveFailuresOnlyOnHost") : behaviour;
        return new Scenario.VmLine(
                node.at("id").text(),
                known(node.at("host"), hosts),
                node.at("requested").oneOf("started", "stopped", "disabled", "ignored"),
                few(node.at("maxRestart")),
                few(node.at("maxRelocate")),
                node.at("failback").flag(true),
                size(node.at("size")),
                has ? (int) behaviour.at("startFailsFirstN").number(0) : 0,
                has ? (int) behaviour.at("moveFailsFirstN").number(0) : 0,
                has && behaviour.at("stopNeverSucceeds").flag(false),
                has && only.present() ? known(only, hosts) : null);
    }

    /** Tries: 1 when the form is silent; more than a hundred are as good as a hundred. */
    private static int few(Node node) {
        return node.present() ? (int) Math.min(node.whole(0), 100) : 1;
    }

    private static Scenario.Size size(Node node) {
        if (!node.present()) {
            return Scenario.Size.SMALL;
        }
        return new Scenario.Size((int) Math.max(1, Math.ceil(node.at("cpuCores").number(1))), (long)
                Math.max(1 << 20, node.at("memBytes").number(1 << 30)));
    }

    private static String known(Node node, Set<String> hosts) {
        if (!hosts.contains(node.text())) {
            throw node.wrong("one of the hosts " + hosts);
        }
        return node.text();
    }

    private static List<Scenario.RuleLine> rules(Node node, Set<String> hosts) {
        List<Scenario.RuleLine> result = new ArrayList<>();
        for (Node rule : node.at("rules").list()) {
            String type = rule.at("type").oneOf("vm-host", "vm-vm-together", "vm-vm-apart");
            Map<String, Integer> priorities = new TreeMap<>();
            if (type.equals("vm-host")) {
                for (Map.Entry<String, Node> entry : rule.at("hostPriority").entries()) {
                    // A host that the cluster does not have is a host that is never there.
                    if (hosts.contains(entry.getKey())) {
                        priorities.put(entry.getKey(), (int) entry.getValue().number(0));
                    } else {
                        entry.getValue().number(0);
                    }
                }
            }
            List<String> vms = rule.at("vms").list().stream().map(Node::text).toList();
            boolean disabled = rule.at("disabled").flag(false);
            if (!disabled) {
                result.add(new Scenario.RuleLine(
                        rule.at("id").text(), type, rule.at("strict").flag(false), vms, priorities));
            }
        }
        return result;
    }

    private static Scenario.Happening event(Node node, Set<String> hosts) {
        String type = node.at("type").text();
        if (FOREIGN_EVENTS.contains(type)) {
            return new Scenario.Happening(node.at("t").number(), type, "", "", "", 0, 0, 0, false);
        }
        boolean ofVm = VM_EVENTS.contains(type);
        boolean ofHost = HOST_EVENTS.contains(type);
        if (!ofVm && !ofHost && !OTHER_EVENTS.contains(type)) {
            throw node.at("type").wrong("a known event: " + VM_EVENTS + ", " + HOST_EVENTS + ", " + OTHER_EVENTS);
        }
        boolean needsHost = (ofHost && !type.equals("agent-restart")) || type.equals("vm-register");
        String host = needsHost ? known(node.at("host"), hosts) : optional(node.at("host"));
        String target = optional(node.at("to"));
        return new Scenario.Happening(
                node.at("t").number(),
                type,
                target.isEmpty() ? host : target,
                ofVm ? node.at("vm").text() : "",
                value(node, type),
                node.at("timeoutSeconds").number(60),
                node.at("cpuCores").number(0),
                node.at("memMiB").number(0),
                node.at("alreadyRunning").flag(false));
    }

    private static String value(Node node, String type) {
        return switch (type) {
            case "host-power", "host-network" -> node.at("value").oneOf("on", "off");
            case "host-maintenance" -> {
                String value = node.at("value").oneOf("enter", "leave", "on", "off");
                yield value.equals("enter") || value.equals("on") ? "on" : "off";
            }
            case "vm-request" -> node.at("value").oneOf("started", "stopped", "disabled", "ignored");
            case "vm-register" -> node.at("requested").oneOf("started", "stopped", "disabled", "ignored");
            case "ha-pause" -> node.at("mode").oneOf("freeze", "ignore");
            default -> "";
        };
    }

    /** The first where the form is silent. */
    private static String choice(Node node, String... allowed) {
        return node.present() ? node.oneOf(allowed) : allowed[0];
    }

    private static String optional(Node node) {
        return node.present() ? node.text() : "";
    }

    private static double end(Node node, List<Scenario.Happening> events) {
        double last =
                events.stream().mapToDouble(Scenario.Happening::seconds).max().orElse(0) + 600;
        @Nullable
        Node expected = node.at("expect").present() ? node.at("expect").at("endTime") : null;
        return expected != null && expected.present() ? Math.max(expected.number(), last - 500) : last;
    }

    private static List<Double> killed(Node node) {
        TreeSet<Double> result = new TreeSet<>();
        if (node.at("expect").present()) {
            for (String list : List.of("fencing", "recoveries")) {
                Node faults = node.at("expect").at(list);
                if (faults.present()) {
                    for (Node fault : faults.list()) {
                        if (fault.at("hostWasActiveManager").flag(false)
                                && fault.at("faultAt").present()) {
                            result.add(fault.at("faultAt").number());
                        }
                    }
                }
            }
        }
        return List.copyOf(result);
    }
}
