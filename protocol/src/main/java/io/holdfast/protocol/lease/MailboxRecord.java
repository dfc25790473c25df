package io.holdfast.protocol.lease;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;

/**
 * A command of the manager to a host that it can't reach over the network (safety argument, section 4, Mailbox), written by another host.
 *
 * @param epoch leadership epoch of the manager that gave it; a host refuses one lower than the highest it has seen
 * @param commandId grows with each command to this host; the host acknowledges it in its slot when it has been carried out
 */
public record MailboxRecord(long epoch, long commandId, MailboxCommand command) {
    private static final String MAGIC = "HFMB";
    private static final byte STOP_VM = 1;
    private static final byte FENCE_SELF = 2;
    private static final byte REPORT = 3;

    public MailboxRecord {
        requireNonNull(command, "command is null");
    }

    public byte[] encode() {
        return Sector.encode(LeaseAreaLayout.SECTOR_BYTES, MAGIC, buffer -> {
            buffer.putLong(epoch).putLong(commandId);
            switch (command) {
                case MailboxCommand.StopVm stop -> {
                    buffer.put(STOP_VM);
                    Sector.putVmId(buffer, stop.vmId());
                    buffer.putLong(stop.run());
                }
                case MailboxCommand.FenceSelf fence -> buffer.put(FENCE_SELF);
                case MailboxCommand.Report report -> buffer.put(REPORT);
            }
        });
    }

    public static Decoded<MailboxRecord> decode(byte[] sector) {
        return Sector.decode(
                sector,
                LeaseAreaLayout.SECTOR_BYTES,
                MAGIC,
                buffer -> new MailboxRecord(buffer.getLong(), buffer.getLong(), command(buffer)));
    }

    private static MailboxCommand command(ByteBuffer buffer) {
        byte kind = buffer.get();
        return switch (kind) {
            case STOP_VM -> new MailboxCommand.StopVm(Sector.vmId(buffer), buffer.getLong());
            case FENCE_SELF -> new MailboxCommand.FenceSelf();
            case REPORT -> new MailboxCommand.Report();
            default -> throw new IllegalArgumentException("unknown mailbox command " + kind);
        };
    }
}
