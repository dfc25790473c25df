package io.holdfast.manager.store;

import io.holdfast.core.Durable;
import io.holdfast.core.arbiter.ArbiterPlacement;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.recovery.Failover;
import java.util.List;
import java.util.Optional;

/**
 * The durable side of the manager. What {@link #commit} has returned from survives a power cut; what it has thrown on may or may not be there.
 *
 * <p>Every method throws {@link StorageException} when the database fails.
 */
public interface Ledger extends AutoCloseable {
    /** Takes the leadership for this holder and gives the new epoch, one above every epoch before (safety argument, section 2). */
    long takeLeadership(String holder);

    /**
     * Begins to write under the epoch that this holder has taken through {@link LeadershipStore}, and keeps the record of the taking. What is
     * loaded afterwards is what the former leader has left.
     *
     * @throws DeposedException the row is not this holder's any more
     */
    void lead(String holder, SwitchOverRecord taking) throws DeposedException;

    /**
     * Does once what a new leader does first, and takes it all back: a standby whose code has never run needs a second for its first transaction,
     * and the leadership row is locked meanwhile.
     */
    void rehearse();

    /** Version of the schema that the database holds. */
    int schemaVersion();

    /** Number of the latest transaction; while it stands still, so does everything that {@link #load} gives. */
    long journalSequence();

    /**
     * Stores a transaction, provided that the leadership taken last is still held.
     *
     * @return the timeline lines among its changes, with their ids
     * @throws DeposedException another manager leads; nothing was stored
     */
    List<TimelineRecord> commit(Transaction transaction) throws DeposedException;

    /** Ids of all clusters. */
    List<ClusterId> clusters();

    /** Everything durable of a cluster, to restore its state from. */
    Durable load(ClusterId cluster);

    /** Lines of the timeline. */
    List<TimelineRecord> timeline(TimelineQuery query);

    /** Fail-overs of a cluster, open and closed, newest first. */
    List<Failover> failovers(ClusterId cluster, int limit);

    /** One fail-over. */
    Optional<Failover> failover(ClusterId cluster, String id);

    /** The answer that was given under this idempotency key. */
    Optional<OperationRecord> operation(String key);

    /** A BMC password by its reference. */
    Optional<String> secret(String reference);

    /** Takings of the leadership, newest first. */
    List<SwitchOverRecord> switchOvers(int limit);

    /** Where the arbiter was placed last; empty: never by an agent. */
    Optional<ArbiterPlacement> arbiter();

    /** How long the last commit took, in nanoseconds; 0 before the first. */
    long lastCommitNanos();

    @Override
    void close();
}
