package io.holdfast.bench;

import com.google.ortools.Loader;
import com.google.ortools.sat.BoolVar;
import com.google.ortools.sat.CpModel;
import com.google.ortools.sat.CpSolver;
import com.google.ortools.sat.CpSolverStatus;
import com.google.ortools.sat.LinearExpr;
import com.google.ortools.sat.LinearExprBuilder;
import com.sun.management.OperatingSystemMXBean;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.Plan;
import io.holdfast.core.placement.PlanHost;
import io.holdfast.core.placement.PlanProblem;
import io.holdfast.core.placement.PlanVm;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The same problem for Google OR-Tools' CP-SAT: as many VMs as possible, within capacity and strict rules. Strict together-rules join variables; soft rules are left out, which only gives the solver more
 * freedom. It begins with the planner's own plan as a hint, so it answers "how many more could have been placed", and is never hindered by a bad start.
 */
final class Solver {
    /** Memory of the instances comes in these; smaller coefficients suit the solver better. */
    private static final long UNIT = 1L << 28;

    private static final double EPSILON = 1e-9;

    private Solver() {}

    /**
     * What the solver found.
     *
     * @param placed VMs placed; -1: nothing was found in time
     * @param bound more cannot be placed, as far as the solver has proven
     * @param cpuSeconds processor time of this process while it searched
     */
    record Found(int placed, int bound, double cpuSeconds) {}

    /** Searches with one worker until it is done or has used this much processor time, so that a busy machine doesn't shorten the search. */
    static Found solve(PlanProblem problem, Plan hint, double cpuSeconds) {
        Loader.loadNativeLibraries();
        CpModel model = new CpModel();
        Map<VmId, VmId> leader = leaders(problem);
        Map<VmId, BoolVar[]> variables = variables(model, problem, leader, hint);
        capacity(model, problem, leader, variables);
        apart(model, problem, leader, variables);
        LinearExprBuilder aim = LinearExpr.newBuilder();
        for (PlanVm vm : problem.vms()) {
            for (BoolVar there : of(variables, leader, vm.id())) {
                aim.add(there);
            }
        }
        model.maximize(aim);
        return search(model, cpuSeconds);
    }

    private static Found search(CpModel model, double cpuSeconds) {
        CpSolver solver = new CpSolver();
        solver.getParameters().setNumWorkers(1).setRandomSeed(1).setMaxTimeInSeconds(20 * cpuSeconds);
        double from = processorSeconds();
        Thread watch = Thread.ofVirtual().start(() -> {
            try {
                while (processorSeconds() - from < cpuSeconds) {
                    Thread.sleep(50);
                }
                solver.stopSearch();
            } catch (InterruptedException done) {
                Thread.currentThread().interrupt();
            }
        });
        CpSolverStatus status = solver.solve(model);
        watch.interrupt();
        double used = processorSeconds() - from;
        boolean found = status == CpSolverStatus.OPTIMAL || status == CpSolverStatus.FEASIBLE;
        return new Found(
                found ? (int) Math.round(solver.objectiveValue()) : -1,
                (int) Math.floor(solver.bestObjectiveBound() + EPSILON),
                used);
    }

    private static double processorSeconds() {
        var system = (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        return system.getProcessCpuTime() / 1e9;
    }

    /** The first member of the strict together-rules that bind a VM. */
    private static Map<VmId, VmId> leaders(PlanProblem problem) {
        Map<VmId, VmId> result = new HashMap<>();
        problem.vms().forEach(vm -> result.put(vm.id(), vm.id()));
        for (Rule rule : problem.rules()) {
            if (rule instanceof Rule.Together together && together.strict()) {
                VmId first = Objects.requireNonNull(result.get(together.vms().getFirst()));
                for (VmId vm : together.vms()) {
                    VmId before = Objects.requireNonNull(result.get(vm));
                    result.replaceAll((each, its) -> its.equals(before) ? first : its);
                }
            }
        }
        return result;
    }

    private static BoolVar[] of(Map<VmId, BoolVar[]> variables, Map<VmId, VmId> leader, VmId vm) {
        return Objects.requireNonNull(variables.get(Objects.requireNonNull(leader.get(vm))));
    }

    private static Map<VmId, BoolVar[]> variables(
            CpModel model, PlanProblem problem, Map<VmId, VmId> leader, Plan hint) {
        Map<VmId, BoolVar[]> result = new TreeMap<>();
        List<PlanHost> hosts = problem.hosts();
        for (VmId unit : new TreeSet<>(leader.values())) {
            BoolVar[] row = new BoolVar[hosts.size()];
            HostId hinted = hint.placed().get(unit);
            for (int at = 0; at < row.length; at++) {
                row[at] = model.newBoolVar(unit + "@" + at);
                model.addHint(row[at], hosts.get(at).id().equals(hinted));
            }
            model.addAtMostOne(row);
            result.put(unit, row);
        }
        for (Rule rule : problem.rules()) {
            if (rule instanceof Rule.VmHost vmHost && vmHost.strict()) {
                List<HostId> named =
                        vmHost.hosts().stream().map(Rule.HostPriority::host).toList();
                for (VmId vm : vmHost.vms()) {
                    BoolVar[] row = of(result, leader, vm);
                    for (int at = 0; at < row.length; at++) {
                        if (!named.contains(hosts.get(at).id())) {
                            model.addEquality(row[at], 0);
                        }
                    }
                }
            }
        }
        return result;
    }

    private static void capacity(
            CpModel model, PlanProblem problem, Map<VmId, VmId> leader, Map<VmId, BoolVar[]> variables) {
        for (int at = 0; at < problem.hosts().size(); at++) {
            PlanHost host = problem.hosts().get(at);
            LinearExprBuilder cores = LinearExpr.newBuilder();
            LinearExprBuilder memory = LinearExpr.newBuilder();
            for (PlanVm vm : problem.vms()) {
                BoolVar there = of(variables, leader, vm.id())[at];
                cores.addTerm(there, vm.cpuCores());
                memory.addTerm(there, Math.ceilDiv(vm.memoryBytes(), UNIT));
            }
            model.addLessOrEqual(cores, (long) Math.floor(host.cpuCapacity() - host.cpuUsed() + EPSILON));
            model.addLessOrEqual(
                    memory, (long) Math.floor((host.memoryCapacity() - host.memoryUsed()) / UNIT + EPSILON));
        }
    }

    private static void apart(
            CpModel model, PlanProblem problem, Map<VmId, VmId> leader, Map<VmId, BoolVar[]> variables) {
        for (Rule rule : problem.rules()) {
            if (rule instanceof Rule.Apart apart && apart.strict()) {
                for (int at = 0; at < problem.hosts().size(); at++) {
                    List<BoolVar> there = new ArrayList<>();
                    for (VmId vm : apart.vms()) {
                        there.add(of(variables, leader, vm)[at]);
                    }
                    model.addAtMostOne(there.toArray(BoolVar[]::new));
                }
            }
        }
    }
}
