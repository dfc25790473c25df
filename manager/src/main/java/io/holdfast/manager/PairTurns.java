package io.holdfast.manager;

import io.holdfast.core.Change;
import io.holdfast.core.Durable;
import io.holdfast.core.Event;
import io.holdfast.core.State;
import io.holdfast.core.TimelineEntry;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.leadership.LeadershipEnd;
import io.holdfast.core.text.Message;
import io.holdfast.manager.lead.PairLeadership;
import io.holdfast.manager.lead.Taking;
import io.holdfast.manager.rest.EventHub;
import io.holdfast.manager.store.Database;
import io.holdfast.manager.store.DeposedException;
import io.holdfast.manager.store.Ledger;
import io.holdfast.manager.store.StorageException;
import io.holdfast.manager.store.SwitchOverRecord;
import io.holdfast.manager.store.SwitchOverRecord.Cause;
import io.holdfast.manager.store.Transaction;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What one of a pair does when it begins to lead, ends, or follows; called on one thread. */
final class PairTurns implements PairLeadership.Acts {
    private static final Logger LOG = LoggerFactory.getLogger(PairTurns.class);
    private static final long NOTHING = -1;

    private final Parts parts;
    /** The journal's number up to which the loops have been given everything. */
    private long followed = NOTHING;

    private boolean rehearsed;
    private @Nullable SwitchOverRecord begun;
    private volatile boolean handingOver;

    /**
     * What it works on.
     *
     * @param holder id of this process in the leadership row
     * @param loop makes the loop of a cluster, not yet started
     * @param createFirst stores the first cluster of an empty database
     * @param migrate brings the schema up to date
     */
    record Parts(
            String node,
            String holder,
            Ledger ledger,
            Clusters clusters,
            Function<State, ClusterLoop> loop,
            Runnable createFirst,
            Runnable migrate,
            EventHub hub,
            LongSupplier wallMillis) {}

    PairTurns(Parts parts) {
        this.parts = parts;
    }

    /** Nothing more is taken in until the leadership has been given up. */
    void handOver() {
        handingOver = true;
    }

    boolean handingOver() {
        return handingOver;
    }

    @Override
    public void begin(Taking taking) {
        Ledger ledger = parts.ledger();
        checkSchema();
        SwitchOverRecord record;
        try {
            record = record(taking);
            ledger.lead(parts.holder(), record);
        } catch (DeposedException lost) {
            LOG.info("{}", lost.getMessage());
            return;
        }
        if (ledger.clusters().isEmpty()) {
            parts.createFirst().run();
        }
        boolean moved = ledger.journalSequence() != followed;
        followed = NOTHING;
        if (taking.cause() != Cause.STALL) {
            parts.hub().renew(UUID.randomUUID().toString().substring(0, 8));
        }
        for (ClusterId cluster : ledger.clusters()) {
            ClusterLoop known = loop(cluster);
            ClusterLoop loop = known == null ? add(ledger.load(cluster)) : known;
            loop.takeOver(taking.epoch(), moved ? ledger.load(cluster) : null);
        }
        handingOver = false;
        begun = record;
    }

    @Override
    public void begun() {
        SwitchOverRecord record = begun;
        begun = null;
        if (record != null) {
            tell(record);
        }
    }

    /** A line in the timeline of every cluster. */
    private void tell(SwitchOverRecord record) {
        Message message = switch (record.cause()) {
            case FIRST -> null;
            case PLANNED -> Message.MANAGER_HANDED_OVER;
            case TAKEOVER -> Message.MANAGER_TOOK_OVER;
            case RESTART -> Message.MANAGER_RESTARTED;
            case STALL -> Message.MANAGER_STALLED;
        };
        if (message == null) {
            return;
        }
        List<String> arguments = switch (record.cause()) {
            case FIRST, RESTART, STALL -> List.of(record.to());
            case PLANNED -> List.of(record.from(), record.to());
            case TAKEOVER -> List.of(record.from(), record.to(), Long.toString(record.durationMillis()));
        };
        TimelineEntry line = new TimelineEntry(
                record.atWallMillis(), TimelineEntry.Severity.WARNING, message, arguments, null, null, null);
        try {
            for (ClusterLoop loop : parts.clusters().all()) {
                parts.ledger()
                        .commit(new Transaction(
                                loop.cluster(),
                                "SwitchOver",
                                List.of(new Change.AppendTimeline(line)),
                                Map.of(),
                                null,
                                record.epoch()));
            }
        } catch (DeposedException lost) {
            LOG.info("{}", lost.getMessage());
        }
    }

    private void checkSchema() {
        int present = parts.ledger().schemaVersion();
        if (present > Database.SCHEMA_VERSION) {
            throw new IllegalStateException("The database's schema has version " + present
                    + ", this program knows up to " + Database.SCHEMA_VERSION + ": upgrade this node");
        }
        if (present < Database.SCHEMA_VERSION) {
            parts.migrate().run();
        }
    }

    private SwitchOverRecord record(Taking taking) {
        String from = taking.from();
        Cause cause = taking.cause();
        List<SwitchOverRecord> last = from.isEmpty() ? parts.ledger().switchOvers(1) : List.of();
        if (!last.isEmpty()) {
            from = last.getFirst().to();
            cause = cause == Cause.FIRST ? Cause.PLANNED : cause;
        }
        return new SwitchOverRecord(
                taking.epoch(), parts.wallMillis().getAsLong(), cause, from, parts.node(), taking.durationMillis());
    }

    @Override
    public void end(long epoch, LeadershipEnd reason) {
        followed = NOTHING;
        handingOver = false;
        parts.clusters().all().forEach(loop -> loop.learn(Event.LostLeadership::new));
        parts.hub().endStreams();
    }

    @Override
    public void follow() {
        long sequence = parts.ledger().journalSequence();
        if (sequence == followed) {
            return;
        }
        for (ClusterId cluster : parts.ledger().clusters()) {
            Durable durable = parts.ledger().load(cluster);
            ClusterLoop known = loop(cluster);
            if (known == null) {
                add(durable);
            } else {
                known.follow(durable);
            }
        }
        followed = sequence;
        if (!rehearsed) {
            rehearsed = true;
            rehearse();
        }
    }

    private void rehearse() {
        try {
            parts.ledger().rehearse();
        } catch (StorageException collided) {
            // The leader's transactions come first; most of it has been done by then.
            LOG.debug("The rehearsal ended early: {}", collided.getMessage());
        }
    }

    private ClusterLoop add(Durable durable) {
        ClusterLoop loop = parts.loop().apply(State.restore(durable));
        parts.clusters().add(loop);
        loop.start();
        return loop;
    }

    private @Nullable ClusterLoop loop(ClusterId cluster) {
        return parts.clusters().all().stream()
                .filter(loop -> loop.cluster().equals(cluster))
                .findFirst()
                .orElse(null);
    }
}
