package io.holdfast.core.health;

import io.holdfast.core.inventory.VmId;

/** One run of a VM in a report. */
public record VmStatus(VmId vm, long run, VmState state, EndCause endCause, String detail, GuestHeartbeat heartbeat) {
    /** A run whose guest has not answered. */
    public VmStatus(VmId vm, long run, VmState state, EndCause endCause, String detail) {
        this(vm, run, state, endCause, detail, GuestHeartbeat.NONE);
    }
}
