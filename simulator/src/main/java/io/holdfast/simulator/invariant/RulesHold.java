package io.holdfast.simulator.invariant;

import io.holdfast.core.Change;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.Placement;
import io.holdfast.simulator.world.Invariant;
import io.holdfast.simulator.world.Journal;
import io.holdfast.simulator.world.World;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Section 8, 7: must-rules hold in every new placement, against all placements of the same transaction and before. */
public final class RulesHold implements Invariant {
    @Override
    public void beforeChange(World world, Journal journal, long epoch, Change change, List<Change> transaction) {
        if (!(change instanceof Change.PutPlacement put) || !put.placement().live()) {
            return;
        }
        Placement before = journal.placement(put.placement().vm());
        if (before != null && put.placement().run() <= before.highestRun()) {
            return; // The same run, or what is left of a live migration.
        }
        TreeMap<VmId, List<HostId>> where = new TreeMap<>();
        for (Placement placement : journal.placements()) {
            note(where, placement);
        }
        for (Change other : transaction) {
            if (other instanceof Change.PutPlacement placed) {
                note(where, placed.placement());
            }
        }
        for (Rule rule : journal.rules()) {
            String broken = broken(rule, put.placement(), where);
            if (broken != null) {
                throw violated(put.placement().vm() + " is placed on "
                        + put.placement().host() + " against rule " + rule.id() + ": " + broken);
            }
        }
    }

    private static void note(TreeMap<VmId, List<HostId>> where, Placement placement) {
        if (placement.live()) {
            // In live migration it may be left on either.
            where.put(placement.vm(), List.of(placement.host(), placement.servingHost()));
        } else {
            where.remove(placement.vm());
        }
    }

    private static @Nullable String broken(Rule rule, Placement placement, TreeMap<VmId, List<HostId>> where) {
        if (!rule.vms().contains(placement.vm())) {
            return null;
        }
        return switch (rule) {
            case Rule.VmHost hosts ->
                hosts.strict()
                                && hosts.hosts().stream()
                                        .noneMatch(each -> each.host().equals(placement.host()))
                        ? "not one of its hosts"
                        : null;
            case Rule.Apart apart -> apart.strict() && meets(apart.vms(), placement, where, true) ? "not apart" : null;
            case Rule.Together together ->
                // A group that is moved live moves one after the other.
                together.strict() && !placement.migrating() && meets(together.vms(), placement, where, false)
                        ? "not together"
                        : null;
            case Rule.DependsOn depends -> null;
        };
    }

    /** Whether another VM of the rule is on the same host, or on another one. */
    private static boolean meets(List<VmId> vms, Placement placement, TreeMap<VmId, List<HostId>> where, boolean same) {
        for (VmId vm : vms) {
            List<HostId> hosts = where.getOrDefault(vm, List.of());
            boolean there = hosts.contains(placement.host());
            if (!vm.equals(placement.vm()) && !hosts.isEmpty() && there == same) {
                return true;
            }
        }
        return false;
    }
}
