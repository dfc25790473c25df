package io.holdfast.core.placement;

import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.recovery.Waiting;
import java.util.List;
import java.util.SortedMap;

/**
 * A joint plan for all VMs that are to be placed.
 *
 * @param placed host of each VM that has one
 * @param refused why each other one has none
 * @param givenUp soft rules that do not hold in it, and the VM for which each was given up
 */
public record Plan(SortedMap<VmId, HostId> placed, SortedMap<VmId, Waiting> refused, List<GivenUp> givenUp) {
    /** A soft rule that does not hold, so that this VM runs. */
    public record GivenUp(RuleId rule, VmId vm) {}
}
