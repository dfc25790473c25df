package io.holdfast.core;

import io.holdfast.core.health.VmState;
import io.holdfast.core.health.VmStatus;
import io.holdfast.core.inventory.HaSettings;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Failover;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.recovery.Stage;
import io.holdfast.core.recovery.VmOutcome;
import io.holdfast.core.text.Message;
import java.util.List;
import org.pcollections.PVector;
import org.pcollections.TreePVector;

/**
 * What guests say of themselves: when those that wait for one may start, and what happens when one hangs.
 *
 * <p>A guest hangs when it has answered since its start and then leaves its open channel unanswered for as long as its settings say. That is an alarm; a reset, where its settings say
 * so, is an ordinary stop and start: the new run begins when the old one is proven to have ended.
 */
final class Heartbeats {
    private static final int RESETS = 3;
    private static final long RESET_WINDOW_NANOS = 3_600_000_000_000L;

    private Heartbeats() {}

    /** The VM runs now: from when on those after it may start. */
    static void started(Turn turn, Vm vm) {
        long waitMillis = switch (vm.ha().nextWhen()) {
            case STARTED -> 0;
            case DELAY -> vm.ha().delayMillis();
            case GUEST_HEARTBEAT -> vm.ha().heartbeatWaitMillis();
        };
        if (waitMillis > 0) {
            turn.readyNanos = turn.readyNanos.plus(vm.id(), turn.nanos() + 1_000_000L * waitMillis);
        }
    }

    /** Waits that are over. */
    static void tick(Turn turn) {
        for (var entry : turn.readyNanos.entrySet()) {
            if (entry.getValue() > turn.nanos()) {
                continue;
            }
            turn.readyNanos = turn.readyNanos.minus(entry.getKey());
            turn.dispatchDue = true;
            Vm vm = turn.vms.get(entry.getKey());
            if (vm != null && vm.ha().nextWhen() == HaSettings.NextWhen.GUEST_HEARTBEAT) {
                turn.tell(
                        TimelineEntry.Severity.WARNING,
                        null,
                        vm.id(),
                        null,
                        Message.VM_NO_HEARTBEAT,
                        vm.name(),
                        String.valueOf(vm.ha().heartbeatWaitMillis() / 1000));
            }
        }
    }

    /** A new leader does not know how long those that others wait for have run: their wait begins anew, for VMs of open fail-overs only. A guest that has answered ends it with its next report. */
    static void restore(Turn turn) {
        for (Failover failover : turn.failovers.values()) {
            for (VmOutcome outcome : failover.vms()) {
                Vm vm = turn.vms.get(outcome.vm());
                Placement placement = turn.placements.get(outcome.vm());
                boolean runs = placement != null && placement.live() && !turn.recoveries.containsKey(outcome.vm());
                if (vm != null && runs && outcome.result() == VmOutcome.Result.RUNNING) {
                    started(turn, vm);
                }
            }
        }
        for (Alarm alarm : turn.alarms.values()) {
            VmId vm = new VmId(alarm.subject());
            if (alarm.message() == Message.ALARM_GUEST_HUNG) {
                turn.hung = turn.hung.plus(vm);
            }
        }
    }

    /** VMs whose wait holds up lower priorities: those of a fail-over that is open. Who started another VM by hand meanwhile holds up nobody. */
    static boolean holdsUpOthers(Turn turn, VmId vm) {
        for (Failover failover : turn.failovers.values()) {
            VmOutcome outcome = Story.outcomeOf(failover, vm);
            if (outcome != null && outcome.result() == VmOutcome.Result.RUNNING) {
                return true;
            }
        }
        return false;
    }

    /** A report names this run as alive. */
    static void reported(Turn turn, Placement placement, VmStatus status) {
        VmId id = placement.vm();
        if (status.heartbeat().answered() && turn.readyNanos.containsKey(id)) {
            Vm vm = turn.vms.get(id);
            if (vm != null && vm.ha().nextWhen() == HaSettings.NextWhen.GUEST_HEARTBEAT) {
                turn.readyNanos = turn.readyNanos.minus(id);
                turn.dispatchDue = true;
            }
        }
        long silentMillis =
                status.state() == VmState.RUNNING ? status.heartbeat().silentMillis() : 0;
        if (silentMillis > 0) {
            silent(turn, placement, silentMillis);
        } else if (turn.hung.contains(id)) {
            well(turn, id);
        }
    }

    private static void silent(Turn turn, Placement placement, long silentMillis) {
        VmId id = placement.vm();
        Vm vm = turn.vms.get(id);
        if (vm == null
                || vm.requested() != RequestedState.STARTED
                || silentMillis < vm.ha().hungAfterMillis()) {
            return;
        }
        boolean isNew = !turn.hung.contains(id);
        if (isNew) {
            turn.hung = turn.hung.plus(id);
            String host = turn.name(placement.host());
            turn.raise(Message.ALARM_GUEST_HUNG, id.value(), List.of(vm.name(), host));
            tell(turn, placement, TimelineEntry.Severity.ERROR, Message.VM_HUNG, vm.name(), host);
        }
        if (vm.ha().hungAction() == HaSettings.HungAction.RESET && mayReset(turn, placement)) {
            reset(turn, placement, vm, isNew);
        }
    }

    private static boolean mayReset(Turn turn, Placement placement) {
        Placement whole = turn.placements.get(placement.vm());
        return !Pause.on(turn)
                && whole != null
                && !whole.migrating()
                && !turn.recoveries.containsKey(placement.vm())
                && !turn.stops.containsKey(Moves.key(placement))
                && HostWorks.frozenWith(turn, placement.vm()) == null;
    }

    private static void reset(Turn turn, Placement placement, Vm vm, boolean isNew) {
        PVector<Long> before = turn.resets.getOrDefault(vm.id(), TreePVector.empty());
        while (!before.isEmpty() && turn.nanos() - before.get(0) > RESET_WINDOW_NANOS) {
            before = before.minus(0);
        }
        if (before.size() >= RESETS) {
            if (isNew) {
                String times = String.valueOf(before.size());
                tell(turn, placement, TimelineEntry.Severity.ERROR, Message.VM_RESET_LIMIT, vm.name(), times);
            }
            return;
        }
        turn.resets = turn.resets.plus(vm.id(), before.plus(turn.nanos()));
        turn.put(Recovery.begin(vm.id(), null, Stage.ISOLATING, placement.host(), turn.wall())
                .leave());
        turn.removeMove(vm.id());
        Runs.stop(turn, placement, true, 0);
        tell(turn, placement, TimelineEntry.Severity.WARNING, Message.VM_RESET, vm.name(), turn.name(placement.host()));
    }

    private static void tell(
            Turn turn, Placement placement, TimelineEntry.Severity severity, Message message, String... arguments) {
        turn.tell(severity, placement.host(), placement.vm(), null, message, arguments);
    }

    /** The run has ended: nobody waits for its guest, and it hangs no longer. */
    static void ended(Turn turn, VmId vm) {
        if (turn.readyNanos.containsKey(vm)) {
            turn.readyNanos = turn.readyNanos.minus(vm);
            turn.dispatchDue = true;
        }
        well(turn, vm);
    }

    private static void well(Turn turn, VmId vm) {
        if (turn.hung.contains(vm)) {
            turn.hung = turn.hung.minus(vm);
            turn.clear(Message.ALARM_GUEST_HUNG, vm.value());
        }
    }
}
