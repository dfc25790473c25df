package io.holdfast.core.placement;

import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.VmId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The smallest set of strict rules that cannot all hold, capacity aside ({@link StrictRules}).
 *
 * <p>First a set of which no rule can be left out is found by leaving out one rule after the other. Such a set need not be the smallest, so all smaller sets are then tried, by size; only sets whose rules hang
 * together by shared VMs can be conflicts. The number of tries is bounded: within it (all clusters with some dozens of rules) the result has the fewest rules possible; beyond it, none of it can be left out, which is
 * what a person needs to know to repair it. Finding the smallest in any case is harder than NP. What cannot be decided counts as possible; if it is not, a VM waits with the rule as the reason.
 */
public final class RuleConflicts {
    private static final int TRIES_MOST = 1_000;
    private static final int STEPS_MOST = 5_000;

    private final List<HostId> hosts;
    private final StrictRules.Budget budget = new StrictRules.Budget(STEPS_MOST);

    private RuleConflicts(List<HostId> hosts) {
        this.hosts = hosts;
    }

    /** The ids of a smallest set of rules that cannot all hold, sorted; empty when all can hold, or when nothing can be said: without hosts, or beyond the bound. */
    public static List<RuleId> smallest(List<Rule> rules, List<HostId> hosts) {
        List<Rule> strict = rules.stream().filter(RuleConflicts::isStrict).toList();
        RuleConflicts search = new RuleConflicts(hosts);
        if (hosts.isEmpty() || !search.cannotHold(strict)) {
            return List.of();
        }
        List<Rule> irreducible = search.irreducible(strict);
        List<Rule> smaller = search.smaller(strict, irreducible.size());
        return (smaller.isEmpty() ? irreducible : smaller)
                .stream().map(Rule::id).sorted().toList();
    }

    private static boolean isStrict(Rule rule) {
        return switch (rule) {
            case Rule.VmHost vmHost -> vmHost.strict();
            case Rule.Together together -> together.strict();
            case Rule.Apart apart -> apart.strict();
            case Rule.DependsOn ignored -> false;
        };
    }

    private boolean cannotHold(List<Rule> rules) {
        return StrictRules.check(rules, hosts, budget) == StrictRules.Answer.CANNOT_HOLD;
    }

    /** One rule after the other is left out where the rest cannot hold either. */
    private List<Rule> irreducible(List<Rule> conflict) {
        List<Rule> result = new ArrayList<>(conflict);
        for (int at = result.size() - 1; at >= 0; at--) {
            List<Rule> without = new ArrayList<>(result);
            without.remove(at);
            if (cannotHold(without)) {
                result = without;
            }
        }
        return result;
    }

    /** A conflict of fewer rules than this, the smallest first; nothing when there is none, or when the tries are used up. */
    private List<Rule> smaller(List<Rule> rules, int than) {
        int tries = 0;
        List<BitSet> sets = new ArrayList<>();
        for (int at = 0; at < rules.size(); at++) {
            BitSet one = new BitSet(rules.size());
            one.set(at);
            sets.add(one);
        }
        List<BitSet> neighbours = neighbours(rules);
        for (int size = 1; size < than; size++) {
            for (BitSet set : sets) {
                if (++tries > TRIES_MOST) {
                    return List.of();
                }
                List<Rule> chosen = set.stream().mapToObj(rules::get).toList();
                if (cannotHold(chosen)) {
                    return chosen;
                }
            }
            sets = size + 1 < than ? grow(sets, neighbours) : List.of();
        }
        return List.of();
    }

    /** Rules that share a VM with each rule. */
    private static List<BitSet> neighbours(List<Rule> rules) {
        List<BitSet> result = new ArrayList<>();
        for (Rule rule : rules) {
            Set<VmId> vms = new HashSet<>(rule.vms());
            BitSet set = new BitSet(rules.size());
            for (int at = 0; at < rules.size(); at++) {
                set.set(at, rules.get(at).vms().stream().anyMatch(vms::contains));
            }
            result.add(set);
        }
        return result;
    }

    /** All sets with one more rule that shares a VM with them. */
    private static List<BitSet> grow(List<BitSet> sets, List<BitSet> neighbours) {
        Set<BitSet> known = new HashSet<>();
        List<BitSet> result = new ArrayList<>();
        for (BitSet set : sets) {
            BitSet candidates = new BitSet();
            set.stream().forEach(at -> candidates.or(neighbours.get(at)));
            candidates.andNot(set);
            for (int at = candidates.nextSetBit(0); at >= 0; at = candidates.nextSetBit(at + 1)) {
                BitSet larger = (BitSet) set.clone();
                larger.set(at);
                if (known.size() < TRIES_MOST && known.add(larger)) {
                    result.add(larger);
                }
            }
        }
        return result;
    }
}
