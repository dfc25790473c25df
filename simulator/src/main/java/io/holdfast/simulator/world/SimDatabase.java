package io.holdfast.simulator.world;

import io.holdfast.core.Change;
import io.holdfast.core.Durable;
import io.holdfast.core.leadership.LeadershipRow;
import java.util.List;

/**
 * The replicated database of the two managers and the arbiter: a node answers only while it is with a majority that holds everything
 * committed. A data node that was away holds an old copy until it has met the others again.
 */
public final class SimDatabase {
    /** What a transaction came to, as its client sees it. */
    public enum Outcome {
        COMMITTED,
        /** The leadership row was not of this epoch: rolled back. */
        DEPOSED,
        /** No quorum: certainly not committed. */
        UNAVAILABLE,
        /** The connection broke: committed or not. */
        UNKNOWN
    }

    private final World world;
    private final Journal journal;
    private LeadershipRow row = LeadershipRow.NOBODY;
    private boolean arbiterUp = true;
    private final boolean[] current = {true, true};
    /** The next transactions of this manager are committed, but it is not told. */
    private final int[] unanswered = new int[2];

    SimDatabase(World world, Durable start) {
        this.world = world;
        journal = new Journal(start);
    }

    public Journal journal() {
        return journal;
    }

    public LeadershipRow row() {
        return row;
    }

    public void arbiter(boolean up) {
        arbiterUp = up;
        world.networkChanged();
    }

    public void loseAnswer(int manager) {
        unanswered[manager]++;
    }

    private boolean peers(int one, int other) {
        int base = world.hosts.size();
        return world.network.bothWays(base + one, base + other);
    }

    private boolean nodeUp(int manager) {
        return world.managers.get(manager).nodeUp();
    }

    /** The node's copy is current and a majority is with it. Nodes that meet a current one in a majority become current. */
    boolean serves(int manager) {
        if (!nodeUp(manager)) {
            return false;
        }
        int other = 1 - manager;
        boolean withOther = nodeUp(other) && peers(manager, other);
        boolean withArbiter = arbiterUp && peers(manager, 2);
        if (withOther && (current[manager] || current[other])) {
            current[manager] = true;
            current[other] = true;
            return true;
        }
        return withArbiter && current[manager];
    }

    private void committedBy(int manager) {
        int other = 1 - manager;
        if (!nodeUp(other) || !peers(manager, other)) {
            current[other] = false;
        }
    }

    /** Changes the row from exactly {@code before}. */
    Outcome take(int manager, LeadershipRow before, LeadershipRow after) {
        if (!serves(manager)) {
            return Outcome.UNAVAILABLE;
        }
        if (row.epoch() != before.epoch() || row.beat() != before.beat()) {
            return Outcome.DEPOSED;
        }
        row = after;
        return answer(manager);
    }

    Outcome renew(int manager, String holder, long epoch) {
        if (!serves(manager)) {
            return Outcome.UNAVAILABLE;
        }
        if (row.epoch() != epoch || !row.holder().equals(holder)) {
            return Outcome.DEPOSED;
        }
        row = new LeadershipRow(holder, epoch, row.beat() + 1);
        return answer(manager);
    }

    /** Gives the row up. */
    Outcome release(int manager, String holder, long epoch) {
        if (!serves(manager)) {
            return Outcome.UNAVAILABLE;
        }
        if (row.epoch() != epoch || !row.holder().equals(holder)) {
            return Outcome.DEPOSED;
        }
        row = new LeadershipRow("", epoch, row.beat() + 1);
        return answer(manager);
    }

    /** One transaction of the leader: it touches the row of its epoch, or is rolled back. */
    Outcome commit(int manager, long epoch, List<Change> changes) {
        if (!serves(manager)) {
            return Outcome.UNAVAILABLE;
        }
        if (world.rules.rowChecked() && row.epoch() != epoch) {
            return Outcome.DEPOSED;
        }
        for (Change change : changes) {
            world.truth.beforeChange(journal, epoch, change, changes);
            journal.apply(change);
        }
        return answer(manager);
    }

    private Outcome answer(int manager) {
        committedBy(manager);
        if (unanswered[manager] > 0) {
            unanswered[manager]--;
            return Outcome.UNKNOWN;
        }
        return Outcome.COMMITTED;
    }
}
