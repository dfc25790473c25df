package io.holdfast.manager.power;

/**
 * The outcome of one question to a BMC.
 *
 * @param state what it said
 * @param detail for UNREACHABLE and WRONG_PASSWORD: the reason, in one line; empty otherwise
 * @param millis how long the question took
 */
public record PowerReading(PowerState state, String detail, long millis) {}
