package io.holdfast.simulator;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What may never differ between a scenario's expected outcome and what came out: one copy of a VM at any time, no restart elsewhere before the loss was confirmed, rules hold at the end, the
 * same VMs run at the end, where the scenario names the host that they must be on, nobody is fenced whom the reference did not lose.
 */
final class HardRules {
    private final Map<?, ?> expected;
    private final List<String> differences = new ArrayList<>();

    private HardRules(Map<?, ?> expected) {
        this.expected = expected;
    }

    static List<String> differences(Map<?, ?> scenario, Map<?, ?> result) {
        HardRules rules = new HardRules(at(scenario, "expect"));
        List<?> timeline = list(result, "timeline");
        rules.oneCopy(timeline);
        rules.fenced(timeline);
        for (Object recovery : list(rules.expected, "recoveries")) {
            rules.confirmedFirst(map(recovery), timeline);
        }
        rules.running(at(result, "final"));
        rules.rulesHold(list(scenario, "rules"), at(result, "final"));
        return rules.differences;
    }

    private void oneCopy(List<?> timeline) {
        Map<String, Set<String>> up = new TreeMap<>();
        for (Object each : timeline) {
            Map<?, ?> line = map(each);
            String host = text(line, "host");
            switch (text(line, "what")) {
                case "host-off" -> up.values().forEach(hosts -> hosts.remove(host));
                case "vm-down" ->
                    up.getOrDefault(text(line, "vm"), new TreeSet<>()).remove(host);
                case "vm-moved" -> up.put(text(line, "vm"), new TreeSet<>(Set.of(host)));
                case "vm-up" -> {
                    Set<String> hosts = up.computeIfAbsent(text(line, "vm"), vm -> new TreeSet<>());
                    if (!hosts.isEmpty() && !hosts.equals(Set.of(host))) {
                        differences.add(line + " while up on " + hosts);
                    }
                    hosts.add(host);
                }
                default -> {}
            }
        }
    }

    private void fenced(List<?> timeline) {
        Set<String> allowed = new HashSet<>();
        list(expected, "fencing").forEach(fence -> allowed.add(text(map(fence), "host")));
        for (Object each : timeline) {
            Map<?, ?> line = map(each);
            if (text(line, "what").equals("fence-confirmed") && !allowed.contains(text(line, "host"))) {
                differences.add("fenced without cause: " + line);
            }
        }
    }

    private void confirmedFirst(Map<?, ?> recovery, List<?> timeline) {
        String from = text(recovery, "from");
        double fault = number(recovery, "faultAt");
        boolean off = false;
        for (Object each : timeline) {
            Map<?, ?> line = map(each);
            if (number(line, "t") < fault) {
                continue;
            }
            String what = text(line, "what");
            boolean there = text(line, "host").equals(from);
            off |= there && what.equals("host-off");
            if (there && (what.equals("fence-confirmed") || (off && what.equals("host-on")))) {
                return;
            }
            if (what.equals("vm-up") && text(line, "vm").equals(text(recovery, "vm"))) {
                if (!there) {
                    differences.add(line + " before the loss of " + from + " was confirmed");
                }
                return;
            }
        }
    }

    private void running(Map<?, ?> finals) {
        for (Map.Entry<?, ?> each : at(expected, "finalVms").entrySet()) {
            boolean wanted = flag(map(Objects.requireNonNull(each.getValue())), "running");
            @Nullable Object found = finals.get(each.getKey());
            if (found == null || flag(map(found), "running") != wanted) {
                differences.add(each.getKey() + " should " + (wanted ? "run: " : "not run: ") + found);
            } else if (wanted
                    && map(each.getValue()).get("host") instanceof String host
                    && !host.equals(text(map(found), "host"))) {
                differences.add(each.getKey() + " should run on " + host + ": " + found);
            }
        }
    }

    private void rulesHold(List<?> rules, Map<?, ?> finals) {
        for (Object each : rules) {
            Map<?, ?> rule = map(each);
            if (rule.get("disabled") instanceof Boolean disabled && disabled) {
                continue;
            }
            List<String> hosts = new ArrayList<>();
            for (Object vm : list(rule, "vms")) {
                @Nullable Object line = finals.get(vm);
                if (line != null && flag(map(line), "running")) {
                    hosts.add(text(map(line), "host"));
                }
            }
            Set<String> different = new HashSet<>(hosts);
            boolean broken = switch (text(rule, "type")) {
                case "vm-host" ->
                    flag(rule, "strict") && !at(rule, "hostPriority").keySet().containsAll(different);
                case "vm-vm-apart" -> different.size() != hosts.size();
                default -> different.size() > 1;
            };
            if (broken) {
                differences.add("rule " + rule + " does not hold: " + hosts);
            }
        }
    }

    static Map<?, ?> map(Object value) {
        return (Map<?, ?>) value;
    }

    private static Map<?, ?> at(Map<?, ?> map, String key) {
        return map(Objects.requireNonNull(map.get(key), key));
    }

    static List<?> list(Map<?, ?> map, String key) {
        return (List<?>) Objects.requireNonNull(map.get(key), key);
    }

    static String text(Map<?, ?> map, String key) {
        return (String) Objects.requireNonNull(map.get(key), key);
    }

    private static double number(Map<?, ?> map, String key) {
        return ((Number) Objects.requireNonNull(map.get(key), key)).doubleValue();
    }

    private static boolean flag(Map<?, ?> map, String key) {
        return (Boolean) Objects.requireNonNull(map.get(key), key);
    }
}
