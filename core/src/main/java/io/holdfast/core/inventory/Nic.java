package io.holdfast.core.inventory;

/** A network interface of a VM. */
public record Nic(String network, String mac) {}
