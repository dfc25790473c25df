package io.holdfast.agent.lease;

import io.holdfast.agent.rule.LeaseRule;
import io.holdfast.agent.rule.LeaseTimes;
import io.holdfast.agent.rule.ObserverRule;
import io.holdfast.protocol.lease.Decoded;
import io.holdfast.protocol.lease.HostSlot;
import io.holdfast.protocol.lease.LeaseAreaLayout;
import io.holdfast.protocol.lease.MailboxRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the slots of the other hosts of one datastore and this host's mailbox, every r/2 and once more exactly when a slot's time E is up.
 * {@link #step} is called by a thread of its own.
 */
public final class LeaseObserver {
    private static final Logger LOG = LoggerFactory.getLogger(LeaseObserver.class);
    /** Slots at most this far apart are read in one go. */
    private static final int GAP = 8;

    /** A host to watch. */
    public record Subject(String hostId, int slot) {}

    /**
     * What is known of one host's slot, as of the latest successful read.
     *
     * @param unchangedNanos see {@link ObserverRule}
     * @param slot empty: never written, or unreadable
     * @param observerHeld this host's own lease was held at the latest read
     */
    public record Observation(Subject subject, long unchangedNanos, Optional<HostSlot> slot, boolean observerHeld) {}

    private final LeaseKeeper keeper;
    private final LeaseArea area;
    private final LongSupplier monotonicNanos;
    private final Consumer<MailboxRecord> mailbox;
    private final Runnable changed;
    private final Map<String, ObserverRule<ByteBuffer>> rules = new HashMap<>();
    private volatile List<Subject> subjects = List.of();
    private volatile List<Observation> observations = List.of();
    private ByteBuffer lastMailbox = ByteBuffer.allocate(0);
    private boolean failing;

    /** {@code mailbox} is given each new content of this host's mailbox sector; {@code changed} is run when a decision may wait for it. */
    public LeaseObserver(
            LeaseKeeper keeper,
            LeaseArea area,
            LongSupplier monotonicNanos,
            Consumer<MailboxRecord> mailbox,
            Runnable changed) {
        this.keeper = keeper;
        this.area = area;
        this.monotonicNanos = monotonicNanos;
        this.mailbox = mailbox;
        this.changed = changed;
    }

    public void watch(List<Subject> hosts) {
        subjects = hosts.stream().sorted(Comparator.comparingInt(Subject::slot)).toList();
    }

    public List<Observation> observations() {
        return observations;
    }

    /** One look at everything. Gives the time to wait. */
    public Duration step() {
        long begun = monotonicNanos.getAsLong();
        try {
            look();
            if (failing) {
                LOG.info(
                        "{}: the slots of the other hosts can be read again",
                        keeper.identity().datastoreId());
                failing = false;
            }
        } catch (IOException e) {
            if (!failing) {
                LOG.warn(
                        "{}: the slots of the other hosts can't be read: {}",
                        keeper.identity().datastoreId(),
                        e.getMessage());
                failing = true;
            }
        }
        return Duration.ofNanos(Math.max(0, next(begun) - monotonicNanos.getAsLong()));
    }

    private long next(long begun) {
        LeaseTimes times = keeper.times();
        long now = monotonicNanos.getAsLong();
        long next = begun + times.renewNanos() / 2;
        for (ObserverRule<ByteBuffer> rule : rules.values()) {
            long expiryRead = rule.expiryReadNanos(times);
            if (rule.unchangedNanos() < times.expiryNanos() && expiryRead > now) {
                next = Math.min(next, expiryRead);
            }
        }
        return next;
    }

    private void look() throws IOException {
        List<Subject> hosts = subjects;
        List<Observation> seen = new ArrayList<>();
        for (int from = 0; from < hosts.size(); ) {
            int to = from + 1;
            while (to < hosts.size() && hosts.get(to).slot() - hosts.get(to - 1).slot() <= GAP) {
                to++;
            }
            readGroup(hosts.subList(from, to), seen);
            from = to;
        }
        rules.keySet().retainAll(hosts.stream().map(Subject::hostId).toList());
        boolean decisive = decisive(observations, seen);
        observations = List.copyOf(seen);
        if (decisive) {
            changed.run();
        }
        readMailbox();
    }

    private void readGroup(List<Subject> group, List<Observation> seen) throws IOException {
        int first = group.getFirst().slot();
        int count = group.getLast().slot() - first + 1;
        long start = monotonicNanos.getAsLong();
        byte[] bytes = area.read(LeaseAreaLayout.slotOffset(first), count * LeaseAreaLayout.SECTOR_BYTES);
        long end = monotonicNanos.getAsLong();
        boolean held = keeper.rule().phase() == LeaseRule.Phase.HELD;
        for (Subject subject : group) {
            byte[] sector = new byte[LeaseAreaLayout.SECTOR_BYTES];
            System.arraycopy(bytes, (subject.slot() - first) * LeaseAreaLayout.SECTOR_BYTES, sector, 0, sector.length);
            ObserverRule<ByteBuffer> rule = rules.getOrDefault(subject.hostId(), ObserverRule.unread())
                    .read(ByteBuffer.wrap(sector), start, end);
            rules.put(subject.hostId(), rule);
            Optional<HostSlot> slot = HostSlot.decode(sector) instanceof Decoded.Present<HostSlot>(HostSlot present)
                            && present.hostId().equals(subject.hostId())
                    ? Optional.of(present)
                    : Optional.empty();
            seen.add(new Observation(subject, rule.unchangedNanos(), slot, held));
        }
    }

    private boolean decisive(List<Observation> before, List<Observation> after) {
        long expiry = keeper.times().expiryNanos();
        for (Observation now : after) {
            Observation then = before.stream()
                    .filter(o -> o.subject().equals(now.subject()))
                    .findFirst()
                    .orElse(null);
            boolean expiredNow = now.unchangedNanos() >= expiry && (then == null || then.unchangedNanos() < expiry);
            if (expiredNow || acknowledged(now) != (then == null ? 0 : acknowledged(then))) {
                return true;
            }
        }
        return false;
    }

    private static long acknowledged(Observation observation) {
        return observation.slot().map(HostSlot::mailboxAcknowledged).orElse(0L);
    }

    private void readMailbox() throws IOException {
        byte[] sector =
                area.read(LeaseAreaLayout.mailboxOffset(keeper.identity().slot()), LeaseAreaLayout.SECTOR_BYTES);
        ByteBuffer content = ByteBuffer.wrap(sector);
        if (content.equals(lastMailbox)) {
            return;
        }
        lastMailbox = content;
        switch (MailboxRecord.decode(sector)) {
            case Decoded.Empty<MailboxRecord> empty -> {}
            case Decoded.Unreadable<MailboxRecord>(String why) ->
                LOG.warn("{}: the mailbox is unreadable: {}", keeper.identity().datastoreId(), why);
            case Decoded.Present<MailboxRecord>(MailboxRecord letter) -> mailbox.accept(letter);
        }
    }
}
