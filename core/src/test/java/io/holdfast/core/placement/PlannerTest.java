package io.holdfast.core.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.PlacementScore;
import io.holdfast.core.inventory.RestartPriority;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.recovery.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The joint plan: capacity and strict rules always hold, soft ones never keep a VM down. */
class PlannerTest {
    private static final DatastoreId STORE = new DatastoreId("store");

    private static PlanHost host(int number, double cores, double memory) {
        return new PlanHost(
                new HostId("h%04d".formatted(number)), cores, 0, memory, 0, 0, 0, Set.of(STORE), Set.of("net"));
    }

    private static PlanVm vm(int number, int cores, long memory, RestartPriority priority) {
        return new PlanVm(id(number), cores, memory, List.of(STORE), List.of("net"), priority, null, List.of());
    }

    private static PlanVm vm(int number) {
        return vm(number, 1, 10, RestartPriority.MEDIUM);
    }

    private static VmId id(int number) {
        return new VmId("v%05d".formatted(number));
    }

    private static Plan plan(List<PlanHost> hosts, List<PlanVm> vms, List<Rule> rules) {
        return Planner.plan(new PlanProblem(hosts, vms, Map.of(), rules, PlacementScore.CONFIGURED_SIZE));
    }

    private static List<PlanHost> hosts(int count, double cores, double memory) {
        List<PlanHost> result = new ArrayList<>();
        for (int number = 1; number <= count; number++) {
            result.add(host(number, cores, memory));
        }
        return result;
    }

    @Test
    void spreadsByConfiguredSizeAndBreaksTiesByTheLowestId() {
        Plan plan = plan(hosts(3, 10, 100), List.of(vm(1), vm(2), vm(3)), List.of());
        assertThat(plan.placed().values()).extracting(HostId::value).containsExactly("h0001", "h0002", "h0003");
    }

    @Test
    void capacityIsAHardLimitAndThePriorityDecidesWhoStaysDown() {
        List<PlanVm> vms = List.of(
                vm(1, 1, 60, RestartPriority.LOW),
                vm(2, 1, 60, RestartPriority.HIGHEST),
                vm(3, 1, 60, RestartPriority.MEDIUM));
        Plan plan = plan(hosts(2, 10, 100), vms, List.of());
        assertThat(plan.placed().keySet()).containsExactly(id(2), id(3));
        assertThat(plan.refused().get(id(1)).reason()).isEqualTo(Waiting.Reason.NO_CAPACITY);
    }

    @Test
    void ejectionMakesRoomThatSpreadingWasted() {
        List<PlanVm> vms = List.of(
                vm(1, 1, 50, RestartPriority.HIGH),
                vm(2, 1, 50, RestartPriority.HIGH),
                vm(3, 1, 100, RestartPriority.LOW));
        Plan plan = plan(hosts(2, 10, 100), vms, List.of());
        assertThat(plan.placed()).hasSize(3);
        assertThat(plan.placed().get(id(1))).isEqualTo(plan.placed().get(id(2)));
    }

    @Test
    void strictRulesHoldAndSoftOnesAreGivenUpBeforeAVmStaysDown() {
        Rule strict = new Rule.Apart(new RuleId("strict"), true, List.of(id(1), id(2)));
        Rule soft = new Rule.Apart(new RuleId("soft"), false, List.of(id(3), id(4), id(5)));
        Plan plan = plan(hosts(2, 10, 100), List.of(vm(1), vm(2), vm(3), vm(4), vm(5)), List.of(strict, soft));
        assertThat(plan.placed()).hasSize(5);
        assertThat(plan.placed().get(id(1))).isNotEqualTo(plan.placed().get(id(2)));
        assertThat(plan.givenUp()).extracting(Plan.GivenUp::rule).contains(new RuleId("soft"));
        Plan tooMany = plan(hosts(1, 10, 100), List.of(vm(1), vm(2)), List.of(strict));
        assertThat(tooMany.placed()).hasSize(1);
        assertThat(tooMany.refused().values()).extracting(Waiting::reason).containsExactly(Waiting.Reason.RULES);
    }

    @Test
    void strictTogetherMovesAsOneAndGoesWhereAMemberRuns() {
        Rule together = new Rule.Together(new RuleId("t"), true, List.of(id(1), id(2), id(9)));
        Plan plan = Planner.plan(new PlanProblem(
                hosts(3, 10, 100),
                List.of(vm(1), vm(2)),
                Map.of(id(9), new HostId("h0003")),
                List.of(together),
                PlacementScore.FEWEST_VMS));
        assertThat(plan.placed().values()).extracting(HostId::value).containsExactly("h0003", "h0003");
    }

    @Test
    void hostRulesPreferTheHighestPriorityAndStrictOnesLeaveNoOther() {
        Rule soft = new Rule.VmHost(
                new RuleId("s"),
                false,
                List.of(id(1)),
                List.of(new Rule.HostPriority(new HostId("h0002"), 1), new Rule.HostPriority(new HostId("h0003"), 5)));
        assertThat(plan(hosts(3, 10, 100), List.of(vm(1)), List.of(soft))
                        .placed()
                        .get(id(1)))
                .isEqualTo(new HostId("h0003"));
        Rule strict = new Rule.VmHost(
                new RuleId("x"), true, List.of(id(1)), List.of(new Rule.HostPriority(new HostId("h0009"), 0)));
        assertThat(plan(hosts(3, 10, 100), List.of(vm(1)), List.of(strict))
                        .refused()
                        .get(id(1)))
                .isEqualTo(new Waiting(Waiting.Reason.RULES, List.of("x")));
    }

    @Test
    void everyRefusalSaysWhy() {
        PlanVm elsewhere = new PlanVm(
                id(1), 1, 1, List.of(new DatastoreId("other")), List.of(), RestartPriority.LOW, null, List.of());
        PlanVm unplugged = new PlanVm(id(2), 1, 1, List.of(), List.of("far"), RestartPriority.LOW, null, List.of());
        Plan plan = plan(hosts(1, 1, 1), List.of(elsewhere, unplugged), List.of());
        assertThat(plan.refused().values())
                .extracting(Waiting::reason)
                .containsExactly(Waiting.Reason.NO_HOST_REACHES_DATASTORE, Waiting.Reason.NO_HOST_HAS_NETWORK);
        assertThat(plan(List.of(), List.of(vm(1)), List.of())
                        .refused()
                        .get(id(1))
                        .reason())
                .isEqualTo(Waiting.Reason.NO_HEALTHY_HOST);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
    void hardLimitsAndStrictRulesHoldInRandomTightPlans(int seed) {
        Random random = new Random(seed);
        List<PlanVm> vms = new ArrayList<>();
        double memory = 0;
        for (int number = 0; number < 120; number++) {
            long size = 4L << random.nextInt(4);
            memory += size;
            vms.add(vm(number, 1 + random.nextInt(4), size, RestartPriority.values()[random.nextInt(5)]));
        }
        List<Rule> rules = new ArrayList<>();
        for (int number = 0; number < 30; number++) {
            List<VmId> members =
                    List.of(id(random.nextInt(40)), id(40 + random.nextInt(40)), id(80 + random.nextInt(40)));
            rules.add(new Rule.Apart(new RuleId("r" + number), true, members));
        }
        double perHost = Math.max(40, memory / 12 / 0.95);
        List<PlanHost> hosts = hosts(12, 1000, perHost);
        Plan plan = plan(hosts, vms, rules);
        assertThat(plan.placed().size()).isGreaterThanOrEqualTo(114);
        TreeMap<HostId, Double> used = new TreeMap<>();
        vms.forEach(vm -> {
            HostId at = plan.placed().get(vm.id());
            if (at != null) {
                used.merge(at, (double) vm.memoryBytes(), Double::sum);
            }
        });
        assertThat(used.values()).allMatch(sum -> sum <= perHost);
        for (Rule rule : rules) {
            assertThat(rule.vms().stream().map(plan.placed()::get).filter(at -> at != null))
                    .as(rule.toString())
                    .doesNotHaveDuplicates();
        }
        assertThat(plan(hosts, vms, rules)).isEqualTo(plan);
    }

    @Test
    void thousandVmsWithTwoHundredRulesArePlannedQuickly() {
        Random random = new Random(4);
        List<PlanVm> vms = new ArrayList<>();
        for (int number = 0; number < 1000; number++) {
            vms.add(vm(number, 1 + random.nextInt(4), 1 + random.nextInt(16), RestartPriority.MEDIUM));
        }
        List<Rule> rules = new ArrayList<>();
        for (int number = 0; number < 200; number++) {
            rules.add(new Rule.Apart(
                    new RuleId("r" + number), true, List.of(id(random.nextInt(500)), id(500 + random.nextInt(500)))));
        }
        List<PlanHost> hosts = hosts(99, 40, 95);
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 12; round++) {
            long from = System.nanoTime();
            Plan plan = plan(hosts, vms, rules);
            best = Math.min(best, System.nanoTime() - from);
            assertThat(plan.refused()).isEmpty();
        }
        // The aim is 50 ms (issue 3); the limit here allows for a busy machine.
        assertThat(best / 1_000_000).as("milliseconds").isLessThan(200);
    }
}
