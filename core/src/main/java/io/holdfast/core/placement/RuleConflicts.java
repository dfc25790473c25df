package io.holdfast.core.placement;

import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.VmId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Whether strict rules can all hold at once, capacity aside, and if not, a smallest set of them that cannot (none of it can be left out). VMs of strict together-rules are one unit;
 * each unit needs a host that all its VM–host rules name; units of an apart-rule need hosts of their own, which is a matching of units to hosts.
 */
public final class RuleConflicts {
    private RuleConflicts() {}

    /** A set of rules that cannot all hold, of which none can be left out; empty when all can hold. */
    public static List<RuleId> smallest(List<Rule> rules, List<HostId> hosts) {
        List<Rule> strict =
                new ArrayList<>(rules.stream().filter(RuleConflicts::isStrict).toList());
        if (feasible(strict, hosts)) {
            return List.of();
        }
        for (int at = strict.size() - 1; at >= 0; at--) {
            List<Rule> without = new ArrayList<>(strict);
            without.remove(at);
            if (!feasible(without, hosts)) {
                strict = without;
            }
        }
        return strict.stream().map(Rule::id).sorted().toList();
    }

    private static boolean isStrict(Rule rule) {
        return switch (rule) {
            case Rule.VmHost vmHost -> vmHost.strict();
            case Rule.Together together -> together.strict();
            case Rule.Apart apart -> apart.strict();
            case Rule.DependsOn ignored -> false;
        };
    }

    private static boolean feasible(List<Rule> rules, List<HostId> hosts) {
        TreeMap<VmId, VmId> unitOf = units(rules);
        TreeMap<VmId, TreeSet<HostId>> allowed = new TreeMap<>();
        for (VmId unit : unitOf.values()) {
            allowed.computeIfAbsent(unit, key -> new TreeSet<>(hosts));
        }
        for (Rule rule : rules) {
            if (rule instanceof Rule.VmHost vmHost) {
                List<HostId> named =
                        vmHost.hosts().stream().map(Rule.HostPriority::host).toList();
                for (VmId vm : vmHost.vms()) {
                    unitHosts(allowed, unitOf, vm).retainAll(named);
                }
            }
        }
        if (allowed.values().stream().anyMatch(TreeSet::isEmpty)) {
            return false;
        }
        for (Rule rule : rules) {
            if (rule instanceof Rule.Apart apart && !canBeApart(apart, unitOf, allowed)) {
                return false;
            }
        }
        return true;
    }

    private static TreeSet<HostId> unitHosts(
            TreeMap<VmId, TreeSet<HostId>> allowed, TreeMap<VmId, VmId> unitOf, VmId vm) {
        return java.util.Objects.requireNonNull(allowed.get(java.util.Objects.requireNonNull(unitOf.get(vm))));
    }

    private static TreeMap<VmId, VmId> units(List<Rule> rules) {
        TreeMap<VmId, VmId> unitOf = new TreeMap<>();
        rules.forEach(rule -> rule.vms().forEach(vm -> unitOf.put(vm, vm)));
        boolean changed = true;
        while (changed) {
            changed = false;
            for (Rule rule : rules) {
                if (rule instanceof Rule.Together together) {
                    VmId first = together.vms().stream()
                            .map(vm -> java.util.Objects.requireNonNull(unitOf.get(vm)))
                            .min(VmId::compareTo)
                            .orElseThrow();
                    for (VmId vm : together.vms()) {
                        changed |= !first.equals(unitOf.put(vm, first));
                    }
                }
            }
        }
        return unitOf;
    }

    private static boolean canBeApart(
            Rule.Apart apart, TreeMap<VmId, VmId> unitOf, TreeMap<VmId, TreeSet<HostId>> allowed) {
        TreeMap<HostId, VmId> taken = new TreeMap<>();
        TreeSet<VmId> seen = new TreeSet<>();
        for (VmId vm : apart.vms()) {
            VmId unit = java.util.Objects.requireNonNull(unitOf.get(vm));
            if (!seen.add(unit) || !match(unit, allowed, taken, new TreeSet<>())) {
                return false;
            }
        }
        return true;
    }

    /** One augmenting path of the bipartite matching of units to hosts. */
    private static boolean match(
            VmId unit, TreeMap<VmId, TreeSet<HostId>> allowed, TreeMap<HostId, VmId> taken, TreeSet<HostId> tried) {
        for (HostId host : java.util.Objects.requireNonNull(allowed.get(unit))) {
            if (tried.add(host)) {
                VmId holder = taken.get(host);
                if (holder == null || match(holder, allowed, taken, tried)) {
                    taken.put(host, unit);
                    return true;
                }
            }
        }
        return false;
    }
}
