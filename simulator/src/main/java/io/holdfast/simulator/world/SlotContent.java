package io.holdfast.simulator.world;

import io.holdfast.core.health.PlaneState;
import io.holdfast.core.health.SlotVm;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

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

    /** Written out because every read of a slot asks it. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other
                || (other instanceof SlotContent content
                        && sequence == content.sequence
                        && generation == content.generation
                        && management == content.management
                        && business == content.business
                        && mailboxAcknowledged == content.mailboxAcknowledged
                        && vms.equals(content.vms));
    }

    @Override
    public int hashCode() {
        return Objects.hash(generation, sequence, management, business, mailboxAcknowledged, vms);
    }
}
