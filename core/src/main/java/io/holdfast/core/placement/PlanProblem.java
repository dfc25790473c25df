package io.holdfast.core.placement;

import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.PlacementScore;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.VmId;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Everything that one joint plan depends on.
 *
 * @param running hosts of the VMs that rules speak of and that run already; a host that may not take VMs may stand here
 */
public record PlanProblem(
        List<PlanHost> hosts,
        List<PlanVm> vms,
        Map<VmId, HostId> running,
        Collection<Rule> rules,
        PlacementScore score) {}
