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

    private static final long SECOND = 1_000_000_000L;
    private final World world;
    private final Journal journal;
    private LeadershipRow row = LeadershipRow.NOBODY;
    /** The leadership row as each data node holds it, which may be an old one. */
    private final LeadershipRow[] copies = {LeadershipRow.NOBODY, LeadershipRow.NOBODY};

    private boolean arbiterUp = true;
    private final boolean[] current = {true, true};
    /** The next transactions of this manager are committed, but it is not told. */
    private final int[] unanswered = new int[2];

    /** The next transactions of this manager are committed late, or never, and it is not told. */
    private final int[] late = new int[2];

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

    /** The row as this manager's own node holds it, whoever is with it: one copy in four has not caught up. */
    LeadershipRow glimpse(int manager) {
        if (serves(manager)) {
            catchUp(manager);
        }
        return copies[manager];
    }

    private void catchUp(int manager) {
        if (!copies[manager].equals(row) && !world.dice().percent(25)) {
            copies[manager] = row;
        }
    }

    private void write(int manager, LeadershipRow written) {
        row = written;
        copies[manager] = written;
        int other = 1 - manager;
        if (nodeUp(other) && peers(manager, other)) {
            catchUp(other);
        }
    }

    public void arbiter(boolean up) {
        arbiterUp = up;
        world.networkChanged();
    }

    public void loseAnswer(int manager) {
        unanswered[manager]++;
    }

    public void landLate(int manager) {
        late[manager]++;
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
        write(manager, after);
        return answer(manager);
    }

    Outcome renew(int manager, String holder, long epoch) {
        if (!serves(manager)) {
            return Outcome.UNAVAILABLE;
        }
        if (row.epoch() != epoch || !row.holder().equals(holder)) {
            return Outcome.DEPOSED;
        }
        write(manager, new LeadershipRow(holder, epoch, row.beat() + 1));
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
        write(manager, new LeadershipRow("", epoch, row.beat() + 1));
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
        if (late[manager] > 0) {
            late[manager]--;
            long longest = world.dice().percent(50) ? SECOND : 20 * SECOND;
            world.at(world.now() + world.dice().between(0, longest), () -> landLate(manager, epoch, changes));
            return Outcome.UNKNOWN;
        }
        apply(epoch, changes);
        return answer(manager);
    }

    /** It touches the leadership row as every transaction does. */
    private void landLate(int manager, long epoch, List<Change> changes) {
        boolean lands = serves(manager) && (row.epoch() == epoch || !world.rules.rowChecked());
        world.say("database", "a transaction of epoch " + epoch + (lands ? " lands late" : " is rolled back late"));
        if (lands) {
            apply(epoch, changes);
            committedBy(manager);
        }
    }

    private void apply(long epoch, List<Change> changes) {
        for (Change change : changes) {
            world.truth.beforeChange(journal, epoch, change, changes);
            journal.apply(change);
        }
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
