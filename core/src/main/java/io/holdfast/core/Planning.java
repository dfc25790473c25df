package io.holdfast.core;

import io.holdfast.core.health.HostFacts;
import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.LeaseStatus;
import io.holdfast.core.health.Report;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.ClusterSettings;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.HostNetwork;
import io.holdfast.core.inventory.Nic;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.movement.HostWork;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.placement.Plan;
import io.holdfast.core.placement.PlanHost;
import io.holdfast.core.placement.PlanProblem;
import io.holdfast.core.placement.PlanVm;
import io.holdfast.core.placement.Planner;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.recovery.Stage;
import io.holdfast.core.recovery.VmOutcome;
import io.holdfast.core.recovery.Waiting;
import io.holdfast.core.text.Message;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes the joint plan for all VMs that are to be placed, and writes it into their recoveries. Starting them in order is {@link Dispatch}'s. */
final class Planning {
    private static final long AGAIN_NANOS = 5_000_000_000L;
    private static final long AGAIN_AFTER_FAILURES_NANOS = 30_000_000_000L;

    private static final int LARGE_CLUSTER = 100;
    private static final long PAUSE_PER_HOST_NANOS = 50_000;

    private Planning() {}

    /** Plans if something relevant has changed, or somebody waits and it is time to look again. */
    static void run(Turn turn) {
        boolean due = turn.planDue;
        Heartbeats.tick(turn);
        if (!turn.recoveries.isEmpty()) {
            wakeUp(turn);
            boolean again = turn.nanos() - turn.plannedNanos >= AGAIN_NANOS;
            if (again || (turn.planDue && !tooSoon(turn, turn.plannedNanos))) {
                plan(turn);
                turn.dispatchDue = true;
                turn.planDue = false;
            }
        } else {
            turn.planDue = false;
        }
        if (turn.dispatchDue) {
            turn.dispatchDue = false;
            Dispatch.run(turn);
        }
        boolean movesWait = due && tooSoon(turn, turn.movesPlannedNanos);
        Movements.run(turn, due && !movesWait);
        turn.planDue |= movesWait && turn.recoveries.isEmpty();
    }

    /**
     * A plan looks at every host. In a large cluster the proofs of one outage that come shortly after each other are planned together, so that planning takes a bounded share of the
     * time; what waits is planned at the next tick after the pause. So it is with moves, whose wishes are looked for on every host.
     */
    private static boolean tooSoon(Turn turn, long lastNanos) {
        int hosts = turn.hosts.size();
        return hosts >= LARGE_CLUSTER && turn.nanos() - lastNanos < hosts * PAUSE_PER_HOST_NANOS;
    }

    private static void wakeUp(Turn turn) {
        for (var entry : turn.notBefore.entrySet()) {
            if (entry.getValue() <= turn.nanos()) {
                turn.notBefore = turn.notBefore.minus(entry.getKey());
                turn.planDue = true;
            }
        }
    }

    private static void plan(Turn turn) {
        boolean longAgo = turn.nanos() - turn.plannedNanos >= AGAIN_AFTER_FAILURES_NANOS;
        List<PlanVm> vms = new ArrayList<>();
        for (Recovery recovery : turn.recoveries.values()) {
            boolean plannable = recovery.stage() == Stage.ISOLATED
                    || recovery.stage() == Stage.PLACED
                    || recovery.stage() == Stage.WAITING;
            Vm vm = turn.vms.get(recovery.vm());
            if (!plannable || vm == null || turn.notBefore.containsKey(recovery.vm())) {
                continue;
            }
            if (Pause.holds(turn, recovery)) {
                wait(turn, recovery, Pause.WHY);
                continue;
            }
            HostWork work = HostWorks.frozenWith(turn, recovery.vm());
            if (work != null && (!work.back() || whyNotEligible(turn, turn.host(work.host())) != null)) {
                wait(turn, recovery, new Waiting(Waiting.Reason.FROZEN, List.of(turn.name(work.host()))));
                continue;
            }
            Recovery ready = retry(turn, recovery, longAgo);
            if (ready.failedHosts().size() > vm.ha().maxRelocations()) {
                wait(turn, ready, failedEverywhere(ready));
            } else {
                HostId only = work != null ? work.host() : movingTo(turn, vm, ready);
                vms.add(only == null ? demand(turn, vm, ready) : onlyOn(turn, demand(turn, vm, ready), only));
            }
        }
        turn.plannedNanos = turn.nanos();
        if (!vms.isEmpty()) {
            apply(turn, planOnSoundHosts(turn, vms));
        }
    }

    /**
     * Hosts on which nothing that a VM uses is degraded are preferred, as a soft wish: first without the others; then with them for those alone that found no place; then for all. The
     * plan that leaves the fewest without a place counts, the first of equals.
     */
    private static Plan planOnSoundHosts(Turn turn, List<PlanVm> vms) {
        Map<VmId, List<HostId>> degraded = new HashMap<>();
        for (PlanVm vm : vms) {
            List<HostId> hosts = degradedFor(turn, Objects.requireNonNull(turn.vms.get(vm.id())));
            if (!hosts.isEmpty()) {
                degraded.put(vm.id(), hosts);
            }
        }
        if (degraded.isEmpty()) {
            return Planner.plan(problem(turn, vms));
        }
        Plan best = Planner.plan(problem(turn, avoiding(vms, degraded)));
        if (!best.refused().isEmpty()) {
            best.refused().keySet().forEach(degraded::remove);
            best = better(best, Planner.plan(problem(turn, avoiding(vms, degraded))));
        }
        if (best.refused().isEmpty()) {
            return best;
        }
        Plan free = Planner.plan(problem(turn, vms));
        return better(new Plan(best.placed(), reasons(best, free), best.givenUp()), free);
    }

    private static Plan better(Plan one, Plan other) {
        return other.refused().size() < one.refused().size() ? other : one;
    }

    /** Why a VM has no place is told as if no host were degraded: that is never the reason. */
    private static TreeMap<VmId, Waiting> reasons(Plan plan, Plan free) {
        TreeMap<VmId, Waiting> result = new TreeMap<>(plan.refused());
        result.replaceAll((vm, waiting) -> free.refused().getOrDefault(vm, waiting));
        return result;
    }

    private static List<PlanVm> avoiding(List<PlanVm> vms, Map<VmId, List<HostId>> degraded) {
        List<PlanVm> result = new ArrayList<>();
        for (PlanVm vm : vms) {
            List<HostId> excluded = new ArrayList<>(vm.excluded());
            excluded.addAll(degraded.getOrDefault(vm.id(), List.of()));
            result.add(excluded.size() == vm.excluded().size() ? vm : excluding(vm, excluded));
        }
        return result;
    }

    private static PlanVm excluding(PlanVm vm, List<HostId> hosts) {
        return new PlanVm(
                vm.id(),
                vm.cpuCores(),
                vm.memoryBytes(),
                vm.datastores(),
                vm.networks(),
                vm.priority(),
                vm.preferred(),
                hosts);
    }

    /** Hosts on which something that this VM uses is seen to be degraded, even if that does not count yet. */
    static List<HostId> degradedFor(Turn turn, Vm vm) {
        List<HostId> result = new ArrayList<>();
        for (HostHealth health : turn.health.values()) {
            if (!Degradations.sound(health, vm)) {
                result.add(health.host());
            }
        }
        return result;
    }

    /** A VM whose start failed everywhere gets all hosts again after a while. */
    private static Recovery retry(Turn turn, Recovery recovery, boolean longAgo) {
        boolean since = turn.wall() - recovery.sinceWallMillis() >= AGAIN_AFTER_FAILURES_NANOS / 1_000_000;
        if (recovery.stage() == Stage.WAITING && !recovery.failedHosts().isEmpty() && (longAgo || since)) {
            Recovery cleared = recovery.forgetFailures();
            turn.put(cleared);
            return cleared;
        }
        return recovery;
    }

    /** A VM that was stopped to be moved goes to the host that was named, if that can take it now. */
    private static @Nullable HostId movingTo(Turn turn, Vm vm, Recovery recovery) {
        HostId to = recovery.preferredHost();
        Host host = to == null ? null : turn.hosts.get(to);
        boolean named = recovery.leaving() && recovery.failedHosts().isEmpty();
        return named && host != null && whyNotThere(turn, List.of(vm), host) == null ? to : null;
    }

    private static PlanVm onlyOn(Turn turn, PlanVm vm, HostId only) {
        return new PlanVm(
                vm.id(),
                vm.cpuCores(),
                vm.memoryBytes(),
                vm.datastores(),
                vm.networks(),
                vm.priority(),
                only,
                turn.hosts.keySet().stream()
                        .filter(host -> !host.equals(only) || vm.excluded().contains(host))
                        .toList());
    }

    private static List<HostId> excluded(Turn turn, Vm vm, Recovery recovery) {
        List<HostId> more = Wants.mayComeBackTo(turn, vm.id());
        if (more.isEmpty()) {
            return recovery.failedHosts();
        }
        more.addAll(recovery.failedHosts());
        return more;
    }

    private static PlanVm demand(Turn turn, Vm vm, Recovery recovery) {
        HostId preferred = recovery.plannedHost() != null ? recovery.plannedHost() : recovery.preferredHost();
        return new PlanVm(
                vm.id(),
                vm.cpuCores(),
                vm.memoryBytes(),
                vm.datastores(),
                vm.nics().stream().map(Nic::network).toList(),
                vm.priority(),
                preferred,
                excluded(turn, vm, recovery));
    }

    static PlanProblem problem(Turn turn, List<PlanVm> vms) {
        List<PlanHost> hosts = new ArrayList<>();
        for (Host host : turn.hosts.values()) {
            if (whyNotEligible(turn, host) == null) {
                hosts.add(capacity(turn, host));
            }
        }
        Map<VmId, HostId> running = new HashMap<>();
        for (Rule rule : turn.rules.values()) {
            for (VmId vm : rule.vms()) {
                Placement placement = turn.placements.get(vm);
                if (placement != null && placement.live()) {
                    running.put(vm, placement.host());
                }
            }
        }
        return new PlanProblem(
                hosts, vms, running, turn.rules.values(), turn.settings().score());
    }

    /** Why a host may take no VMs now, or null. */
    static @Nullable String whyNotEligible(Turn turn, Host host) {
        HostHealth health = turn.health(host.id());
        Report report = health.report();
        if (host.admin() != AdminState.ENABLED) {
            return host.admin().name();
        }
        if (HostWorks.goingDown(turn, host.id())) {
            return "GOING_DOWN";
        }
        if (!health.reporting() || report == null) {
            return "SILENT";
        }
        if (!report.libvirtConnected() || !report.inventoryComplete()) {
            return "INCOMPLETE";
        }
        return health.holdUntilNanos() != 0 ? "FLAPPING" : null;
    }

    static PlanHost capacity(Turn turn, Host host) {
        ClusterSettings settings = turn.settings();
        HostHealth health = turn.health(host.id());
        double cpuUsed = 0;
        double memoryUsed = 0;
        int count = 0;
        for (VmId id : turn.liveOn(host.id())) {
            Vm vm = turn.vms.get(id);
            if (vm != null) {
                cpuUsed += vm.cpuCores();
                memoryUsed += vm.memoryBytes();
                count++;
            }
        }
        TreeSet<DatastoreId> datastores = new TreeSet<>();
        Report report = Objects.requireNonNull(health.report());
        for (LeaseStatus lease : report.leases()) {
            if (lease.held() && lease.generation() > 0) {
                datastores.add(lease.datastore());
            }
        }
        TreeSet<String> networks = new TreeSet<>();
        for (HostNetwork network : host.networks()) {
            if (!health.networksDown().containsKey(network.network())) {
                networks.add(network.network());
            }
        }
        return new PlanHost(
                host.id(),
                cores(turn, host) * settings.cpuOvercommit(),
                cpuUsed,
                memory(turn, host) * settings.memoryOvercommit(),
                memoryUsed,
                count,
                report.cpuLoadCores(),
                datastores,
                networks);
    }

    /** Cores as declared, or else as the agent reported. */
    static int cores(Turn turn, Host host) {
        HostFacts facts = turn.facts.get(host.id());
        return host.cpuCores() > 0 ? host.cpuCores() : facts == null ? 0 : facts.cpuCores();
    }

    /** Memory as declared, or else as the agent reported. */
    static long memory(Turn turn, Host host) {
        HostFacts facts = turn.facts.get(host.id());
        return host.memoryBytes() > 0 ? host.memoryBytes() : facts == null ? 0 : facts.memoryBytes();
    }

    private static void apply(Turn turn, Plan plan) {
        TreeSet<VmId> moved = new TreeSet<>();
        for (var entry : plan.placed().entrySet()) {
            Recovery recovery = Objects.requireNonNull(turn.recoveries.get(entry.getKey()));
            if (recovery.stage() != Stage.PLACED || !entry.getValue().equals(recovery.plannedHost())) {
                turn.put(recovery.place(entry.getValue(), null, turn.wall()));
                moved.add(entry.getKey());
            }
        }
        for (var entry : plan.refused().entrySet()) {
            Recovery recovery = Objects.requireNonNull(turn.recoveries.get(entry.getKey()));
            boolean failed = entry.getValue().reason() == Waiting.Reason.START_FAILED_EVERYWHERE;
            wait(turn, recovery, failed ? failedEverywhere(recovery) : named(turn, entry.getValue()));
        }
        for (Plan.GivenUp givenUp : plan.givenUp()) {
            if (!moved.contains(givenUp.vm())) {
                continue;
            }
            Recovery recovery = turn.recoveries.get(givenUp.vm());
            turn.tell(
                    TimelineEntry.Severity.WARNING,
                    null,
                    givenUp.vm(),
                    recovery == null ? null : recovery.failover(),
                    Message.SOFT_RULE_GIVEN_UP,
                    givenUp.rule().value(),
                    turn.name(givenUp.vm()));
        }
    }

    private static Waiting failedEverywhere(Recovery recovery) {
        return new Waiting(Waiting.Reason.START_FAILED_EVERYWHERE, List.of(recovery.lastError()));
    }

    static Waiting named(Turn turn, Waiting waiting) {
        return waiting.reason() == Waiting.Reason.NO_HOST_REACHES_DATASTORE
                ? new Waiting(
                        waiting.reason(),
                        List.of(turn.name(new DatastoreId(waiting.arguments().getFirst()))))
                : waiting;
    }

    static void wait(Turn turn, Recovery recovery, Waiting waiting) {
        if (recovery.stage() == Stage.WAITING && waiting.equals(recovery.waiting())) {
            return;
        }
        turn.put(recovery.waitFor(waiting, turn.wall()));
        Message message = waiting.reason().message();
        Story.outcome(
                turn,
                recovery.failover(),
                recovery.vm(),
                outcome -> outcome.withResult(VmOutcome.Result.WAITING, message, waiting.arguments()));
        boolean sameReason = recovery.waiting() != null && recovery.waiting().reason() == waiting.reason();
        String text = message.english(waiting.arguments());
        turn.raise(Message.ALARM_VM_DOWN, recovery.vm().value(), List.of(turn.name(recovery.vm()), text));
        if (!sameReason) {
            turn.tell(
                    TimelineEntry.Severity.WARNING,
                    null,
                    recovery.vm(),
                    recovery.failover(),
                    Message.VM_WAITS,
                    turn.name(recovery.vm()),
                    text);
        }
    }

    /** Why these VMs, which run, could not all be on this host now; null: they could. What they take where they run counts as used there only. */
    static @Nullable Waiting whyNotThere(Turn turn, List<Vm> vms, Host host) {
        if (whyNotEligible(turn, host) != null) {
            return new Waiting(Waiting.Reason.NO_HEALTHY_HOST, List.of());
        }
        List<PlanVm> demands = new ArrayList<>();
        for (Vm vm : vms) {
            demands.add(demand(turn, vm, Recovery.begin(vm.id(), null, Stage.ISOLATED, null, 0)));
        }
        PlanProblem whole = problem(turn, demands);
        Plan plan = Planner.plan(
                new PlanProblem(List.of(capacity(turn, host)), demands, whole.running(), whole.rules(), whole.score()));
        return plan.refused().isEmpty()
                ? null
                : named(turn, plan.refused().values().iterator().next());
    }

    /** Another host could take this VM now: asked before a running one is stopped to be moved. */
    static boolean anotherHostTakes(Turn turn, Vm vm, HostId except) {
        PlanVm demand = demand(turn, vm, Recovery.begin(vm.id(), null, Stage.ISOLATED, null, 0));
        PlanVm moved = new PlanVm(
                demand.id(),
                demand.cpuCores(),
                demand.memoryBytes(),
                demand.datastores(),
                demand.networks(),
                demand.priority(),
                null,
                List.of(except));
        return Planner.plan(problem(turn, List.of(moved))).placed().containsKey(vm.id());
    }
}
