package io.holdfast.core.placement;

import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import java.util.List;

/**
 * The authority over a VM's disks (safety argument, section 1): at most one per VM. It stays after the run has ended, so that runs go on counting.
 *
 * @param run grows by one with every new placement of the VM
 * @param hostBootId boot of the host for which it was made: a later boot proves that the run has ended
 * @param generations the host's lease generation per datastore of the VM; the start command names them, an agent of a later one refuses
 * @param ended empty: a process of this run may be alive. Else the proofs that together cover every writable disk: no writer is left
 */
public record Placement(
        VmId vm, long run, HostId host, String hostBootId, List<LeaseGeneration> generations, List<Proof> ended) {
    public Placement {
        generations = List.copyOf(generations);
        ended = List.copyOf(ended);
    }

    /** A process of this run may be alive. */
    public boolean live() {
        return ended.isEmpty();
    }

    /** The host's lease generation on a datastore for which this was made; 0: none. */
    public long generationOn(DatastoreId datastore) {
        for (LeaseGeneration generation : generations) {
            if (generation.datastore().equals(datastore)) {
                return generation.generation();
            }
        }
        return 0;
    }

    /** This placement with the proofs that it has ended. */
    public Placement endedBy(List<Proof> proofs) {
        return new Placement(vm, run, host, hostBootId, generations, proofs);
    }
}
