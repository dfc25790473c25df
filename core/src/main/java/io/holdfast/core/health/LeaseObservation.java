package io.holdfast.core.health;

import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import java.util.List;

/**
 * What a host reads in the lease slot of another one.
 *
 * @param generation 0: never written, or cannot be decoded
 * @param unchangedMillis how long the slot has been unchanged, by the observer's monotonic clock, from the end of the read that first showed
 *     the present value to the start of the latest successful read
 * @param observerHeld the observer's own lease on this datastore was held at the latest read
 */
public record LeaseObservation(
        DatastoreId datastore,
        HostId host,
        long generation,
        long sequence,
        long unchangedMillis,
        boolean observerHeld,
        PlaneState management,
        PlaneState business,
        long mailboxAcknowledged,
        List<SlotVm> vms) {
    public LeaseObservation {
        vms = List.copyOf(vms);
    }
}
