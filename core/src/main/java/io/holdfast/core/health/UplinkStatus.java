package io.holdfast.core.health;

/** An interface that carries a business network. */
public record UplinkStatus(String interfaceName, String network, boolean carrier, boolean adminUp) {}
