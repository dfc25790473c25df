package io.holdfast.manager.power;

/**
 * Reads and switches the power of hosts. Calls block, up to a hard time limit of their own, and never throw for what a BMC does: an
 * unreachable BMC is a value. A switched-off reading is what the BMC says <em>after</em> the command was given, read back by a question of its own.
 */
public interface PowerControl {
    /** Asks for the power state. */
    PowerReading read(Bmc bmc);

    /** Cuts the power at once, then reads it back. */
    PowerReading powerOff(Bmc bmc);

    /** Switches the power on, then reads it back. */
    PowerReading powerOn(Bmc bmc);
}
