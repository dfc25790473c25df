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
import io.holdfast.core.policy.PolicyTable;
import java.util.ArrayList;
import java.util.List;

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

    /** VMs that run, follow the cluster's table, and would be treated otherwise right now. */
    public static List<Difference> now(State state, PolicyTable other) {
        List<Difference> result = new ArrayList<>();
        if (other.rows().size() != PolicyTable.DEFAULT.rows().size()) {
            return result;
        }
        PolicyTable present = state.cluster().settings().policy();
        Turn turn = new Turn(state, new Now(Math.max(1, state.working.lastEventNanos()), 0));
        for (Placement placement : state.placements().values()) {
            Vm vm = state.vms().get(placement.vm());
            if (!placement.live() || vm == null || vm.ha().policy() != null) {
                continue;
            }
            int row = row(turn, vm, placement.servingHost());
            if (present.rows().get(row) != other.rows().get(row)) {
                result.add(new Difference(
                        vm.id(),
                        placement.servingHost(),
                        row,
                        present.rows().get(row),
                        other.rows().get(row)));
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
