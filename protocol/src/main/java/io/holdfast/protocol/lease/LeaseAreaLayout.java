package io.holdfast.protocol.lease;

/** Where each record lies in a lease area. Offsets and sizes are bytes; the table is in docs/architecture.md. */
public final class LeaseAreaLayout {
    /** Size of the whole area. */
    public static final long AREA_BYTES = 16L << 20;
    /** Size of header, probe sector, host slot and mailbox; also the alignment that direct I/O gets at least. */
    public static final int SECTOR_BYTES = 4096;
    /** Size of the ownership record of a VM: one 512-byte disk sector, which disks write whole or not at all. */
    public static final int OWNERSHIP_BYTES = 512;

    public static final long HEADER_OFFSET = 0;
    public static final long PROBE_OFFSET = 4096;
    public static final int SLOTS = 250;
    public static final int OWNERSHIP_RECORDS = 8192;

    private static final long FIRST_SLOT = 65_536;
    private static final long FIRST_MAILBOX = 2L << 20;
    private static final long FIRST_OWNERSHIP = 4L << 20;

    private LeaseAreaLayout() {}

    /** Offset of the slot of a host, slot 0 to 249. */
    public static long slotOffset(int slot) {
        return FIRST_SLOT + (long) SECTOR_BYTES * checked(slot, SLOTS, "slot");
    }

    /** Offset of the mailbox of a host, slot 0 to 249. */
    public static long mailboxOffset(int slot) {
        return FIRST_MAILBOX + (long) SECTOR_BYTES * checked(slot, SLOTS, "slot");
    }

    /** Offset of a VM's ownership record, index 0 to 8191. */
    public static long ownershipOffset(int index) {
        return FIRST_OWNERSHIP + (long) OWNERSHIP_BYTES * checked(index, OWNERSHIP_RECORDS, "ownership index");
    }

    private static int checked(int value, int limit, String what) {
        if (value < 0 || value >= limit) {
            throw new IllegalArgumentException(what + " " + value + " lies outside 0.." + (limit - 1));
        }
        return value;
    }
}
