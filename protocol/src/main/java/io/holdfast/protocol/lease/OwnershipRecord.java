package io.holdfast.protocol.lease;

import static java.util.Objects.requireNonNull;

/** Who may run a VM (safety argument, section 1): written by the host's agent before it starts QEMU; a higher run makes it refuse. */
public record OwnershipRecord(String vmId, long run, String hostId) {
    private static final String MAGIC = "HFOW";

    public OwnershipRecord {
        requireNonNull(vmId, "vmId is null");
        requireNonNull(hostId, "hostId is null");
    }

    public byte[] encode() {
        return Sector.encode(LeaseAreaLayout.OWNERSHIP_BYTES, MAGIC, buffer -> {
            Sector.putVmId(buffer, vmId);
            buffer.putLong(run);
            Sector.putText(buffer, hostId);
        });
    }

    public static Decoded<OwnershipRecord> decode(byte[] sector) {
        return Sector.decode(
                sector,
                LeaseAreaLayout.OWNERSHIP_BYTES,
                MAGIC,
                buffer -> new OwnershipRecord(Sector.vmId(buffer), buffer.getLong(), Sector.text(buffer)));
    }
}
