package io.holdfast.core.arbiter;

import io.holdfast.core.arbiter.ArbiterPlacement.Cause;
import io.holdfast.core.inventory.HostId;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * When the arbiter is set up elsewhere, and where: the leader's memory of it as a value, and one pure step.
 *
 * <table>
 * <caption>What is done</caption>
 * <tr><th>seen</th><th>done</th></tr>
 * <tr><td>no pair, and none is being set up, for {@link #NO_PAIR_NANOS}</td><td>withdrawn</td></tr>
 * <tr><td>not both databases primary</td><td>nothing: only while both data nodes form the primary component does a new member change no majority</td></tr>
 * <tr><td>its host is removed, or worked on</td><td>moved; while the vote of a host that can't be told still counts, it waits</td></tr>
 * <tr><td>its vote is missing, its host dead, both for {@link #DEAD_NANOS}</td><td>moved</td></tr>
 * <tr><td>its vote is missing for {@link #MISSING_NANOS}</td><td>moved, to another host</td></tr>
 * </table>
 *
 * <p>The vote is missing when the database counts fewer than three members. What the arbiter's host says doesn't matter then, and while three are counted nothing is wrong with the arbiter,
 * whatever the manager's own network shows: so no second one is ever set up beside one that is counted, but in a planned move, whose former one ends at its agent's next word.
 *
 * @param generation of the placement that this is about
 * @param missingNanos monotonic instant since which the vote is missing; null: it is counted
 * @param unpairedNanos monotonic instant since which there is no pair; null: there is
 * @param failed hosts on which it was lost, and when
 */
public record ArbiterRule(
        long generation,
        @Nullable Long missingNanos,
        @Nullable Long unpairedNanos,
        PSortedMap<HostId, Long> failed) {
    /** More than an evicted member needs to be back by itself (5 s, measured), and than a restart of the program. */
    public static final long MISSING_NANOS = 10_000_000_000L;

    /** The verdict is certain; the database must only have noticed too. */
    public static final long DEAD_NANOS = 1_000_000_000L;

    /** A new one has so long to be counted before it is taken for lost there. */
    public static final long SETTLE_NANOS = 20_000_000_000L;

    /** So long a host on which it was lost is taken only if there is no other. */
    public static final long AVOID_NANOS = 600_000_000_000L;

    /** The set-up's own steps are shorter. */
    public static final long NO_PAIR_NANOS = 5_000_000_000L;

    private static final int ALL_VOTES = 3;

    /** Before anything was seen. */
    public static final ArbiterRule BEGIN = new ArbiterRule(-1, null, null, TreePMap.empty());

    /**
     * What is seen.
     *
     * @param pair there are two management nodes; or they are being set up or taken apart, {@code settingUp}
     * @param bothPrimary both nodes' databases are members of the primary component, seen lately
     * @param members how many members the database counts; 0: not known
     * @param hosts of all clusters
     */
    public record Seen(
            long nowNanos,
            boolean pair,
            boolean settingUp,
            boolean bothPrimary,
            int members,
            List<ArbiterCandidate> hosts) {}

    /**
     * What comes out.
     *
     * @param next the memory
     * @param vote whether the arbiter's vote is counted; null: not known
     * @param move what is to be done; empty: nothing
     * @param stuck it should move, and no host can take it
     */
    public record Outcome(ArbiterRule next, @Nullable Boolean vote, Optional<Move> move, boolean stuck) {}

    /** To that host, or to none. */
    public record Move(@Nullable ArbiterCandidate to, Cause cause) {}

    /** One look. */
    public Outcome step(ArbiterPlacement placement, Seen seen) {
        HostId host = placement.host();
        if (host == null) {
            return new Outcome(
                    new ArbiterRule(placement.generation(), null, null, failed), null, Optional.empty(), false);
        }
        ArbiterRule memory = placement.generation() == generation
                ? this
                : new ArbiterRule(placement.generation(), null, null, failed);
        return seen.pair() ? memory.ofPair(host, generation, seen) : memory.unpaired(seen);
    }

    private Outcome unpaired(Seen seen) {
        if (seen.settingUp()) {
            return new Outcome(with(null, null), null, Optional.empty(), false);
        }
        long since = unpairedNanos == null ? seen.nowNanos() : unpairedNanos;
        Optional<Move> move =
                seen.nowNanos() - since > NO_PAIR_NANOS ? Optional.of(new Move(null, Cause.NO_PAIR)) : Optional.empty();
        return new Outcome(with(null, since), null, move, false);
    }

    private Outcome ofPair(HostId host, long before, Seen seen) {
        if (!seen.bothPrimary() || seen.members() == 0) {
            // What was seen before must not count: members and the other node's state are not of the same instant.
            return new Outcome(with(null, null), null, Optional.empty(), false);
        }
        boolean counted = seen.members() >= ALL_VOTES;
        // One that was just placed is given its time; what a new leader finds is not new.
        long grace = before == generation || before == BEGIN.generation ? 0 : SETTLE_NANOS - MISSING_NANOS;
        Long missing = counted ? null : missingNanos == null ? Long.valueOf(seen.nowNanos() + grace) : missingNanos;
        ArbiterRule next = with(missing, null);
        ArbiterCandidate there = find(seen.hosts(), host);
        Cause cause = next.cause(there, counted, seen.nowNanos());
        if (cause == null) {
            return new Outcome(next, counted, Optional.empty(), false);
        }
        PSortedMap<HostId, Long> lost = failed;
        for (Map.Entry<HostId, Long> entry : failed.entrySet()) {
            if (seen.nowNanos() - entry.getValue() > AVOID_NANOS) {
                lost = lost.minus(entry.getKey());
            }
        }
        if (cause == Cause.NOT_COUNTED) {
            lost = lost.plus(host, seen.nowNanos());
        }
        Optional<ArbiterCandidate> to = choose(seen.hosts(), host, lost);
        return new Outcome(
                new ArbiterRule(generation, missing, null, to.isPresent() ? lost : failed),
                counted,
                to.map(other -> new Move(other, cause)),
                to.isEmpty());
    }

    private @Nullable Cause cause(@Nullable ArbiterCandidate there, boolean counted, long nowNanos) {
        long missingFor = missingNanos == null ? -1 : nowNanos - missingNanos;
        if (there == null) {
            // Its agent is heard no more: while it counts, a second one would be a fourth vote.
            return counted ? null : Cause.HOST_REMOVED;
        }
        if (there.dead() && missingFor >= DEAD_NANOS) {
            return Cause.HOST_DEAD;
        }
        if (!there.enabled() && (there.reporting() || !counted)) {
            return Cause.HOST_WORK;
        }
        return missingFor >= MISSING_NANOS ? Cause.NOT_COUNTED : null;
    }

    private ArbiterRule with(@Nullable Long missing, @Nullable Long unpaired) {
        return new ArbiterRule(generation, missing, unpaired, failed);
    }

    private static @Nullable ArbiterCandidate find(List<ArbiterCandidate> hosts, HostId wanted) {
        return hosts.stream()
                .filter(candidate -> candidate.host().equals(wanted))
                .findFirst()
                .orElse(null);
    }

    /**
     * The host to move to: without obstacle, not the one that it is on; one on which it was not lost lately before one on which it was, a sound one before a degraded one, then by name and id, so
     * that the same sight gives the same host.
     */
    static Optional<ArbiterCandidate> choose(List<ArbiterCandidate> hosts, HostId except, Map<HostId, Long> lost) {
        return hosts.stream()
                .filter(candidate ->
                        candidate.obstacle().isEmpty() && !candidate.host().equals(except))
                .min(Comparator.comparing((ArbiterCandidate candidate) -> lost.containsKey(candidate.host()))
                        .thenComparing(ArbiterCandidate::degraded)
                        .thenComparing(ArbiterCandidate::name)
                        .thenComparing(ArbiterCandidate::host));
    }
}
