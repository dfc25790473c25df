package io.holdfast.manager.power;

import io.holdfast.core.health.PowerState;

/**
 * The outcome of one question to a BMC.
 *
 * @param state what it said; only OFF can become a proof (safety argument, section 3)
 * @param detail for everything but ON and OFF: the reason, in one line; empty otherwise
 * @param millis how long the question took
 */
public record PowerReading(PowerState state, String detail, long millis) {}
