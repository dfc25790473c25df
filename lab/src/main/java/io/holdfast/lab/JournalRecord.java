package io.holdfast.lab;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * One record of a guest's disk journal, as {@code guest/init.c} writes it.
 *
 * @param vm name of the VM that wrote it
 * @param boot boot id of the guest's kernel
 * @param run of the VM, 0 when the guest wasn't told
 * @param sequence in this boot, from 1
 * @param slot its own place on the disk, in records
 * @param uptimeNanos the guest's uptime when it was written
 */
record JournalRecord(String vm, String boot, long run, long sequence, long slot, long uptimeNanos) {

    /** Size on the disk, in bytes: one sector. */
    static final int BYTES = 512;

    private static final int MAGIC = 'H' | 'F' << 8 | 'J' << 16 | '1' << 24;
    private static final int NAME_OFFSET = 8;
    private static final int NAME_BYTES = 32;
    private static final int BOOT_OFFSET = 40;
    private static final int BOOT_BYTES = 36;
    private static final int RUN_OFFSET = 80;
    private static final int CRC_OFFSET = 508;

    /** The record in this sector, or nothing when it holds none (the journal's end, or a torn write). */
    static Optional<JournalRecord> decode(byte[] sector) {
        ByteBuffer buffer = ByteBuffer.wrap(sector).order(ByteOrder.LITTLE_ENDIAN);
        CRC32 crc = new CRC32();
        crc.update(sector, 0, CRC_OFFSET);
        int nameLength = buffer.getInt(4);
        if (buffer.getInt(0) != MAGIC
                || buffer.getInt(CRC_OFFSET) != (int) crc.getValue()
                || nameLength < 0
                || nameLength > NAME_BYTES) {
            return Optional.empty();
        }
        return Optional.of(new JournalRecord(
                new String(sector, NAME_OFFSET, nameLength, StandardCharsets.UTF_8),
                new String(sector, BOOT_OFFSET, BOOT_BYTES, StandardCharsets.US_ASCII),
                buffer.getLong(RUN_OFFSET),
                buffer.getLong(RUN_OFFSET + 8),
                buffer.getLong(RUN_OFFSET + 16),
                buffer.getLong(RUN_OFFSET + 24)));
    }

    /** The sector that holds it. */
    byte[] encode() {
        ByteBuffer buffer = ByteBuffer.allocate(BYTES).order(ByteOrder.LITTLE_ENDIAN);
        byte[] name = vm.getBytes(StandardCharsets.UTF_8);
        buffer.putInt(0, MAGIC).putInt(4, name.length);
        buffer.put(NAME_OFFSET, name);
        buffer.put(BOOT_OFFSET, boot.getBytes(StandardCharsets.US_ASCII));
        buffer.putLong(RUN_OFFSET, run)
                .putLong(RUN_OFFSET + 8, sequence)
                .putLong(RUN_OFFSET + 16, slot)
                .putLong(RUN_OFFSET + 24, uptimeNanos);
        CRC32 crc = new CRC32();
        crc.update(buffer.array(), 0, CRC_OFFSET);
        buffer.putInt(CRC_OFFSET, (int) crc.getValue());
        return buffer.array();
    }
}
