package io.holdfast.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.VmId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Conflicts of strict rules are found exactly, and the set that is named is as small as can be. */
class RuleConflictsTest {
    private static VmId vm(int number) {
        return new VmId("v" + number);
    }

    private static List<VmId> vms(int... numbers) {
        return Arrays.stream(numbers).mapToObj(RuleConflictsTest::vm).toList();
    }

    private static List<HostId> hosts(int count) {
        return IntStream.range(0, count)
                .mapToObj(at -> new HostId("h%02d".formatted(at)))
                .toList();
    }

    private static Rule apart(String id, int... numbers) {
        return new Rule.Apart(new RuleId(id), true, vms(numbers));
    }

    private static Rule together(String id, int... numbers) {
        return new Rule.Together(new RuleId(id), true, vms(numbers));
    }

    private static Rule on(String id, List<VmId> vms, int... hosts) {
        return new Rule.VmHost(
                new RuleId(id),
                true,
                vms,
                Arrays.stream(hosts)
                        .mapToObj(at -> new Rule.HostPriority(new HostId("h%02d".formatted(at)), 0))
                        .toList());
    }

    private static List<String> smallest(int hosts, Rule... rules) {
        return RuleConflicts.smallest(List.of(rules), hosts(hosts)).stream()
                .map(RuleId::value)
                .toList();
    }

    @Test
    void fourVmsApartNeedFourHosts() {
        assertThat(smallest(3, apart("a", 1, 2, 3, 4))).containsExactly("a");
        assertThat(smallest(4, apart("a", 1, 2, 3, 4))).isEmpty();
        assertThat(smallest(9, apart("a", 1, 2, 3, 4), on("h", vms(1, 2, 3, 4), 0, 1, 2)))
                .containsExactly("a", "h");
        assertThat(smallest(9, apart("a", 1, 2, 3, 4), on("h", vms(1, 2, 3, 4), 0, 1, 2, 3)))
                .isEmpty();
    }

    @Test
    void severalRulesApartTogetherAreAColouring() {
        Rule[] ring = {apart("a", 1, 2), apart("b", 2, 3), apart("c", 3, 4), apart("d", 4, 5), apart("e", 5, 1)};
        assertThat(smallest(2, ring)).containsExactly("a", "b", "c", "d", "e");
        assertThat(smallest(3, ring)).isEmpty();
        Rule[] even = {apart("a", 1, 2), apart("b", 2, 3), apart("c", 3, 4), apart("d", 4, 1)};
        assertThat(smallest(2, even)).isEmpty();
    }

    @Test
    void togetherCarriesTheHostsOfOneVmToTheOther() {
        assertThat(smallest(5, on("x", vms(1), 0), together("t", 1, 2), together("u", 2, 3), on("y", vms(3), 1)))
                .containsExactly("t", "u", "x", "y");
        assertThat(smallest(5, together("t", 1, 2), together("u", 2, 3), apart("a", 1, 3), apart("z", 7, 8)))
                .containsExactly("a", "t", "u");
    }

    @Test
    void theSmallestOfSeveralConflictsIsNamed() {
        Rule[] rules = {
            on("p", vms(1), 0),
            together("q", 1, 2),
            together("r", 2, 3),
            on("s", vms(3), 1),
            on("x", vms(9), 0),
            on("y", vms(9), 1)
        };
        assertThat(smallest(3, rules)).containsExactly("x", "y");
        assertThat(smallest(3, rules[4], rules[5], rules[0], rules[1], rules[2], rules[3]))
                .containsExactly("x", "y");
    }

    @Test
    void hostsThatRulesNameAndThatAreGoneDoNotCount() {
        assertThat(smallest(2, on("gone", vms(1), 7))).containsExactly("gone");
        assertThat(smallest(0, on("none", vms(1), 7))).isEmpty();
    }

    @Test
    void softRulesNeverConflict() {
        Rule soft = new Rule.Apart(new RuleId("soft"), false, vms(1, 2, 3));
        assertThat(smallest(2, soft, together("t", 1, 2, 3))).isEmpty();
    }

    /** A pigeonhole of 40 VMs, and a hundred crossing rules: answered at once, whatever the answer is. */
    @Test
    void largeSetsOfRulesAreAnsweredInBoundedTime() {
        long from = System.nanoTime();
        int[] forty = IntStream.range(0, 40).toArray();
        assertThat(smallest(39, apart("a", forty))).containsExactly("a");
        Random random = new Random(3);
        List<Rule> rules = new ArrayList<>();
        for (int number = 0; number < 100; number++) {
            rules.add(apart("r" + number, random.ints(0, 60).distinct().limit(4).toArray()));
        }
        assertThat(RuleConflicts.smallest(rules, hosts(12))).isEmpty();
        RuleConflicts.smallest(rules, hosts(5));
        assertThat((System.nanoTime() - from) / 1_000_000_000).as("seconds").isLessThan(10);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void agreesWithTryingEverythingAtSmallSizes(long seed) {
        Random random = new Random(seed);
        int conflicts = 0;
        for (int round = 0; round < 150; round++) {
            int hosts = 1 + random.nextInt(3);
            List<Rule> rules = new ArrayList<>();
            int count = 1 + random.nextInt(6);
            for (int number = 0; number < count; number++) {
                rules.add(random(random, "r" + number, hosts));
            }
            List<RuleId> named = RuleConflicts.smallest(rules, hosts(hosts));
            int smallest = smallestByTrying(rules, hosts);
            assertThat(named)
                    .as("seed %s, round %s: %s on %s hosts", seed, round, rules, hosts)
                    .hasSize(smallest);
            if (smallest > 0) {
                conflicts++;
                assertThat(canHold(
                                rules.stream()
                                        .filter(rule -> named.contains(rule.id()))
                                        .toList(),
                                hosts))
                        .as("%s", named)
                        .isFalse();
            }
        }
        assertThat(conflicts).as("both answers were met").isBetween(20, 140);
    }

    private static Rule random(Random random, String id, int hosts) {
        int[] some = random.ints(0, 5).distinct().limit(2 + random.nextInt(2)).toArray();
        return switch (random.nextInt(3)) {
            case 0 -> apart(id, some);
            case 1 -> together(id, some);
            default ->
                on(
                        id,
                        vms(some),
                        random.ints(0, hosts)
                                .limit(1 + random.nextInt(2))
                                .distinct()
                                .toArray());
        };
    }

    /** Rules in the smallest subset that cannot hold; 0 when all can. */
    private static int smallestByTrying(List<Rule> rules, int hosts) {
        int best = 0;
        for (int subset = 1; subset < 1 << rules.size(); subset++) {
            int chosen = subset;
            int size = Integer.bitCount(subset);
            if (best > 0 && size >= best) {
                continue;
            }
            List<Rule> these = IntStream.range(0, rules.size())
                    .filter(at -> (chosen >> at & 1) == 1)
                    .mapToObj(rules::get)
                    .toList();
            if (!canHold(these, hosts)) {
                best = size;
            }
        }
        return best;
    }

    private static boolean canHold(List<Rule> rules, int hosts) {
        List<HostId> all = hosts(hosts);
        for (int placement = 0; placement < Math.pow(hosts, 5); placement++) {
            int code = placement;
            List<HostId> at = new ArrayList<>();
            for (int number = 0; number < 5; number++) {
                at.add(all.get(code % hosts));
                code /= hosts;
            }
            if (rules.stream().allMatch(rule -> holds(rule, at))) {
                return true;
            }
        }
        return false;
    }

    private static boolean holds(Rule rule, List<HostId> at) {
        List<HostId> its = rule.vms().stream()
                .map(id -> at.get(Integer.parseInt(id.value().substring(1))))
                .toList();
        return switch (rule) {
            case Rule.Apart ignored -> new TreeSet<>(its).size() == its.size();
            case Rule.Together ignored -> new TreeSet<>(its).size() == 1;
            case Rule.VmHost vmHost ->
                its.stream()
                        .allMatch(host -> vmHost.hosts().stream()
                                .anyMatch(entry -> entry.host().equals(host)));
            case Rule.DependsOn ignored -> true;
        };
    }
}
