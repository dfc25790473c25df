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
 * <tr><td>a person has ended it</td><td>nothing</td></tr>
 * <tr><td>not both databases primary</td><td>nothing: only while both data nodes form the primary component does a new member change no majority</td></tr>
 * <tr><td>a host stands in for a machine without an agent, four members are counted for {@link #HOME_NANOS}, and no other host's agent reports one</td><td>back to that machine</td></tr>
 * <tr><td>its host is removed, or worked on</td><td>moved; while the vote of a host that can't be told still counts, it waits</td></tr>
 * <tr><td>its vote is missing, its host dead, both for {@link #DEAD_NANOS}</td><td>moved</td></tr>
 * <tr><td>its vote, on a host or on a machine without an agent, is missing for {@link #MISSING_NANOS}</td><td>moved, to another host</td></tr>
 * </table>
 *
 * <p>The vote is missing when the database counts fewer than three members. What the arbiter's host says doesn't matter then, and while three are counted nothing is wrong with the arbiter,
 * whatever the manager's own network shows: so no second one is ever set up beside one that is counted, but in a planned move, whose former one ends at its agent's next word.
 *
 * <p>Nobody can tell a machine without an agent to end its arbiter, so one that is back is a fourth vote, and the host gives way to it. Were the fourth another one after all, the vote is missing
 * once that one has gone, and a host gets it again.
 *
 * @param generation of the placement that this is about
 * @param missingNanos monotonic instant since which the vote is missing; null: it is counted
 * @param unpairedNanos monotonic instant since which there is no pair; null: there is
 * @param homeNanos monotonic instant since which the machine on which it belongs is counted beside the host that stands in for it; null: it isn't
 * @param failed hosts on which it was lost, and when
 */
public record ArbiterRule(
        long generation,
        @Nullable Long missingNanos,
        @Nullable Long unpairedNanos,
        @Nullable Long homeNanos,
        PSortedMap<HostId, Long> failed) {
    /** More than an evicted member needs to be back by itself (5 s, measured), and than a program that ended: its agent waits 5 s before it starts it again. */
    public static final long MISSING_NANOS = 12_000_000_000L;

    /** The verdict is certain; the database must only have noticed too. */
    public static final long DEAD_NANOS = 1_000_000_000L;

    /** A new one has so long to be counted before it is taken for lost there. */
    public static final long SETTLE_NANOS = 20_000_000_000L;

    /** So long a host on which it was lost is taken only if there is no other. */
    public static final long AVOID_NANOS = 600_000_000_000L;

    /** Longer than an agent needs to end one that it has left running while it could not be told. */
    public static final long HOME_NANOS = 5_000_000_000L;

    /** The set-up's own steps are shorter. */
    public static final long NO_PAIR_NANOS = 5_000_000_000L;

    private static final int ALL_VOTES = 3;

    /** Before anything was seen. */
    public static final ArbiterRule BEGIN = new ArbiterRule(-1, null, null, null, TreePMap.empty());

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

    /** To that host; to none: home for {@link Cause#HOME_BACK}, else nobody runs it. */
    public record Move(@Nullable ArbiterCandidate to, Cause cause) {}

    /** One look. */
    public Outcome step(ArbiterPlacement placement, Seen seen) {
        ArbiterRule memory = placement.generation() == generation
                ? this
                : new ArbiterRule(placement.generation(), null, null, null, failed);
        if (!seen.pair()) {
            return memory.unpaired(placement, seen);
        }
        return placement.placed() || placement.atHome() ? memory.ofPair(placement, generation, seen) : memory.idle();
    }

    /** Nothing is to be done, and what was seen before doesn't count. */
    private Outcome idle() {
        return new Outcome(with(null, null, null), null, Optional.empty(), false);
    }

    private Outcome unpaired(ArbiterPlacement placement, Seen seen) {
        if (seen.settingUp() || (!placement.placed() && placement.cause() == Cause.NO_PAIR)) {
            return idle();
        }
        long since = unpairedNanos == null ? seen.nowNanos() : unpairedNanos;
        Optional<Move> move =
                seen.nowNanos() - since > NO_PAIR_NANOS ? Optional.of(new Move(null, Cause.NO_PAIR)) : Optional.empty();
        return new Outcome(with(null, since, null), null, move, false);
    }

    private Outcome ofPair(ArbiterPlacement placement, long before, Seen seen) {
        if (!seen.bothPrimary() || seen.members() == 0) {
            // What was seen before must not count: members and the other node's state are not of the same instant.
            return idle();
        }
        boolean counted = seen.members() >= ALL_VOTES;
        // One that was just placed is given its time; what a new leader finds is not new.
        long grace = before == generation || before == BEGIN.generation ? 0 : SETTLE_NANOS - MISSING_NANOS;
        Long missing = counted ? null : missingNanos == null ? Long.valueOf(seen.nowNanos() + grace) : missingNanos;
        Long home =
                !homeIsCounted(placement, seen) ? null : homeNanos == null ? Long.valueOf(seen.nowNanos()) : homeNanos;
        ArbiterRule next = with(missing, null, home);
        if (home != null && seen.nowNanos() - home >= HOME_NANOS) {
            return new Outcome(next, counted, Optional.of(new Move(null, Cause.HOME_BACK)), false);
        }
        Cause cause = next.cause(placement.host(), counted, seen);
        return cause == null
                ? new Outcome(next, counted, Optional.empty(), false)
                : next.moved(placement, cause, counted, seen);
    }

    /** The fourth member of four is that machine's, unless an agent says that it still runs one that was placed with it before; the last word of an agent that is silent now says nothing. */
    private static boolean homeIsCounted(ArbiterPlacement placement, Seen seen) {
        return placement.placed()
                && !placement.home().isEmpty()
                && seen.members() > ALL_VOTES
                && seen.hosts().stream()
                        .noneMatch(candidate -> candidate.reporting()
                                && candidate.running()
                                && !candidate.host().equals(placement.host()));
    }

    private Outcome moved(ArbiterPlacement placement, Cause cause, boolean counted, Seen seen) {
        PSortedMap<HostId, Long> lost = failed;
        for (Map.Entry<HostId, Long> entry : failed.entrySet()) {
            if (seen.nowNanos() - entry.getValue() > AVOID_NANOS) {
                lost = lost.minus(entry.getKey());
            }
        }
        if (cause == Cause.NOT_COUNTED && placement.host() != null) {
            lost = lost.plus(placement.host(), seen.nowNanos());
        }
        Optional<ArbiterCandidate> to = choose(seen.hosts(), placement, lost);
        return new Outcome(
                new ArbiterRule(generation, missingNanos, null, homeNanos, to.isPresent() ? lost : failed),
                counted,
                to.map(other -> new Move(other, cause)),
                to.isEmpty());
    }

    /** @param host null: it is on its machine without an agent, of which nothing but its vote is known */
    private @Nullable Cause cause(@Nullable HostId host, boolean counted, Seen seen) {
        long missingFor = missingNanos == null ? -1 : seen.nowNanos() - missingNanos;
        if (host != null) {
            ArbiterCandidate there = find(seen.hosts(), host);
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
        }
        return missingFor >= MISSING_NANOS ? Cause.NOT_COUNTED : null;
    }

    private ArbiterRule with(@Nullable Long missing, @Nullable Long unpaired, @Nullable Long home) {
        return new ArbiterRule(generation, missing, unpaired, home, failed);
    }

    private static @Nullable ArbiterCandidate find(List<ArbiterCandidate> hosts, HostId wanted) {
        return hosts.stream()
                .filter(candidate -> candidate.host().equals(wanted))
                .findFirst()
                .orElse(null);
    }

    /**
     * The host to move to: without obstacle, neither the one that it is on nor the machine on which it belongs; one on which it was not lost lately before one on which it was, a sound one before a
     * degraded one, then by name and id, so that the same sight gives the same host.
     */
    static Optional<ArbiterCandidate> choose(
            List<ArbiterCandidate> hosts, ArbiterPlacement from, Map<HostId, Long> lost) {
        return hosts.stream()
                .filter(candidate -> candidate.obstacle().isEmpty()
                        && !candidate.host().equals(from.host())
                        && !candidate.address().equals(from.home()))
                .min(Comparator.comparing((ArbiterCandidate candidate) -> lost.containsKey(candidate.host()))
                        .thenComparing(ArbiterCandidate::degraded)
                        .thenComparing(ArbiterCandidate::name)
                        .thenComparing(ArbiterCandidate::host));
    }
}
