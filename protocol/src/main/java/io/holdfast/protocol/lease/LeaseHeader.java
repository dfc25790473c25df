package io.holdfast.protocol.lease;

import static java.util.Objects.requireNonNull;

/**
 * First sector of a lease area: whose it is, and the lease times (milliseconds, clock error in parts per million) in force when it was
 * laid out. The times are information for people; the ones in force come from the manager.
 */
public record LeaseHeader(
        String clusterId,
        String datastoreId,
        int renewMillis,
        int lossMillis,
        int killMillis,
        int watchdogMillis,
        int inFlightMillis,
        int expiryMillis,
        int clockRateErrorPpm) {
    private static final String MAGIC = "HOLDFAST";

    public LeaseHeader {
        requireNonNull(clusterId, "clusterId is null");
        requireNonNull(datastoreId, "datastoreId is null");
    }

    public byte[] encode() {
        return Sector.encode(LeaseAreaLayout.SECTOR_BYTES, MAGIC, buffer -> {
            Sector.putText(buffer, clusterId);
            Sector.putText(buffer, datastoreId);
            buffer.putInt(renewMillis).putInt(lossMillis).putInt(killMillis).putInt(watchdogMillis);
            buffer.putInt(inFlightMillis).putInt(expiryMillis).putInt(clockRateErrorPpm);
        });
    }

    public static Decoded<LeaseHeader> decode(byte[] sector) {
        return Sector.decode(
                sector,
                LeaseAreaLayout.SECTOR_BYTES,
                MAGIC,
                buffer -> new LeaseHeader(
                        Sector.text(buffer),
                        Sector.text(buffer),
                        buffer.getInt(),
                        buffer.getInt(),
                        buffer.getInt(),
                        buffer.getInt(),
                        buffer.getInt(),
                        buffer.getInt(),
                        buffer.getInt()));
    }
}
