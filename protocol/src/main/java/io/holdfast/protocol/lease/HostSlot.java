package io.holdfast.protocol.lease;

import static java.util.Objects.requireNonNull;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The lease of a host (safety argument, section 4), rewritten at each renewal: the sequence grows by one with each, the generation with
 * each new beginning after a loss.
 *
 * @param management what the host says of its management network
 * @param business what the host says of its business networks
 * @param mailboxAcknowledged id of the last mailbox command carried out, 0: none
 * @param complete whether {@code runs} is all there is; false when the sector was too small for all
 * @param runs VMs that live here, and ended runs that the manager has not yet acknowledged; ended ones first
 */
public record HostSlot(
        String hostId,
        long generation,
        long sequence,
        PlaneView management,
        PlaneView business,
        long mailboxAcknowledged,
        boolean complete,
        List<SlotRun> runs) {
    private static final String MAGIC = "HFLS";

    public HostSlot {
        requireNonNull(hostId, "hostId is null");
        requireNonNull(management, "management is null");
        requireNonNull(business, "business is null");
        runs = List.copyOf(runs);
    }

    /** Encodes as many runs as fit, ended ones first (they are proofs), and marks the list as incomplete when some don't. */
    public byte[] encode() {
        List<SlotRun> ordered =
                new ArrayList<>(runs.stream().filter(SlotRun::ended).toList());
        ordered.addAll(runs.stream().filter(run -> !run.ended()).toList());
        return Sector.encode(LeaseAreaLayout.SECTOR_BYTES, MAGIC, buffer -> {
            Sector.putText(buffer, hostId);
            buffer.putLong(generation).putLong(sequence);
            buffer.put((byte) management.ordinal()).put((byte) business.ordinal());
            buffer.putLong(mailboxAcknowledged);
            int header = buffer.position();
            buffer.put((byte) 0).putShort((short) 0);
            int written = putRuns(buffer, ordered);
            buffer.put(header, (byte) (complete && written == ordered.size() ? 1 : 0));
            buffer.putShort(header + 1, (short) written);
        });
    }

    private static int putRuns(ByteBuffer buffer, List<SlotRun> ordered) {
        int written = 0;
        for (SlotRun run : ordered) {
            int needed = Sector.vmIdBytes(run.vmId()) + Long.BYTES + 1;
            if (buffer.remaining() < needed) {
                break;
            }
            Sector.putVmId(buffer, run.vmId());
            buffer.putLong(run.run()).put((byte) (run.ended() ? 1 : 0));
            written++;
        }
        return written;
    }

    public static Decoded<HostSlot> decode(byte[] sector) {
        return Sector.decode(sector, LeaseAreaLayout.SECTOR_BYTES, MAGIC, buffer -> {
            String hostId = Sector.text(buffer);
            long generation = buffer.getLong();
            long sequence = buffer.getLong();
            PlaneView management = PlaneView.of(buffer.get());
            PlaneView business = PlaneView.of(buffer.get());
            long acknowledged = buffer.getLong();
            boolean complete = buffer.get() == 1;
            int count = Short.toUnsignedInt(buffer.getShort());
            List<SlotRun> runs = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                runs.add(new SlotRun(Sector.vmId(buffer), buffer.getLong(), buffer.get() == 1));
            }
            return new HostSlot(hostId, generation, sequence, management, business, acknowledged, complete, runs);
        });
    }
}
