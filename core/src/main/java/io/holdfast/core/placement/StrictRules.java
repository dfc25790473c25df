package io.holdfast.core.placement;

import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.VmId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Whether strict rules can all hold at once, capacity aside.
 *
 * <p>VMs of together-rules are one unit. Each unit has the hosts that all its VM–host rules name. Units of an apart-rule need different hosts. With several apart-rules this is the colouring of a graph with a list
 * of colours per vertex, which is NP-complete, so it is searched, in a bounded number of steps: always the unit with the fewest hosts left; a rule whose units cannot be matched to different hosts (Hall) ends
 * a branch at once; of hosts that no rule tells apart and that are not in use yet only one is tried.
 */
final class StrictRules {
    /** Steps of one search. A hundred rules on 60 VMs need some tens. */
    private static final int STEPS_MOST = 1_000;

    private static final int NONE = -1;

    /** What is known. */
    enum Answer {
        CAN_HOLD,
        CANNOT_HOLD,
        /** Not decided within the bound. */
        UNKNOWN
    }

    private final int hosts;
    private final int[] hostKind;
    private final List<BitSet> allowed = new ArrayList<>();
    private final List<int[]> apart = new ArrayList<>();
    private final List<List<Integer>> rulesOf = new ArrayList<>();
    private int[] placed = new int[0];
    private int[] usedBy = new int[0];
    private final Budget budget;
    private int steps;

    /** Steps that several searches may take together: a request must not hold up the cluster. */
    static final class Budget {
        private int left;

        Budget(int steps) {
            left = steps;
        }
    }

    private StrictRules(int hosts, Budget budget) {
        this.hosts = hosts;
        this.budget = budget;
        this.hostKind = new int[hosts];
    }

    /** Looks at strict rules; others must not be among them. */
    static Answer check(List<Rule> rules, List<HostId> hosts, Budget budget) {
        StrictRules search = new StrictRules(hosts.size(), budget);
        if (!search.read(rules, hosts)) {
            return Answer.CANNOT_HOLD;
        }
        search.placed = new int[search.allowed.size()];
        Arrays.fill(search.placed, NONE);
        search.usedBy = new int[hosts.size()];
        for (int rule = 0; rule < search.apart.size(); rule++) {
            if (!search.matches(rule)) {
                return Answer.CANNOT_HOLD;
            }
        }
        boolean found = search.place();
        return found ? Answer.CAN_HOLD : search.spent() ? Answer.UNKNOWN : Answer.CANNOT_HOLD;
    }

    /** Makes units, hosts and groups of the rules; false when they contradict each other plainly. */
    private boolean read(List<Rule> rules, List<HostId> hostIds) {
        Map<VmId, VmId> leader = new HashMap<>();
        rules.forEach(rule -> rule.vms().forEach(vm -> leader.put(vm, vm)));
        for (Rule rule : rules) {
            if (rule instanceof Rule.Together together) {
                VmId first = leaderOf(leader, together.vms().getFirst());
                together.vms().forEach(vm -> leader.put(leaderOf(leader, vm), first));
            }
        }
        Map<VmId, Integer> unitOf = new HashMap<>();
        for (VmId vm : leader.keySet().stream().sorted().toList()) {
            VmId first = leaderOf(leader, vm);
            Integer known = unitOf.get(first);
            int unit = known == null ? allowed.size() : known;
            if (known == null) {
                BitSet all = new BitSet(hosts);
                all.set(0, hosts);
                allowed.add(all);
                rulesOf.add(new ArrayList<>());
                unitOf.put(first, unit);
            }
            unitOf.put(vm, unit);
        }
        for (Rule rule : rules) {
            if (rule instanceof Rule.VmHost vmHost) {
                restrict(vmHost, unitOf, hostIds);
            } else if (rule instanceof Rule.Apart group && !separate(group, unitOf)) {
                return false;
            }
        }
        tellHostsApart();
        return allowed.stream().noneMatch(BitSet::isEmpty);
    }

    private static VmId leaderOf(Map<VmId, VmId> leader, VmId vm) {
        VmId at = vm;
        for (VmId next = leader.get(at); next != null && !next.equals(at); next = leader.get(at)) {
            at = next;
        }
        return at;
    }

    private void restrict(Rule.VmHost rule, Map<VmId, Integer> unitOf, List<HostId> hostIds) {
        BitSet named = new BitSet(hosts);
        rule.hosts().forEach(entry -> {
            int host = hostIds.indexOf(entry.host());
            if (host >= 0) {
                named.set(host);
            }
        });
        rule.vms()
                .forEach(vm ->
                        allowed.get(Objects.requireNonNull(unitOf.get(vm))).and(named));
    }

    private boolean separate(Rule.Apart rule, Map<VmId, Integer> unitOf) {
        int[] units = rule.vms().stream()
                .distinct()
                .mapToInt(vm -> Objects.requireNonNull(unitOf.get(vm)))
                .toArray();
        if (Arrays.stream(units).distinct().count() < units.length) {
            return false;
        }
        for (int unit : units) {
            rulesOf.get(unit).add(apart.size());
        }
        apart.add(units);
        return true;
    }

    /** Hosts that are allowed to the same units are of one kind. */
    private void tellHostsApart() {
        Map<BitSet, Integer> kinds = new HashMap<>();
        for (int host = 0; host < hosts; host++) {
            BitSet units = new BitSet(allowed.size());
            for (int unit = 0; unit < allowed.size(); unit++) {
                units.set(unit, allowed.get(unit).get(host));
            }
            hostKind[host] = Objects.requireNonNullElse(kinds.putIfAbsent(units, kinds.size()), kinds.size() - 1);
        }
    }

    private boolean place() {
        int unit = mostConstrained();
        if (unit == NONE) {
            return true;
        }
        steps++;
        budget.left--;
        if (spent()) {
            return false;
        }
        BitSet left = left(unit);
        BitSet kindsTried = new BitSet();
        for (int host = left.nextSetBit(0); host >= 0; host = left.nextSetBit(host + 1)) {
            boolean fresh = usedBy[host] == 0;
            if (fresh && kindsTried.get(hostKind[host])) {
                continue;
            }
            if (fresh) {
                kindsTried.set(hostKind[host]);
            }
            placed[unit] = host;
            usedBy[host]++;
            if (othersCanFollow(unit) && place()) {
                return true;
            }
            placed[unit] = NONE;
            usedBy[host]--;
            if (spent()) {
                return false;
            }
        }
        return false;
    }

    private boolean spent() {
        return steps > STEPS_MOST || budget.left <= 0;
    }

    /** The unit under an apart-rule that has the fewest hosts left; the others can be placed anywhere they may be. */
    private int mostConstrained() {
        int result = NONE;
        int fewest = Integer.MAX_VALUE;
        for (int unit = 0; unit < placed.length; unit++) {
            if (placed[unit] == NONE && !rulesOf.get(unit).isEmpty()) {
                int left = left(unit).cardinality();
                if (left < fewest) {
                    fewest = left;
                    result = unit;
                }
            }
        }
        return result;
    }

    private BitSet left(int unit) {
        BitSet result = (BitSet) allowed.get(unit).clone();
        for (int rule : rulesOf.get(unit)) {
            for (int other : apart.get(rule)) {
                if (placed[other] != NONE) {
                    result.clear(placed[other]);
                }
            }
        }
        return result;
    }

    /** The units that share a rule with this one still have different hosts to go to, rule by rule. */
    private boolean othersCanFollow(int unit) {
        for (int rule : rulesOf.get(unit)) {
            for (int other : apart.get(rule)) {
                for (int its : rulesOf.get(other)) {
                    if (!matches(its)) {
                        return false;
                    }
                }
            }
        }
        return true;
    }

    /** Each unplaced unit of an apart-rule can have a host of its own: a matching of units to hosts. */
    private boolean matches(int rule) {
        int[] holder = new int[hosts];
        Arrays.fill(holder, NONE);
        for (int unit : apart.get(rule)) {
            if (placed[unit] == NONE && !augment(unit, holder, new BitSet(hosts))) {
                return false;
            }
        }
        return true;
    }

    private boolean augment(int unit, int[] holder, BitSet tried) {
        BitSet left = left(unit);
        for (int host = left.nextSetBit(0); host >= 0; host = left.nextSetBit(host + 1)) {
            if (!tried.get(host)) {
                tried.set(host);
                if (holder[host] == NONE || augment(holder[host], holder, tried)) {
                    holder[host] = unit;
                    return true;
                }
            }
        }
        return false;
    }
}
