package io.holdfast.agent.link;

import com.google.protobuf.ByteString;
import io.holdfast.agent.lease.DatastoreLease;
import io.holdfast.agent.lease.FileLeaseArea;
import io.holdfast.agent.lease.LeaseArea;
import io.holdfast.agent.lease.LeaseAreas;
import io.holdfast.agent.lease.Leases;
import io.holdfast.agent.vm.Results;
import io.holdfast.protocol.agent.Command;
import io.holdfast.protocol.agent.CommandResult;
import io.holdfast.protocol.agent.Datastore;
import io.holdfast.protocol.agent.LeaseProfile;
import io.holdfast.protocol.agent.Peer;
import io.holdfast.protocol.agent.ProbeDatastore;
import io.holdfast.protocol.agent.Welcome;
import io.holdfast.protocol.agent.WriteMailbox;
import io.holdfast.protocol.lease.Decoded;
import io.holdfast.protocol.lease.LeaseAreaLayout;
import io.holdfast.protocol.lease.LeaseHeader;
import io.holdfast.protocol.lease.MailboxCommand;
import io.holdfast.protocol.lease.MailboxRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;

/** Commands about lease areas: prove that a datastore is shared, lay it out, write another host's mailbox. */
public final class DatastoreCommands {
    private static final int LONGEST_TOKEN = 1024;

    private final Leases leases;
    private final LeaseAreas areas;
    private final Supplier<Welcome> welcome;

    public DatastoreCommands(Leases leases, LeaseAreas areas, Supplier<Welcome> welcome) {
        this.leases = leases;
        this.areas = areas;
        this.welcome = welcome;
    }

    /** Writes the token into the probe sector, or reads it; lays out the lease area before when asked and when it's blank. */
    public CommandResult probe(Command command) {
        ProbeDatastore probe = command.getProbeDatastore();
        LeaseProfile profile = welcome.get().getLease();
        try (LeaseArea area = areas.open(probe.getDatastore(), Leases.times(profile))) {
            if (probe.getInitialise()) {
                Optional<String> refusal = layOut(area, probe.getDatastore(), profile);
                if (refusal.isPresent()) {
                    return Results.refused(command.getOperationId(), "lease-area-foreign", refusal.get());
                }
            }
            if (probe.getWriteToken().isEmpty()) {
                return Results.done(command.getOperationId()).toBuilder()
                        .setToken(readToken(area))
                        .build();
            }
            writeToken(area, probe.getWriteToken());
            return Results.done(command.getOperationId());
        } catch (IOException | IllegalArgumentException e) {
            return Results.failed(
                    command.getOperationId(),
                    "datastore " + probe.getDatastore().getDatastoreId() + ": " + e.getMessage());
        }
    }

    private Optional<String> layOut(LeaseArea area, Datastore datastore, LeaseProfile profile) throws IOException {
        if (datastore.hasSharedPath()) {
            FileLeaseArea.create(Path.of(datastore.getSharedPath().getPath()));
        }
        String cluster = welcome.get().getClusterId();
        byte[] sector = area.read(LeaseAreaLayout.HEADER_OFFSET, LeaseAreaLayout.SECTOR_BYTES);
        return switch (LeaseHeader.decode(sector)) {
            case Decoded.Present<LeaseHeader>(LeaseHeader header) ->
                header.clusterId().equals(cluster) && header.datastoreId().equals(datastore.getDatastoreId())
                        ? Optional.empty()
                        : Optional.of("asked to lay out a lease area where there's one of datastore "
                                + header.datastoreId() + " of cluster " + header.clusterId()
                                + "; use another LUN or path, or erase its first 4096 bytes");
            case Decoded.Unreadable<LeaseHeader>(String why) ->
                Optional.of("asked to lay out a lease area where there's other data (" + why
                        + "); use another LUN or path, or erase its first 4096 bytes");
            case Decoded.Empty<LeaseHeader> empty -> {
                area.write(
                        LeaseAreaLayout.HEADER_OFFSET,
                        header(cluster, datastore.getDatastoreId(), profile).encode(),
                        LeaseArea.Durability.FLUSHED);
                yield Optional.empty();
            }
        };
    }

    private static LeaseHeader header(String cluster, String datastore, LeaseProfile p) {
        return new LeaseHeader(
                cluster,
                datastore,
                p.getRenewMillis(),
                p.getLossMillis(),
                p.getKillMillis(),
                p.getWatchdogMillis(),
                p.getInFlightMillis(),
                p.getExpiryMillis(),
                p.getClockRateErrorPpm());
    }

    private static void writeToken(LeaseArea area, ByteString token) throws IOException {
        if (token.size() > LONGEST_TOKEN) {
            throw new IOException("the token has " + token.size() + " bytes, at most " + LONGEST_TOKEN + " fit");
        }
        ByteBuffer sector = ByteBuffer.allocate(LeaseAreaLayout.SECTOR_BYTES);
        sector.putInt(token.size()).put(token.asReadOnlyByteBuffer());
        area.write(LeaseAreaLayout.PROBE_OFFSET, sector.array(), LeaseArea.Durability.FLUSHED);
    }

    private static ByteString readToken(LeaseArea area) throws IOException {
        ByteBuffer sector = ByteBuffer.wrap(area.read(LeaseAreaLayout.PROBE_OFFSET, LeaseAreaLayout.SECTOR_BYTES));
        int size = sector.getInt();
        return size < 0 || size > LONGEST_TOKEN ? ByteString.EMPTY : ByteString.copyFrom(sector, size);
    }

    /** Writes a command of the manager into the mailbox of another host. */
    public CommandResult writeMailbox(Command command) {
        WriteMailbox letter = command.getWriteMailbox();
        String id = command.getOperationId();
        Optional<DatastoreLease> lease = leases.find(letter.getDatastoreId());
        Optional<Integer> slot = welcome.get().getPeersList().stream()
                .filter(peer -> peer.getHostId().equals(letter.getHostId()))
                .map(Peer::getLeaseSlot)
                .findFirst();
        if (lease.isEmpty() || slot.isEmpty()) {
            return Results.refused(
                    id,
                    "unknown-mailbox",
                    "asked to write the mailbox of host " + letter.getHostId() + " on datastore "
                            + letter.getDatastoreId()
                            + ", one of which this host doesn't know; it will with the next Welcome");
        }
        MailboxRecord mailbox = new MailboxRecord(command.getEpoch(), letter.getCommandId(), content(letter));
        try {
            lease.get().use(area -> {
                area.write(LeaseAreaLayout.mailboxOffset(slot.get()), mailbox.encode(), LeaseArea.Durability.FLUSHED);
                return true;
            });
            return Results.done(id);
        } catch (IOException e) {
            return Results.failed(id, "mailbox of host " + letter.getHostId() + ": " + e.getMessage());
        }
    }

    private static MailboxCommand content(WriteMailbox letter) {
        return switch (letter.getKindCase()) {
            case STOP_VM ->
                new MailboxCommand.StopVm(
                        letter.getStopVm().getVmId(), letter.getStopVm().getRun());
            case FENCE -> new MailboxCommand.FenceSelf();
            case REPORT, KIND_NOT_SET -> new MailboxCommand.Report();
        };
    }
}
