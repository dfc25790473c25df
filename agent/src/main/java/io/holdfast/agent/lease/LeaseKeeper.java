package io.holdfast.agent.lease;

import io.holdfast.agent.rule.LeaseRule;
import io.holdfast.agent.rule.LeaseRule.Phase;
import io.holdfast.agent.rule.LeaseTimes;
import io.holdfast.agent.rule.StorageSpeed;
import io.holdfast.agent.state.LeaseMemory;
import io.holdfast.protocol.lease.Decoded;
import io.holdfast.protocol.lease.HostSlot;
import io.holdfast.protocol.lease.LeaseAreaLayout;
import io.holdfast.protocol.lease.LeaseHeader;
import io.holdfast.protocol.lease.PlaneView;
import io.holdfast.protocol.lease.SlotRun;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renews this host's lease on one datastore (safety argument, section 4). {@link #step} is called by a thread of its own and is the only
 * place that touches the storage; what the rule says can be asked by any thread and never waits for storage.
 */
public final class LeaseKeeper {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseKeeper.class);
    /** A restarted agent may not know of the last renewals before its death; its first must differ from all of them. */
    private static final long SEQUENCE_GAP = 1024;

    private static final Duration WAIT_FOR_REAPING = Duration.ofMillis(20);

    /** Who this host is on this datastore. */
    public record Identity(String clusterId, String datastoreId, String hostId, int slot) {}

    /** What the slot says besides the lease itself. */
    public record Contents(PlaneView management, PlaneView business, List<SlotRun> runs) {}

    /** The rest of the agent, as a lease sees it. All methods return at once. */
    public interface Surroundings {
        /** A VM process with a disk on this datastore lives, or may live. */
        boolean vmsAlive(String datastoreId);

        Contents contents();

        /** Something changed that a decision may wait for. */
        void changed();
    }

    private final Identity identity;
    private final LeaseTimes times;
    private final LeaseArea area;
    private final LeaseMemory memory;
    private final Surroundings surroundings;
    private final LongSupplier bootNanos;

    private LeaseRule rule;
    private long sequence;
    private volatile long mailboxAcknowledged;
    private volatile String error = "no renewal yet";
    private volatile int lastWriteMillis;
    private volatile StorageSpeed speed;

    public LeaseKeeper(
            Identity identity,
            LeaseTimes times,
            LeaseArea area,
            LeaseMemory memory,
            Surroundings surroundings,
            LongSupplier bootNanos)
            throws IOException {
        this.identity = identity;
        this.times = times;
        this.area = area;
        this.memory = memory;
        this.surroundings = surroundings;
        this.bootNanos = bootNanos;
        speed = StorageSpeed.unknown(times);
        rule = memory.renewed()
                .map(r -> LeaseRule.restored(times, r.generation(), r.lastStartNanos(), bootNanos.getAsLong()))
                .orElse(LeaseRule.none(times));
        sequence = memory.renewed().map(r -> r.sequence() + SEQUENCE_GAP).orElse(0L);
        mailboxAcknowledged = memory.obeyed().commandId();
    }

    public Identity identity() {
        return identity;
    }

    public LeaseTimes times() {
        return times;
    }

    /** The rule as of now. */
    public synchronized LeaseRule rule() {
        rule = rule.tick(bootNanos.getAsLong());
        return rule;
    }

    public synchronized long sequence() {
        return sequence;
    }

    /** Empty while renewals succeed. */
    public String error() {
        return error;
    }

    public int lastWriteMillis() {
        return lastWriteMillis;
    }

    /** Renewals have been slow persistently. */
    public boolean slow() {
        return speed.slow();
    }

    /** The next renewal tells that this mailbox command has been carried out. */
    public void acknowledgeMailbox(long commandId) {
        mailboxAcknowledged = commandId;
    }

    /** One renewal, or the beginning of a generation, or nothing while VMs of a lost one are being reaped. Gives the time to wait. */
    public Duration step() {
        LeaseRule now = rule();
        try {
            return switch (now.phase()) {
                case NONE, LOST -> beginOrWait(now);
                case BEGINNING, HELD -> renew(now);
            };
        } catch (IOException e) {
            speed = speed.failed();
            report(e.getMessage() == null ? e.toString() : e.getMessage());
            return Duration.ofNanos(Math.min(times.renewNanos() / 4, 250_000_000));
        }
    }

    private Duration beginOrWait(LeaseRule over) throws IOException {
        if (surroundings.vmsAlive(identity.datastoreId())) {
            error = "generation " + over.generation() + " is over; waiting for the VMs there to be reaped";
            return WAIT_FOR_REAPING;
        }
        checkHeader();
        long highest = Math.max(Math.max(slotGeneration(), memory.generation()), over.generation());
        memory.generationBegins(highest + 1);
        synchronized (this) {
            rule = rule.begin(highest + 1, surroundings.vmsAlive(identity.datastoreId()));
        }
        LOG.info("{}: generation {} begins", identity.datastoreId(), highest + 1);
        return Duration.ZERO;
    }

    private void checkHeader() throws IOException {
        byte[] sector = area.read(LeaseAreaLayout.HEADER_OFFSET, LeaseAreaLayout.SECTOR_BYTES);
        switch (LeaseHeader.decode(sector)) {
            case Decoded.Empty<LeaseHeader> empty ->
                throw new IOException("the lease area isn't laid out yet; add the datastore in the manager");
            case Decoded.Unreadable<LeaseHeader>(String why) ->
                throw new IOException(
                        "the lease area's header is unreadable (" + why + "); check that the LUN or path is right");
            case Decoded.Present<LeaseHeader>(LeaseHeader header) -> {
                if (!header.clusterId().equals(identity.clusterId())
                        || !header.datastoreId().equals(identity.datastoreId())) {
                    throw new IOException("the lease area belongs to datastore " + header.datastoreId() + " of cluster "
                            + header.clusterId() + "; check that the LUN or path is right");
                }
            }
        }
    }

    /** An unreadable slot counts as unwritten: the highest generation is on this host's own disk too. */
    private long slotGeneration() throws IOException {
        byte[] sector = area.read(LeaseAreaLayout.slotOffset(identity.slot()), LeaseAreaLayout.SECTOR_BYTES);
        if (!(HostSlot.decode(sector) instanceof Decoded.Present<HostSlot>(HostSlot slot))) {
            return 0;
        }
        if (!slot.hostId().equals(identity.hostId())) {
            throw new IOException("slot " + identity.slot() + " belongs to host " + slot.hostId()
                    + "; two hosts were given the same slot, correct it in the manager");
        }
        return slot.generation();
    }

    private Duration renew(LeaseRule current) throws IOException {
        Contents contents = surroundings.contents();
        long number;
        synchronized (this) {
            number = ++sequence;
        }
        HostSlot slot = new HostSlot(
                identity.hostId(),
                current.generation(),
                number,
                contents.management(),
                contents.business(),
                mailboxAcknowledged,
                true,
                contents.runs());
        byte[] sector = slot.encode();
        long start = bootNanos.getAsLong();
        area.write(LeaseAreaLayout.slotOffset(identity.slot()), sector, LeaseArea.Durability.ACKNOWLEDGED);
        long end = bootNanos.getAsLong();
        lastWriteMillis = (int) ((end - start) / 1_000_000);
        speed = speed.took(end - start);
        LeaseRule after;
        synchronized (this) {
            rule = rule.renewAcknowledged(current.generation(), start, end);
            after = rule;
        }
        if (after.phase() == Phase.HELD) {
            memory.renewed(new LeaseMemory.Renewed(after.generation(), number, after.lastStartNanos()));
            recovered(current.phase() == Phase.BEGINNING);
        }
        return Duration.ofNanos(Math.max(0, start + times.renewNanos() - bootNanos.getAsLong()));
    }

    private void recovered(boolean first) {
        if (!error.isEmpty()) {
            LOG.info("{}: lease is being renewed", identity.datastoreId());
            error = "";
            surroundings.changed();
        } else if (first) {
            surroundings.changed();
        }
    }

    private void report(String why) {
        if (!why.equals(error)) {
            LOG.warn("{}: lease can't be renewed: {}", identity.datastoreId(), why);
            error = why;
        }
    }
}
