package io.holdfast.protocol.lease;

import static java.util.Objects.requireNonNull;

/** One run of a VM in a host slot: alive there, or ended (its process has been reaped). */
public record SlotRun(String vmId, long run, boolean ended) {
    public SlotRun {
        requireNonNull(vmId, "vmId is null");
    }
}
