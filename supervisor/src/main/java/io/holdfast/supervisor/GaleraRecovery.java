package io.holdfast.supervisor;

import java.time.Duration;
import java.util.Optional;

/**
 * What to do when no primary component forms by itself after a crash: the pure rule of the recipe, made stricter.
 *
 * <p>Problem: after a crash of several nodes each one alone can't know whether the others hold later acknowledged writes, or are serving right
 * now. Insight: an acknowledged write is on every data node of the primary component of its time, and every primary component holds at least
 * one of the two data nodes. So when both copies are on the table, with both databases <em>ended</em>, nobody is serving, and the copy that has
 * come further holds every acknowledged write.
 *
 * <p>The rule has two steps, so that no decision rests on a moving position:
 * <ol>
 *   <li>Both nodes answer each other and both have been without a primary component for longer than {@link #PATIENCE}: each one <em>lays its
 *       database open</em>: ends it and reads its position from disk.</li>
 *   <li>Both are laid open, with the same history: the higher position (at equal positions the greater name) bootstraps; the other one stays
 *       laid open until it sees the first one primary, then joins.</li>
 * </ol>
 * One data node alone never bootstraps. Different histories, or a position that can't be read: nobody bootstraps, an operator decides.
 *
 * <p>Why never two: both bootstrapping would need each to have seen the other laid open with a lower position. Positions don't change while laid
 * open, a report is used for at most {@link #FRESH}, and whoever leaves the state lays itself open again only after {@link #PATIENCE} at the
 * earliest; so both would have compared the same two positions, and the order of positions is total.
 */
public final class GaleraRecovery {

    /** The recipe's 45 s: {@code pc.wait_prim_timeout} (30 s) and Galera's own recovery from saved views have had their chance. */
    public static final Duration PATIENCE = Duration.ofSeconds(45);

    /** Not less than this: the proof above needs it to be longer than a report is used. */
    public static final Duration LEAST_PATIENCE = Duration.ofSeconds(6);

    /** A peer's report counts for this long, from the start of the request that fetched it. */
    public static final Duration FRESH = Duration.ofSeconds(3);

    /** Laid open without an outcome for this long: start it as usual and count anew. */
    public static final Duration OPEN_LIMIT = Duration.ofSeconds(60);

    /** Without a primary component for this long, an operator is asked ("no primary for 2 min" of the recipe). */
    public static final Duration ALARM_AFTER = Duration.ofSeconds(120);

    /** What the rule says. */
    public enum Advice {
        /** Go on waiting. */
        WAIT,
        /** End the database and read its position. */
        LAY_OPEN,
        /** Start it as a new component with this copy. */
        BOOTSTRAP,
        /** Start it as a member. */
        JOIN,
        /** The rule can't decide: histories differ or a position is unknown. */
        OPERATOR
    }

    private GaleraRecovery() {}

    /**
     * The rule.
     *
     * @param own what this node would report now
     * @param patience {@link #PATIENCE}; the same on both nodes
     * @param openFor how long this node's database has been laid open and its position read; empty when it isn't
     * @param peer the peer's report, only if it is fresh
     */
    public static Advice advise(
            PeerReport own, Duration patience, Optional<Duration> openFor, Optional<PeerReport> peer) {
        if (openFor.isEmpty()) {
            boolean both = peer.filter(other -> waited(own, patience) && waited(other, patience))
                    .isPresent();
            return both ? Advice.LAY_OPEN : Advice.WAIT;
        }
        if (peer.filter(PeerReport::primary).isPresent()) {
            return Advice.JOIN;
        }
        if (openFor.get().compareTo(OPEN_LIMIT) >= 0) {
            return Advice.JOIN;
        }
        return peer.filter(PeerReport::laidOpen)
                .map(other -> compare(own, other))
                .orElse(Advice.WAIT);
    }

    private static Advice compare(PeerReport own, PeerReport other) {
        if (own.position().isEmpty() || other.position().isEmpty()) {
            return Advice.OPERATOR;
        }
        Position mine = own.position().get();
        Position theirs = other.position().get();
        if (!mine.history().equals(theirs.history()) || own.name().equals(other.name())) {
            return Advice.OPERATOR;
        }
        int order = Long.compare(mine.sequence(), theirs.sequence());
        boolean ahead = order > 0 || (order == 0 && own.name().compareTo(other.name()) > 0);
        return ahead ? Advice.BOOTSTRAP : Advice.WAIT;
    }

    private static boolean waited(PeerReport report, Duration patience) {
        return !report.primary() && report.notPrimaryFor().compareTo(patience) > 0;
    }
}
