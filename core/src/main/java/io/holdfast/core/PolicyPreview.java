package io.holdfast.core;

import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.LeaseStatus;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Nic;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.policy.Action;
import io.holdfast.core.policy.PolicyRows;
import io.holdfast.core.policy.PolicyTable;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which VMs another policy table would treat otherwise, shown before it is saved (safety argument, section 7): right now, by the planes of their hosts as they are, and row by
 * row for whatever may come.
 */
public final class PolicyPreview {
    private PolicyPreview() {}

    /**
     * One VM that the other table would treat otherwise.
     *
     * @param row index of the row of the table that applies to it now
     */
    public record Difference(VmId vm, HostId host, int row, Action now, Action then) {}

    /** VMs that would be treated otherwise right now if the cluster had the other table. A VM's own rows stay. */
    public static List<Difference> now(State state, PolicyTable other) {
        if (other.rows().size() != PolicyTable.ROWS) {
            return List.of();
        }
        return now(state, vm -> other.with(vm.ha().policy()));
    }

    /** The VM, if it would be treated otherwise right now with these rows of its own (null: none). */
    public static List<Difference> now(State state, VmId of, @Nullable PolicyRows own) {
        PolicyTable cluster = state.cluster().settings().policy();
        return now(state, vm -> cluster.with(vm.id().equals(of) ? own : vm.ha().policy()));
    }

    /** Why a cluster may not have this table, or null. */
    public static @Nullable Rejected refusal(PolicyTable table) {
        return Checks.policy(table);
    }

    /** Why a VM may not have these rows of its own, or null. */
    public static @Nullable Rejected refusal(@Nullable PolicyRows own) {
        return Checks.policy(own);
    }

    private static List<Difference> now(State state, Function<Vm, PolicyTable> other) {
        List<Difference> result = new ArrayList<>();
        Turn turn = new Turn(state, new Now(Math.max(1, state.working.lastEventNanos()), 0));
        for (Placement placement : state.placements().values()) {
            Vm vm = state.vms().get(placement.vm());
            if (!placement.live() || vm == null) {
                continue;
            }
            int row = row(turn, vm, placement.servingHost());
            Action now = Judge.policy(turn, vm).rows().get(row);
            Action then = other.apply(vm).rows().get(row);
            if (now != then) {
                result.add(new Difference(vm.id(), placement.servingHost(), row, now, then));
            }
        }
        return result;
    }

    /** The row of the table that applies to a VM on its host now. */
    private static int row(Turn turn, Vm vm, HostId host) {
        HostHealth health = turn.health(host);
        LeaseView leases = health.suspicion() == null ? null : LeaseView.of(turn, host);
        boolean storage = leases != null
                ? leases.stale(turn.settings().lease().lossMillis())
                : vm.datastores().stream().anyMatch(datastore -> lost(health, datastore));
        boolean business = leases != null
                ? leases.businessFault() && !vm.nics().isEmpty()
                : vm.nics().stream().map(Nic::network).anyMatch(health.networksDown()::containsKey);
        return PolicyTable.index(health.suspicion() != null, storage, business);
    }

    private static boolean lost(HostHealth health, DatastoreId datastore) {
        LeaseStatus lease = health.lease(datastore);
        return lease != null && !lease.held();
    }
}
