package io.holdfast.core.health;

import io.holdfast.core.inventory.VmId;

/** One VM as a host's lease slot shows it. */
public record SlotVm(VmId vm, long run, boolean ended) {}
