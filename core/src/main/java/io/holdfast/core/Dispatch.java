package io.holdfast.core;

import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.LeaseGeneration;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.recovery.Stage;
import io.holdfast.core.recovery.Waiting;
import io.holdfast.core.text.Message;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Starts what the plan has placed, in order: higher priorities first, dependencies first, and no more starts at a time on one host than it can stand (safety argument, section 6).
 * The new placement, one run higher than a former one that has been proven to have ended, is committed before the agent hears of it (section 1).
 */
final class Dispatch {
    private Dispatch() {}

    static void run(Turn turn) {
        List<Recovery> placed = new ArrayList<>();
        Map<HostId, Integer> starting = new HashMap<>();
        int highest = Integer.MAX_VALUE;
        for (Recovery recovery : turn.recoveries.values()) {
            if (recovery.stage() == Stage.PLACED) {
                placed.add(recovery);
            } else if (recovery.stage() == Stage.STARTING && recovery.plannedHost() != null) {
                starting.merge(recovery.plannedHost(), 1, Integer::sum);
                highest = recovery.failover() == null ? highest : Math.min(highest, priority(turn, recovery.vm()));
            }
        }
        for (VmId notReady : turn.readyNanos.keySet()) {
            if (Heartbeats.holdsUpOthers(turn, notReady)) {
                highest = Math.min(highest, priority(turn, notReady));
            }
        }
        placed.sort(Comparator.<Recovery>comparingInt(recovery -> priority(turn, recovery.vm()))
                .thenComparing(Recovery::vm));
        for (Recovery recovery : placed) {
            if (Pause.holds(turn, recovery)) {
                continue; // The next plan says so.
            }
            Waiting dependency = dependency(turn, recovery.vm());
            if (dependency != null) {
                hold(turn, recovery, dependency);
                continue;
            }
            int priority = priority(turn, recovery.vm());
            if (recovery.failover() != null && priority > highest) {
                hold(turn, recovery, new Waiting(Waiting.Reason.HIGHER_PRIORITY, List.of()));
                continue;
            }
            highest = recovery.failover() == null ? highest : Math.min(highest, priority);
            startOrHold(turn, recovery, starting);
        }
    }

    private static void startOrHold(Turn turn, Recovery recovery, Map<HostId, Integer> starting) {
        HostId host = Objects.requireNonNull(recovery.plannedHost());
        if (starting.getOrDefault(host, 0) >= turn.settings().startsPerHost()) {
            hold(turn, recovery, new Waiting(Waiting.Reason.BOOT_STORM, List.of()));
        } else if (start(turn, recovery, host)) {
            starting.merge(host, 1, Integer::sum);
        } else {
            turn.put(recovery.to(Stage.ISOLATED, turn.wall()));
            turn.planDue = true;
        }
    }

    private static int priority(Turn turn, VmId id) {
        Vm vm = turn.vms.get(id);
        return vm == null ? Integer.MAX_VALUE : vm.priority().ordinal();
    }

    private static void hold(Turn turn, Recovery recovery, Waiting why) {
        if (!why.equals(recovery.waiting())) {
            turn.put(recovery.place(Objects.requireNonNull(recovery.plannedHost()), why, turn.wall()));
        }
    }

    /** The first VM that this one starts after and that is wanted, but not ready. */
    private static @Nullable Waiting dependency(Turn turn, VmId id) {
        for (Rule rule : turn.rules.values()) {
            if (rule instanceof Rule.DependsOn depends && depends.vm().equals(id)) {
                for (VmId on : depends.on()) {
                    Vm vm = turn.vms.get(on);
                    if (vm != null && vm.requested() == RequestedState.STARTED && !ready(turn, on)) {
                        return new Waiting(Waiting.Reason.DEPENDENCY, List.of(vm.name()));
                    }
                }
            }
        }
        return null;
    }

    /** It runs, and its delay has passed, or its guest has answered or had the time to. */
    private static boolean ready(Turn turn, VmId vm) {
        Placement placement = turn.placements.get(vm);
        return placement != null
                && placement.live()
                && !turn.recoveries.containsKey(vm)
                && !turn.readyNanos.containsKey(vm);
    }

    /** Commits the new placement and commands the start. False: the host can no longer take it, a new plan is needed. */
    private static boolean start(Turn turn, Recovery recovery, HostId hostId) {
        Host host = turn.hosts.get(hostId);
        Vm vm = turn.vms.get(recovery.vm());
        if (host == null || vm == null || Planning.whyNotEligible(turn, host) != null) {
            return false;
        }
        List<LeaseGeneration> generations = Proofs.heldGenerations(turn.health(hostId), vm);
        var hello = turn.health(hostId).hello();
        if (generations == null || hello == null) {
            return false;
        }
        Placement before = turn.placements.get(vm.id());
        long run = before == null ? 1 : before.highestRun() + 1;
        Placement placement = Placement.of(vm.id(), run, hostId, hello.bootId(), generations, List.of());
        OperationId operation = turn.nextOperation();
        turn.put(placement);
        turn.put(recovery.start(hostId, operation, turn.wall()));
        turn.startsSent = turn.startsSent.plus(vm.id(), turn.nanos());
        turn.commands.add(new Command.StartVm(operation, turn.epoch, hostId, vm, run, generations));
        turn.tell(
                TimelineEntry.Severity.INFO,
                hostId,
                vm.id(),
                recovery.failover(),
                Message.VM_PLACED,
                vm.name(),
                host.name(),
                String.valueOf(run));
        Story.outcome(turn, recovery.failover(), vm.id(), outcome -> outcome.placed(hostId, run, turn.wall()));
        return true;
    }
}
