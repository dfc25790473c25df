package io.holdfast.simulator.world;

import io.holdfast.core.health.PlaneState;
import io.holdfast.core.health.SlotVm;
import java.util.List;

/** What stands in a host's slot of a lease area. */
public record SlotContent(
        long generation,
        long sequence,
        PlaneState management,
        PlaneState business,
        long mailboxAcknowledged,
        List<SlotVm> vms) {
    /** Never written. */
    public static final SlotContent EMPTY = new SlotContent(0, 0, PlaneState.UNKNOWN, PlaneState.UNKNOWN, 0, List.of());
}
