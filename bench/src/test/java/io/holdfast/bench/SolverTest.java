package io.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.Plan;
import io.holdfast.core.placement.PlanHost;
import io.holdfast.core.placement.PlanProblem;
import io.holdfast.core.placement.PlanVm;
import io.holdfast.core.placement.Planner;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The planner places at most 0.5 % fewer VMs than a constraint solver, and what both are asked is what they say. */
class SolverTest {
    /** One with a complete plan, one that is overfull; the whole comparison is {@code ./holdfast bench solver}. */
    @ParameterizedTest
    @ValueSource(ints = {100, 101})
    void plannerKeepsUpWithTheSolver(int number) {
        SolverComparison.Result result = SolverComparison.compare(HardProblems.make(number, 8, 60, 18), 4);
        assertThat(result.solver().placed()).isPositive();
        assertThat(result.holds())
                .as("planned %s, solver %s", result.planned(), result.solver())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 4, 5, 6, 7})
    void plansOfHardInstancesKeepCapacityAndStrictRules(int number) {
        PlanProblem problem = HardProblems.instance(number).problem();
        Plan plan = Planner.plan(problem);
        Map<VmId, PlanVm> vms = problem.vms().stream().collect(Collectors.toMap(PlanVm::id, vm -> vm));
        Map<HostId, Double> memory = new TreeMap<>();
        Map<HostId, Integer> cores = new TreeMap<>();
        plan.placed().forEach((id, host) -> {
            PlanVm vm = Objects.requireNonNull(vms.get(id));
            memory.merge(host, (double) vm.memoryBytes(), Double::sum);
            cores.merge(host, vm.cpuCores(), Integer::sum);
        });
        for (PlanHost host : problem.hosts()) {
            assertThat(memory.getOrDefault(host.id(), 0.0))
                    .isLessThanOrEqualTo(host.memoryCapacity() - host.memoryUsed());
            assertThat((double) cores.getOrDefault(host.id(), 0))
                    .isLessThanOrEqualTo(host.cpuCapacity() - host.cpuUsed());
        }
        for (Rule rule : problem.rules()) {
            keeps(plan, rule);
        }
        assertThat(Planner.plan(problem)).as("the same again").isEqualTo(plan);
    }

    private static void keeps(Plan plan, Rule rule) {
        switch (rule) {
            case Rule.Apart apart ->
                assertThat(apart.vms().stream().map(plan.placed()::get).filter(Objects::nonNull))
                        .as(rule.toString())
                        .doesNotHaveDuplicates();
            case Rule.Together together ->
                assertThat(together.vms().stream()
                                .map(vm -> String.valueOf(plan.placed().get(vm)))
                                .distinct())
                        .as(rule.toString())
                        .hasSize(1);
            case Rule.VmHost vmHost -> {
                HostId at = plan.placed().get(vmHost.vms().getFirst());
                assertThat(at == null
                                || vmHost.hosts().stream()
                                        .anyMatch(entry -> entry.host().equals(at)))
                        .as(rule.toString())
                        .isTrue();
            }
            case Rule.DependsOn ignored -> {}
        }
    }

    @Test
    void instancesThatPromiseACompletePlanArePlacedAlmostCompletely() {
        for (int number = 0; number < HardProblems.COUNT; number += 2) {
            HardProblems.Instance instance = HardProblems.instance(number);
            assertThat(Planner.plan(instance.problem()).placed().size())
                    .as(instance.name())
                    .isGreaterThanOrEqualTo((int) Math.ceil(instance.vms() * (1 - SolverComparison.ALLOWED_SHARE)));
        }
    }
}
