package io.holdfast.core.placement;

import java.util.Arrays;
import java.util.BitSet;

/**
 * Makes room for units that found none: planned units are packed anew until more of them fit. Only units of this plan move, nothing that runs.
 *
 * <p>Problem: filling hosts one unit after the other leaves a little of CPU here and a little of memory there, which together would carry dozens of VMs. Moving one unit at a time (ejection, which stood here
 * before) placed 948 of 1,000 VMs where all of them fit.
 *
 * <p>Insight: ruin and recreate (Schrimpf et al. 2000). Two or three hosts lose a part of their units; these and two unplaced ones are put back, the largest first with some noise, each where CPU and memory
 * stay most in balance. The result stays if it is better, or as good and not much emptier, which lets the search drift over plans of the same worth instead of standing still. One such step costs about a
 * microsecond, so fifteen thousand of them fit into a fail-over. Measured against a constraint solver: docs/benchmarks.md.
 *
 * <p>Deterministic: a fixed seed, a number of steps instead of a time. Worth is the number of VMs placed, compared from the highest priority down, so no VM is ever left out for any number of lower ones.
 * Strict rules and capacity hold in every step; soft rules are looked after at the end ({@link Board#settle}).
 */
final class Repacking {
    private static final int STEPS_MOST = 15_000;
    private static final int STEPS_PER_PAIR = 20;
    /** Most VMs taken up in one step; below 1,024, so that the worth of one priority never reaches into the next. */
    private static final int MEMBERS_MOST = 1_000;

    private static final int BITS_PER_PRIORITY = 10;
    private static final int LOWEST_PRIORITY = 5;
    private static final double RUINED_SHARE = 0.3;
    private static final double NOISE = 0.8;
    /** A plan of the same worth may be emptier by this many average hosts at the beginning, and by nothing at the end. */
    private static final double EMPTIER = 0.015;

    private static final int TRIES = 20;
    private static final int NONE = -1;

    private final Board board;
    private final int units;
    private final int hosts;
    private final double[] cpu;
    private final double[] memory;
    private final double[] cpuFree;
    private final double[] memoryFree;
    private final double cpuScale;
    private final double memoryScale;
    private final int[][] groups;
    private final int[][] groupOnHost;
    private final int[] hostOf;
    /** Units of a host as a doubly linked list. */
    private final int[] first;

    private final int[] next;
    private final int[] before;
    private final int[] unplaced;
    private final int[] unplacedAt;
    private int unplacedCount;

    private final int[] chosen = new int[3];
    private int chosenCount;
    private final int[] pool;
    private final int[] from;
    private final double[] order;
    private int pooled;
    /** What this step has won so far, and what it has lost if negative: VMs by priority, and average hosts full. */
    private long worth;

    private double size;
    private final long[] worthOf;
    private final int[] membersOf;
    private final BitSet[] allowed;
    private long random = 0x9E3779B97F4A7C15L;

    private Repacking(Board board) {
        this.board = board;
        units = board.units();
        hosts = board.hostCount();
        cpu = board.cpu();
        memory = board.memory();
        cpuFree = board.cpuFree().clone();
        memoryFree = board.memoryFree().clone();
        groups = board.strictGroups();
        groupOnHost = board.strictGroupCounts();
        hostOf = new int[units];
        first = new int[hosts];
        next = new int[units];
        before = new int[units];
        unplaced = new int[units];
        unplacedAt = new int[units];
        pool = new int[units];
        from = new int[units];
        order = new double[units];
        worthOf = new long[units];
        membersOf = new int[units];
        allowed = new BitSet[units];
        double[] cpuEmpty = cpuFree.clone();
        double[] memoryEmpty = memoryFree.clone();
        Arrays.fill(first, NONE);
        for (int unit = 0; unit < units; unit++) {
            int level = LOWEST_PRIORITY - board.priority(unit);
            membersOf[unit] = board.members(unit).size();
            allowed[unit] = board.allowed(unit);
            worthOf[unit] = (long) membersOf[unit] << BITS_PER_PRIORITY * level;
            hostOf[unit] = board.hostOf(unit);
            if (hostOf[unit] >= 0) {
                cpuEmpty[hostOf[unit]] += cpu[unit];
                memoryEmpty[hostOf[unit]] += memory[unit];
                link(unit, hostOf[unit]);
            }
        }
        cpuScale = hosts
                / Math.max(1, Arrays.stream(cpuEmpty).filter(free -> free > 0).sum());
        memoryScale = hosts
                / Math.max(
                        1, Arrays.stream(memoryEmpty).filter(free -> free > 0).sum());
        for (int unit = 0; unit < units; unit++) {
            if (hostOf[unit] < 0 && possible(unit, cpuEmpty, memoryEmpty)) {
                addUnplaced(unit);
            }
        }
    }

    /** Improves the plan on the board, or leaves it as it is. */
    static void improve(Board board) {
        Repacking search = new Repacking(board);
        if (search.run()) {
            search.store();
            board.settle();
        }
    }

    /** Some host could take it if nothing of this plan were there. For the others no search helps. */
    private boolean possible(int unit, double[] cpuEmpty, double[] memoryEmpty) {
        for (int host = 0; host < hosts; host++) {
            if (allowed[unit].get(host)
                    && cpu[unit] <= cpuEmpty[host] + Board.EPSILON
                    && memory[unit] <= memoryEmpty[host] + Board.EPSILON) {
                return true;
            }
        }
        return false;
    }

    /** Whether more is placed than before. */
    private boolean run() {
        long steps = Math.min(STEPS_MOST, (long) STEPS_PER_PAIR * units * hosts);
        boolean gained = false;
        for (long step = 0; step < steps && unplacedCount > 0; step++) {
            int unit = unplaced[below(unplacedCount)];
            if (!choose(unit)) {
                continue;
            }
            worth = 0;
            size = 0;
            ruin(unit);
            recreate();
            double mayBeEmptier = EMPTIER * (1.0 - (double) step / steps) * below(1 << 20) / (1 << 20);
            if (worth > 0 || (worth == 0 && size >= -mayBeEmptier)) {
                gained |= worth > 0;
                keep();
            } else {
                undo();
            }
        }
        return gained;
    }

    /** Two or three hosts: one that may have the unit, if it can be found one that units of this plan could leave, and any others. False: none may have it. */
    private boolean choose(int unit) {
        int leader = NONE;
        for (int tries = 0; tries < TRIES; tries++) {
            int host = below(hosts);
            if (allowed[unit].get(host)) {
                leader = host;
                if (first[host] != NONE) {
                    break;
                }
            }
        }
        if (leader == NONE) {
            return false;
        }
        chosen[0] = leader;
        chosenCount = 1;
        int wanted = Math.min(hosts, 2 + below(2));
        for (int tries = 0; tries < TRIES && chosenCount < wanted; tries++) {
            int host = below(hosts);
            boolean known = false;
            for (int at = 0; at < chosenCount; at++) {
                known |= chosen[at] == host;
            }
            if (!known) {
                chosen[chosenCount++] = host;
            }
        }
        return true;
    }

    /** Takes up a part of what is on the chosen hosts, this unit and one more that is unplaced. */
    private void ruin(int unit) {
        pooled = 0;
        int members = 0;
        for (int at = 0; at < chosenCount; at++) {
            int host = chosen[at];
            for (int on = first[host]; on != NONE; ) {
                int following = next[on];
                members += membersOf[on];
                if (members < MEMBERS_MOST && below(1 << 20) < RUINED_SHARE * (1 << 20)) {
                    take(on);
                    into(on, host);
                }
                on = following;
            }
        }
        into(unit, NONE);
        int other = unplaced[below(unplacedCount)];
        if (other != unit) {
            into(other, NONE);
        }
    }

    /** By falling size, with noise: the place in the pool is found by insertion. */
    private void into(int unit, int host) {
        double noise = 1 + NOISE * (2.0 * below(1 << 20) / (1 << 20) - 1);
        double key = noise * Math.max(cpu[unit] * cpuScale, memory[unit] * memoryScale);
        int at = pooled++;
        while (at > 0 && order[at - 1] < key) {
            order[at] = order[at - 1];
            pool[at] = pool[at - 1];
            from[at] = from[at - 1];
            at--;
        }
        order[at] = key;
        pool[at] = unit;
        from[at] = host;
    }

    private void recreate() {
        for (int at = 0; at < pooled; at++) {
            int unit = pool[at];
            int best = NONE;
            double bestScore = Double.POSITIVE_INFINITY;
            for (int index = 0; index < chosenCount; index++) {
                int host = chosen[index];
                if (fits(unit, host)) {
                    double score = Math.abs(
                            (cpuFree[host] - cpu[unit]) * cpuScale - (memoryFree[host] - memory[unit]) * memoryScale);
                    if (score < bestScore) {
                        bestScore = score;
                        best = host;
                    }
                }
            }
            if (best != NONE) {
                put(unit, best);
            }
        }
    }

    private boolean fits(int unit, int host) {
        if (cpu[unit] > cpuFree[host] + Board.EPSILON
                || memory[unit] > memoryFree[host] + Board.EPSILON
                || !allowed[unit].get(host)) {
            return false;
        }
        for (int group : groups[unit]) {
            if (groupOnHost[group][host] > 0) {
                return false;
            }
        }
        return true;
    }

    private void keep() {
        for (int at = 0; at < pooled; at++) {
            int unit = pool[at];
            if (from[at] == NONE && hostOf[unit] != NONE) {
                int last = unplaced[--unplacedCount];
                unplaced[unplacedAt[unit]] = last;
                unplacedAt[last] = unplacedAt[unit];
            } else if (from[at] != NONE && hostOf[unit] == NONE) {
                addUnplaced(unit);
            }
        }
    }

    private void undo() {
        for (int at = 0; at < pooled; at++) {
            if (hostOf[pool[at]] != NONE) {
                take(pool[at]);
            }
        }
        for (int at = 0; at < pooled; at++) {
            if (from[at] != NONE) {
                put(pool[at], from[at]);
            }
        }
    }

    private void addUnplaced(int unit) {
        unplacedAt[unit] = unplacedCount;
        unplaced[unplacedCount++] = unit;
    }

    private void put(int unit, int host) {
        link(unit, host);
        account(unit, host, 1);
    }

    private void take(int unit) {
        int host = hostOf[unit];
        if (before[unit] == NONE) {
            first[host] = next[unit];
        } else {
            next[before[unit]] = next[unit];
        }
        if (next[unit] != NONE) {
            before[next[unit]] = before[unit];
        }
        hostOf[unit] = NONE;
        account(unit, host, -1);
    }

    private void link(int unit, int host) {
        hostOf[unit] = host;
        next[unit] = first[host];
        before[unit] = NONE;
        if (first[host] != NONE) {
            before[first[host]] = unit;
        }
        first[host] = unit;
    }

    private void account(int unit, int host, int sign) {
        cpuFree[host] -= sign * cpu[unit];
        memoryFree[host] -= sign * memory[unit];
        worth += sign * worthOf[unit];
        size += sign * (cpu[unit] * cpuScale + memory[unit] * memoryScale) / 2;
        for (int group : groups[unit]) {
            groupOnHost[group][host] += sign;
        }
    }

    private void store() {
        for (int unit = 0; unit < units; unit++) {
            if (board.hostOf(unit) >= 0 && board.hostOf(unit) != hostOf[unit]) {
                board.remove(unit);
            }
        }
        for (int unit = 0; unit < units; unit++) {
            if (board.hostOf(unit) < 0 && hostOf[unit] != NONE) {
                board.place(unit, hostOf[unit]);
            }
        }
    }

    /** A number from 0 to below this bound (Marsaglia's xorshift: no generator of the platform, whose sequence might change). */
    private int below(int bound) {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return (int) (((random >>> 33) * bound) >>> 31);
    }
}
