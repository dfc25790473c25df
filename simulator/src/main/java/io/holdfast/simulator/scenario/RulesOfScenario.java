package io.holdfast.simulator.scenario;

import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.Placement;
import io.holdfast.simulator.world.World;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/** What the scenario's rules say of a move, before it is asked for: who goes along, and which hosts may take them. */
final class RulesOfScenario {
    private final World world;
    private final Scenario scenario;
    private final Names names;
    private final ScenarioInventory inventory;

    RulesOfScenario(World world, Scenario scenario, Names names, ScenarioInventory inventory) {
        this.world = world;
        this.scenario = scenario;
        this.names = names;
        this.inventory = inventory;
    }

    /** The VM and all that must be with it, directly or through others. */
    TreeSet<VmId> group(VmId vm) {
        TreeSet<VmId> result = new TreeSet<>();
        result.add(vm);
        boolean grown = true;
        while (grown) {
            grown = false;
            for (Scenario.RuleLine rule : scenario.rules()) {
                List<VmId> members = rule.vms().stream().map(names::vm).toList();
                if (rule.type().equals("vm-vm-together") && members.stream().anyMatch(result::contains)) {
                    grown |= result.addAll(members);
                }
            }
        }
        return result;
    }

    /** No must-rule keeps these VMs, together, from that host, and the host takes VMs. */
    boolean allows(Set<VmId> group, HostId host) {
        Host known = world.database.journal().host(host);
        if (known == null || known.admin() != AdminState.ENABLED) {
            return false;
        }
        for (Scenario.RuleLine rule : scenario.rules()) {
            List<VmId> members = rule.vms().stream().map(names::vm).toList();
            if (members.stream().noneMatch(group::contains)) {
                continue;
            }
            boolean bound = rule.type().equals("vm-host") && rule.strict();
            if (bound && rule.hostPriority().keySet().stream().noneMatch(name -> inventory.is(host, name))) {
                return false;
            }
            if (rule.type().equals("vm-vm-apart") && occupied(members, group, host)) {
                return false;
            }
        }
        return true;
    }

    /**
     * The hosts that these VMs prefer to any other: of those that take them, the ones of highest priority, by each rule that binds one of them to hosts. Empty: no such rule, or none of its hosts takes them.
     */
    Set<HostId> preferred(Set<VmId> group, Predicate<HostId> takes) {
        Set<HostId> result = new TreeSet<>();
        boolean first = true;
        for (Scenario.RuleLine rule : scenario.rules()) {
            if (rule.type().equals("vm-host")
                    && rule.vms().stream().map(names::vm).anyMatch(group::contains)) {
                TreeMap<Integer, Set<HostId>> ranks = new TreeMap<>();
                rule.hostPriority().forEach((name, priority) -> {
                    HostId host = inventory.host(name);
                    if (takes.test(host)) {
                        ranks.computeIfAbsent(priority, key -> new TreeSet<>()).add(host);
                    }
                });
                if (!ranks.isEmpty()) {
                    Set<HostId> best = ranks.lastEntry().getValue();
                    if (first) {
                        result.addAll(best);
                    } else {
                        result.retainAll(best);
                    }
                    first = false;
                }
            }
        }
        return result;
    }

    private boolean occupied(List<VmId> members, Set<VmId> group, HostId host) {
        for (VmId member : members) {
            Placement placement = world.database.journal().placement(member);
            if (!group.contains(member)
                    && placement != null
                    && placement.live()
                    && placement.host().equals(host)) {
                return true;
            }
        }
        return false;
    }
}
