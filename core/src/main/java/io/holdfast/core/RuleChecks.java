package io.holdfast.core;

import static io.holdfast.core.Checks.reject;

import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.RuleConflicts;
import io.holdfast.core.text.Message;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Rules are checked when they are written, not when a host is down: what cannot hold is refused, with the smallest set that clashes. */
final class RuleChecks {
    private RuleChecks() {}

    static @Nullable Rejected check(Turn turn, Rule rule) {
        for (VmId vm : rule.vms()) {
            if (!turn.vms.containsKey(vm)) {
                return Requests.unknown(vm);
            }
        }
        Rejected size = Checks.first(Checks.name(rule.id().value()), size(turn, rule));
        if (size != null) {
            return size;
        }
        List<Rule> all = new ArrayList<>(turn.rules.minus(rule.id()).values());
        all.add(rule);
        List<VmId> cycle = cycle(all, rule);
        if (!cycle.isEmpty()) {
            String text = cycle.stream().map(turn::name).collect(Collectors.joining(" → "));
            return reject(Rejected.Code.CONFLICT, "dependsOn", Message.REJECT_DEPENDENCY_CYCLE, text);
        }
        List<RuleId> conflict =
                RuleConflicts.smallest(all, turn.hosts.keySet().stream().toList());
        return conflict.isEmpty()
                ? null
                : reject(
                        Rejected.Code.CONFLICT,
                        "rule",
                        Message.REJECT_RULE_CONFLICT,
                        conflict.stream().map(RuleId::value).collect(Collectors.joining(", ")));
    }

    /** Strict rules that hold on the hosts of now must be able to hold on those that are left: else a VM would wait for ever, and nobody would have been asked. */
    static @Nullable Rejected withoutHost(Turn turn, HostId host) {
        List<Rule> all = List.copyOf(turn.rules.values());
        List<RuleId> conflict =
                RuleConflicts.smallest(all, List.copyOf(turn.hosts.minus(host).keySet()));
        if (conflict.isEmpty()
                || !RuleConflicts.smallest(all, List.copyOf(turn.hosts.keySet()))
                        .isEmpty()) {
            return null;
        }
        String rules = conflict.stream().map(RuleId::value).collect(Collectors.joining(", "));
        return reject(Rejected.Code.CONFLICT, "host", Message.REJECT_HOST_FOR_RULES, turn.name(host), rules);
    }

    private static @Nullable Rejected size(Turn turn, Rule rule) {
        return switch (rule) {
            case Rule.VmHost vmHost -> {
                for (Rule.HostPriority entry : vmHost.hosts()) {
                    if (!turn.hosts.containsKey(entry.host())) {
                        yield Requests.unknown(entry.host());
                    }
                    Rejected range = Checks.range("hosts.priority", entry.priority(), 0, 1000);
                    if (range != null) {
                        yield range;
                    }
                }
                yield Checks.first(
                        atLeast("vms", vmHost.vms().size(), 1),
                        atLeast("hosts", vmHost.hosts().size(), 1));
            }
            case Rule.Together together -> atLeast("vms", together.vms().size(), 2);
            case Rule.Apart apart -> atLeast("vms", apart.vms().size(), 2);
            case Rule.DependsOn dependsOn -> atLeast("dependsOn", dependsOn.on().size(), 1);
        };
    }

    private static @Nullable Rejected atLeast(String field, int size, int least) {
        return size >= least
                ? null
                : reject(Rejected.Code.INVALID, field, Message.REJECT_RULE_EMPTY, String.valueOf(least), field);
    }

    /** The chain of dependencies that leads from the new rule's VM back to itself, or nothing. */
    private static List<VmId> cycle(List<Rule> rules, Rule rule) {
        return rule instanceof Rule.DependsOn depends
                ? follow(rules, depends.vm(), depends.vm(), new LinkedHashSet<>())
                : List.of();
    }

    private static List<VmId> follow(List<Rule> rules, VmId at, VmId goal, LinkedHashSet<VmId> path) {
        if (!path.add(at)) {
            return List.of();
        }
        for (Rule rule : rules) {
            if (rule instanceof Rule.DependsOn depends && depends.vm().equals(at)) {
                for (VmId on : depends.on()) {
                    if (on.equals(goal)) {
                        List<VmId> result = new ArrayList<>(path);
                        result.add(goal);
                        return result;
                    }
                    List<VmId> further = follow(rules, on, goal, path);
                    if (!further.isEmpty()) {
                        return further;
                    }
                }
            }
        }
        path.remove(at);
        return List.of();
    }
}
