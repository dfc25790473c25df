package io.holdfast.protocol.lease;

import java.nio.BufferOverflowException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;

/**
 * The frame that all records share: a magic of ASCII letters, the layout version, the body (big-endian), zeros, and in the last four bytes
 * the CRC-32C of everything before. The check catches torn writes and foreign data; it's no protection against an attacker.
 */
final class Sector {
    static final short VERSION = 1;
    private static final int CHECKSUM_BYTES = 4;
    /** Marks a VM id that is written as text rather than as the 16 bytes of a UUID. */
    private static final int UUID_MARK = 0;

    private static final Pattern UUID_FORM =
            Pattern.compile("[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private Sector() {}

    static byte[] encode(int size, String magic, Consumer<ByteBuffer> body) {
        ByteBuffer buffer = ByteBuffer.allocate(size);
        buffer.put(magic.getBytes(StandardCharsets.US_ASCII)).putShort(VERSION).limit(size - CHECKSUM_BYTES);
        try {
            body.accept(buffer);
        } catch (BufferOverflowException e) {
            throw new IllegalArgumentException("the record doesn't fit into " + size + " bytes", e);
        }
        buffer.limit(size).position(size - CHECKSUM_BYTES).putInt(checksum(buffer.array()));
        return buffer.array();
    }

    static <T> Decoded<T> decode(byte[] bytes, int size, String magic, Function<ByteBuffer, T> body) {
        if (bytes.length != size) {
            return new Decoded.Unreadable<>("expected " + size + " bytes, got " + bytes.length);
        }
        if (isZero(bytes)) {
            return new Decoded.Empty<>();
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (!text(buffer, magic.length()).equals(magic)) {
            return new Decoded.Unreadable<>("not a record of this kind (magic is wrong)");
        }
        short version = buffer.getShort();
        if (version != VERSION) {
            return new Decoded.Unreadable<>("layout version " + version + ", this program reads " + VERSION);
        }
        if (ByteBuffer.wrap(bytes).getInt(size - CHECKSUM_BYTES) != checksum(bytes)) {
            return new Decoded.Unreadable<>("the checksum is wrong: a torn write or foreign data");
        }
        buffer.limit(size - CHECKSUM_BYTES);
        try {
            return new Decoded.Present<>(body.apply(buffer));
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            return new Decoded.Unreadable<>("the content is malformed: " + e.getMessage());
        }
    }

    static void putText(ByteBuffer buffer, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > 255) {
            throw new IllegalArgumentException("text of " + bytes.length + " bytes, at most 255 fit: " + text);
        }
        buffer.put((byte) bytes.length).put(bytes);
    }

    static String text(ByteBuffer buffer) {
        return text(buffer, Byte.toUnsignedInt(buffer.get()));
    }

    private static String text(ByteBuffer buffer, int length) {
        byte[] bytes = new byte[length];
        buffer.get(bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** VM ids are UUIDs in practice and take 17 bytes then; any other text of 1 to 255 bytes is kept as it is. */
    static void putVmId(ByteBuffer buffer, String vmId) {
        if (vmId.isEmpty()) {
            throw new IllegalArgumentException("the VM id is empty");
        }
        if (isUuid(vmId)) {
            UUID uuid = UUID.fromString(vmId);
            buffer.put((byte) UUID_MARK).putLong(uuid.getMostSignificantBits()).putLong(uuid.getLeastSignificantBits());
        } else {
            putText(buffer, vmId);
        }
    }

    /** How many bytes {@link #putVmId} takes. */
    static int vmIdBytes(String vmId) {
        return 1 + (isUuid(vmId) ? 2 * Long.BYTES : vmId.getBytes(StandardCharsets.UTF_8).length);
    }

    private static boolean isUuid(String vmId) {
        return vmId.length() == 36 && UUID_FORM.matcher(vmId).matches();
    }

    static String vmId(ByteBuffer buffer) {
        int length = Byte.toUnsignedInt(buffer.get());
        return length == UUID_MARK ? new UUID(buffer.getLong(), buffer.getLong()).toString() : text(buffer, length);
    }

    private static boolean isZero(byte[] bytes) {
        for (byte b : bytes) {
            if (b != 0) {
                return false;
            }
        }
        return true;
    }

    private static int checksum(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - CHECKSUM_BYTES);
        return (int) crc.getValue();
    }
}
