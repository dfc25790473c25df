package io.holdfast.core;

import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Nic;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.movement.Move;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.placement.Plan;
import io.holdfast.core.placement.PlanHost;
import io.holdfast.core.placement.PlanProblem;
import io.holdfast.core.placement.PlanVm;
import io.holdfast.core.placement.Planner;
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
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Orderly movement: one joint plan for all VMs that are to be moved, whatever asks for it, carried out a few at a time per host. What cannot be moved says why, runs on, and is looked
 * at again when anything relevant changes. Recovery of VMs that are down goes first.
 */
final class Movements {
    /** Live migrations at a time from one host, and to one host: more of them only share the network. */
    static final int PER_HOST = 2;

    private static final long AGAIN_NANOS = 5_000_000_000L;
    private static final long FOLLOW_NANOS = 900_000_000_000L;
    static final int GRACE_MILLIS = 60_000;

    private Movements() {}

    /** Plans and begins what is due. */
    static void run(Turn turn, boolean due) {
        if (!due && turn.nanos() - turn.movesPlannedNanos < AGAIN_NANOS) {
            return;
        }
        turn.movesPlannedNanos = turn.nanos();
        HostWorks.tidy(turn);
        TreeMap<VmId, Move> wanted = merge(turn, Wants.collect(turn));
        forgetReturns(turn);
        dropUnwanted(turn, wanted);
        if (!wanted.isEmpty()) {
            begin(turn, wanted);
        }
    }

    /** Whoever was to follow a host that came back has had the time. */
    private static void forgetReturns(Turn turn) {
        for (var entry : turn.cameBack.entrySet()) {
            if (turn.nanos() - entry.getValue() > FOLLOW_NANOS) {
                turn.cameBack = turn.cameBack.minus(entry.getKey());
            }
        }
    }

    /** New wishes, and those of operators that wait. */
    private static TreeMap<VmId, Move> merge(Turn turn, TreeMap<VmId, Wants.Want> wants) {
        TreeMap<VmId, Move> wanted = new TreeMap<>();
        for (Move move : turn.moves.values()) {
            if (!move.underWay() && move.why() == Move.Why.OPERATOR) {
                wanted.put(move.vm(), move);
            }
        }
        wants.forEach((vm, want) -> {
            Move present = turn.moves.get(vm);
            if (present == null) {
                wanted.put(vm, Move.wanted(vm, want.why(), want.target(), turn.wall()));
            } else if (!present.underWay() && present.why() != Move.Why.OPERATOR) {
                wanted.put(vm, present.wantedFor(want.why(), want.target()));
            }
        });
        return wanted;
    }

    private static void dropUnwanted(Turn turn, TreeMap<VmId, Move> wanted) {
        for (Move move : turn.moves.values()) {
            boolean gone = move.why() == Move.Why.OPERATOR && !alive(turn, move.vm());
            if (!move.underWay() && (gone || !wanted.containsKey(move.vm()))) {
                turn.removeMove(move.vm());
                wanted.remove(move.vm());
            }
        }
    }

    private static boolean alive(Turn turn, VmId vm) {
        Placement placement = turn.placements.get(vm);
        return placement != null && placement.live();
    }

    private static void begin(Turn turn, TreeMap<VmId, Move> wanted) {
        TreeMap<VmId, Move> ready = new TreeMap<>();
        for (Move move : wanted.values()) {
            Waiting why = notNow(turn, move);
            if (why != null) {
                wait(turn, move, why);
            } else {
                ready.put(move.vm(), move);
            }
        }
        withGroups(turn, ready);
        if (ready.isEmpty()) {
            return;
        }
        Plan plan = Planner.plan(problem(turn, ready));
        List<Move> order = new ArrayList<>(ready.values());
        order.sort(Comparator.<Move>comparingInt(move -> move.why().ordinal())
                .thenComparingInt(move -> priority(turn, move.vm()))
                .thenComparing(Move::vm));
        Map<HostId, Integer> busy = busy(turn);
        for (Move move : order) {
            HostId to = plan.placed().get(move.vm());
            if (to == null) {
                wait(
                        turn,
                        move,
                        Planning.named(
                                turn, Objects.requireNonNull(plan.refused().get(move.vm()))));
            } else if (to.equals(
                    Objects.requireNonNull(turn.placements.get(move.vm())).host())) {
                turn.removeMove(move.vm());
            } else {
                start(turn, move, to, busy);
            }
        }
    }

    private static int priority(Turn turn, VmId id) {
        Vm vm = turn.vms.get(id);
        return vm == null ? Integer.MAX_VALUE : vm.priority().ordinal();
    }

    /** Why this VM is not to be planned for at this moment; null: it is. */
    private static @Nullable Waiting notNow(Turn turn, Move move) {
        boolean pressing = move.why() == Move.Why.OPERATOR
                || move.why() == Move.Why.MAINTENANCE
                || move.why() == Move.Why.SHUTDOWN;
        boolean asked = pressing || move.why() == Move.Why.RETURN;
        if (Pause.frozen(turn) || (Pause.on(turn) && !asked)) {
            return Pause.WHY;
        }
        Working.Backoff backoff = turn.moveBackoffs.get(move.vm());
        if (backoff != null && turn.nanos() < backoff.untilNanos()) {
            return new Waiting(Waiting.Reason.MOVE_FAILED, List.of(move.lastError()));
        }
        if (!pressing && move.why() != Move.Why.POLICY && recovering(turn)) {
            return new Waiting(Waiting.Reason.RECOVERY_FIRST, List.of());
        }
        Message obstacle = Moves.obstacle(turn, move.vm());
        if (obstacle == Message.MOVE_NOT_LIVE) {
            boolean cold = pressing || move.why() == Move.Why.RULES;
            return cold ? null : new Waiting(Waiting.Reason.MOVE_NOT_LIVE, List.of());
        }
        return obstacle == null ? null : new Waiting(Waiting.Reason.MOVE_NOT_RUNNING, List.of());
    }

    private static boolean recovering(Turn turn) {
        for (Recovery recovery : turn.recoveries.values()) {
            if (recovery.failover() != null && recovery.stage() != Stage.WAITING) {
                return true;
            }
        }
        return false;
    }

    /** VMs that strict rules bind to a mover go with it. */
    private static void withGroups(Turn turn, TreeMap<VmId, Move> ready) {
        for (Move move : List.copyOf(ready.values())) {
            for (VmId mate : Wants.boundTogether(turn, move.vm())) {
                boolean live = Moves.obstacle(turn, mate) == null && !turn.moves.containsKey(mate);
                if (live && !ready.containsKey(mate)) {
                    ready.put(mate, Move.wanted(mate, move.why(), move.target(), turn.wall()));
                }
            }
        }
    }

    private static PlanProblem problem(Turn turn, TreeMap<VmId, Move> ready) {
        List<PlanVm> vms = new ArrayList<>();
        for (Move move : ready.values()) {
            Vm vm = Objects.requireNonNull(turn.vms.get(move.vm()));
            HostId at = Objects.requireNonNull(turn.placements.get(move.vm())).host();
            vms.add(new PlanVm(
                    vm.id(),
                    vm.cpuCores(),
                    vm.memoryBytes(),
                    vm.datastores(),
                    vm.nics().stream().map(Nic::network).toList(),
                    vm.priority(),
                    at,
                    excluded(turn, move, at)));
        }
        PlanProblem whole = Planning.problem(turn, vms);
        List<PlanHost> hosts = new ArrayList<>();
        for (PlanHost host : whole.hosts()) {
            hosts.add(room(turn, host, ready));
        }
        return new PlanProblem(hosts, vms, whole.running(), whole.rules(), whole.score());
    }

    private static List<HostId> excluded(Turn turn, Move move, HostId at) {
        List<HostId> result = new ArrayList<>();
        if (move.pinned()) {
            turn.hosts.keySet().stream()
                    .filter(host -> !host.equals(move.target()))
                    .forEach(result::add);
            return result;
        }
        if (move.why() != Move.Why.RULES) {
            result.add(at);
        }
        if (move.why() == Move.Why.DEGRADED) {
            result.addAll(Planning.degradedFor(turn, Objects.requireNonNull(turn.vms.get(move.vm()))));
        }
        Working.Backoff backoff = turn.moveBackoffs.get(move.vm());
        if (backoff != null && move.failures() % 2 == 1) {
            result.add(backoff.failedTarget());
        }
        return result;
    }

    /** What the movers take where they are is free for the plan; what is planned there for VMs that are down is not. */
    private static PlanHost room(Turn turn, PlanHost host, TreeMap<VmId, Move> ready) {
        double cpu = host.cpuUsed();
        double memory = host.memoryUsed();
        int count = host.vmCount();
        for (VmId id : turn.liveOn(host.id())) {
            Vm vm = turn.vms.get(id);
            if (vm != null && ready.containsKey(id)) {
                cpu -= vm.cpuCores();
                memory -= vm.memoryBytes();
                count--;
            }
        }
        for (Recovery recovery : turn.recoveries.values()) {
            Vm vm = turn.vms.get(recovery.vm());
            if (vm != null && recovery.stage() == Stage.PLACED && host.id().equals(recovery.plannedHost())) {
                cpu += vm.cpuCores();
                memory += vm.memoryBytes();
                count++;
            }
        }
        return new PlanHost(
                host.id(),
                host.cpuCapacity(),
                cpu,
                host.memoryCapacity(),
                memory,
                count,
                host.loadCores(),
                host.datastores(),
                host.networks());
    }

    private static Map<HostId, Integer> busy(Turn turn) {
        Map<HostId, Integer> busy = new HashMap<>();
        for (Move move : turn.moves.values()) {
            Placement placement = turn.placements.get(move.vm());
            if (move.underWay() && placement != null) {
                busy.merge(placement.host(), 1, Integer::sum);
                if (placement.migrating()) {
                    busy.merge(placement.servingHost(), 1, Integer::sum);
                }
            }
        }
        return busy;
    }

    private static void start(Turn turn, Move move, HostId to, Map<HostId, Integer> busy) {
        VmId id = move.vm();
        HostId from = Objects.requireNonNull(turn.placements.get(id)).host();
        Host host = Objects.requireNonNull(turn.hosts.get(to));
        Vm vm = Objects.requireNonNull(turn.vms.get(id));
        if (!vm.ha().liveMigration()) {
            HostWorks.left(turn, from, id);
            cold(turn, id, to, GRACE_MILLIS);
            return;
        }
        Rule forbids = Wants.forbids(turn, id, to);
        PlanHost room = room(turn, Planning.capacity(turn, host), new TreeMap<>());
        boolean fits = room.cpuUsed() + vm.cpuCores() <= room.cpuCapacity()
                && room.memoryUsed() + vm.memoryBytes() <= room.memoryCapacity();
        if (busy.getOrDefault(from, 0) >= PER_HOST || busy.getOrDefault(to, 0) >= PER_HOST) {
            wait(turn, move, new Waiting(Waiting.Reason.MOVES_AT_A_TIME, List.of()));
        } else if (forbids != null) {
            wait(
                    turn,
                    move,
                    new Waiting(Waiting.Reason.RULES, List.of(forbids.id().value())));
        } else if (!fits) {
            wait(turn, move, new Waiting(Waiting.Reason.OTHERS_MOVE_FIRST, List.of()));
        } else if (Moves.begin(turn, move, to)) {
            busy.merge(from, 1, Integer::sum);
            busy.merge(to, 1, Integer::sum);
        } else {
            wait(turn, move, new Waiting(Waiting.Reason.NO_HEALTHY_HOST, List.of()));
        }
    }

    /** Stops a VM to start it again elsewhere: on the host given, if it can take it then. */
    static void cold(Turn turn, VmId id, @Nullable HostId to, int graceMillis) {
        Placement placement = turn.placements.get(id);
        if (placement == null || !placement.live() || turn.recoveries.containsKey(id)) {
            return;
        }
        turn.put(Recovery.begin(id, null, Stage.ISOLATING, to, turn.wall()).leave());
        if (placement.migrating()) {
            Runs.stop(turn, placement.targetOnly(), true, 0);
            Runs.stop(turn, placement.sourceOnly(), false, graceMillis);
        } else {
            turn.removeMove(id);
            Runs.stop(turn, placement, false, graceMillis);
        }
        turn.tell(
                TimelineEntry.Severity.INFO,
                placement.servingHost(),
                id,
                null,
                Message.MOVE_COLD,
                turn.name(id),
                turn.name(placement.servingHost()));
    }

    private static void wait(Turn turn, Move move, Waiting why) {
        turn.put(move.waitFor(why, turn.wall()));
        boolean passing = why.reason() == Waiting.Reason.MOVES_AT_A_TIME
                || why.reason() == Waiting.Reason.OTHERS_MOVE_FIRST
                || why.reason() == Waiting.Reason.MOVE_NOT_RUNNING
                || why.reason() == Waiting.Reason.RECOVERY_FIRST;
        boolean wish = move.why() == Move.Why.RETURN || move.why() == Move.Why.FAILBACK;
        if (!passing && !wish) {
            Placement placement = turn.placements.get(move.vm());
            String host = placement == null ? "" : turn.name(placement.servingHost());
            turn.raise(
                    Message.ALARM_MOVE,
                    move.vm().value(),
                    List.of(turn.name(move.vm()), host, why.reason().message().english(why.arguments())));
        }
    }

    /** After a failed attempt: the next one is later each time, and not always to the same host. */
    static void backOff(Turn turn, Move move, HostId target) {
        long seconds = Math.min(300, 10L << Math.min(5, Math.max(0, move.failures() - 1)));
        turn.moveBackoffs =
                turn.moveBackoffs.plus(move.vm(), new Working.Backoff(turn.nanos() + seconds * 1_000_000_000L, target));
        turn.put(move.waitFor(new Waiting(Waiting.Reason.MOVE_FAILED, List.of(move.lastError())), turn.wall()));
    }

    /** VMs that strict rules bind to it as well. */
    static List<Vm> withMates(Turn turn, VmId vm) {
        List<Vm> result = new ArrayList<>();
        TreeSet<VmId> ids = Wants.boundTogether(turn, vm);
        for (VmId id : ids) {
            Vm each = turn.vms.get(id);
            if (each != null && (id.equals(vm) || alive(turn, id))) {
                result.add(each);
            }
        }
        return result;
    }
}
