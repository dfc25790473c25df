package io.holdfast.manager.power;

/**
 * Reads and cuts the power of hosts. Calls block, up to a hard time limit of their own, and never throw for what a BMC does: an unreachable
 * BMC is a value.
 */
public interface PowerControl {
    /** Asks for the power state. */
    PowerReading read(BmcAccess bmc);

    /** Cuts the power at once. OFF means that the BMC took the command; whether the power is off is read afterwards ({@link #read}). */
    PowerReading powerOff(BmcAccess bmc);
}
