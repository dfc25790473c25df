package io.holdfast.core.placement;

import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.recovery.Waiting;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * Packs all VMs of an outage onto the hosts in one joint plan.
 *
 * <p>The problem is bin packing in two dimensions with rules, so no exact method fits into the 50 ms that a fail-over has. What works (measured in the design: a constraint
 * solver found less in 20 s): VMs in order of priority, then of how few hosts can take them, then of size; each goes to the best host by the score.
 * Only when something does not fit: the same again with the fullest host first, which wastes less; the better of both, by VMs placed in order of priority, is packed anew a little at
 * a time until more fit ({@link Repacking}).
 *
 * <p>Strict rules, capacity and reachability hold in every plan. Soft rules only order the candidates: none is ever the reason for a VM to stay down. Everything is
 * deterministic: ties go to the lowest host id.
 */
public final class Planner {
    private Planner() {}

    /** Makes the plan. */
    public static Plan plan(PlanProblem problem) {
        Board spread = new Board(problem);
        fill(spread, false);
        if (spread.unplaced() == 0) {
            return result(problem, spread);
        }
        Board packed = new Board(problem);
        fill(packed, true);
        Board best = packed.betterThan(spread) ? packed : spread;
        Repacking.improve(best);
        return result(problem, best);
    }

    private static void fill(Board board, boolean tight) {
        for (int unit : board.order()) {
            int host = board.bestHost(unit, tight);
            if (host >= 0) {
                board.place(unit, host);
            }
        }
    }

    private static Plan result(PlanProblem problem, Board board) {
        TreeMap<VmId, HostId> placed = new TreeMap<>();
        TreeMap<VmId, Waiting> refused = new TreeMap<>();
        List<Plan.GivenUp> givenUp = new ArrayList<>();
        for (int unit = 0; unit < board.units(); unit++) {
            int host = board.hostOf(unit);
            for (PlanVm vm : board.members(unit)) {
                if (host >= 0) {
                    placed.put(vm.id(), problem.hosts().get(host).id());
                } else {
                    refused.put(vm.id(), board.whyNot(unit, vm));
                }
            }
            if (host >= 0) {
                board.softViolations(unit, host, givenUp);
            }
        }
        return new Plan(placed, refused, givenUp);
    }
}
