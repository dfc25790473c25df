package io.holdfast.core;

import io.holdfast.core.health.HostHealth;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.DegradedAction;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.movement.HostWork;
import io.holdfast.core.movement.Move;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.policy.Action;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.recovery.Stage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Which VMs that run are to be moved, and why; the most pressing reason counts. */
final class Wants {
    /** A host that came back is stable after this, and those that prefer it go back. */
    private static final long STABLE_NANOS = 60_000_000_000L;

    /**
     * A wish to move.
     *
     * @param target the only host that will do, or null
     */
    record Want(Move.Why why, @Nullable HostId target) {}

    private final Turn turn;
    private final TreeMap<VmId, Want> result = new TreeMap<>();

    private Wants(Turn turn) {
        this.turn = turn;
    }

    static TreeMap<VmId, Want> collect(Turn turn) {
        Wants wants = new Wants(turn);
        wants.drains();
        wants.lostNetworks();
        wants.brokenRules();
        wants.degraded();
        wants.returns();
        wants.failbacks();
        return wants.result;
    }

    /** Running, wanted, on one host, and not being recovered: its host; else null. */
    private @Nullable HostId steadyOn(VmId id) {
        Vm vm = turn.vms.get(id);
        Placement placement = turn.placements.get(id);
        boolean steady = vm != null
                && vm.requested() == RequestedState.STARTED
                && !turn.recoveries.containsKey(id)
                && HostWorks.frozenWith(turn, id) == null;
        return steady && placement != null && placement.live() && !placement.migrating() ? placement.host() : null;
    }

    private void want(VmId id, Move.Why why, @Nullable HostId target) {
        HostId host = steadyOn(id);
        if (host != null && !host.equals(target)) {
            result.putIfAbsent(id, new Want(why, target));
        }
    }

    private void drains() {
        for (Host host : turn.hosts.values()) {
            HostWork work = turn.hostWork.get(host.id());
            boolean maintenance = host.admin() == AdminState.MAINTENANCE;
            if (maintenance || (work != null && work.drains())) {
                Move.Why why = maintenance ? Move.Why.MAINTENANCE : Move.Why.SHUTDOWN;
                turn.liveOn(host.id()).forEach(vm -> want(vm, why, null));
            }
        }
    }

    /** Row ok, ok, fault of the policy table. */
    private void lostNetworks() {
        for (HostHealth health : turn.health.values()) {
            if (!health.networksDown().isEmpty() && health.reporting()) {
                for (VmId id : turn.liveOn(health.host())) {
                    Vm vm = turn.vms.get(id);
                    if (vm != null && Planes.lacksNetwork(turn, health, vm) && migrates(vm)) {
                        want(id, Move.Why.POLICY, null);
                    }
                }
            }
        }
    }

    private boolean migrates(Vm vm) {
        Action action = Judge.policy(turn, vm).action(false, false, true);
        return action == Action.MIGRATE_OR_KEEP
                || (action == Action.MIGRATE_OR_RESTART && vm.ha().liveMigration());
    }

    private void brokenRules() {
        for (Rule rule : turn.rules.values()) {
            switch (rule) {
                case Rule.VmHost vmHost -> {
                    if (vmHost.strict()) {
                        brokenVmHost(vmHost);
                    }
                }
                case Rule.Together together -> {
                    if (together.strict()) {
                        brokenTogether(together);
                    }
                }
                case Rule.Apart apart -> {
                    if (apart.strict()) {
                        brokenApart(apart);
                    }
                }
                case Rule.DependsOn ignored -> {}
            }
        }
    }

    private void brokenVmHost(Rule.VmHost rule) {
        for (VmId id : rule.vms()) {
            HostId host = steadyOn(id);
            if (host != null
                    && rule.hosts().stream().noneMatch(entry -> entry.host().equals(host))) {
                want(id, Move.Why.RULES, null);
            }
        }
    }

    private void brokenTogether(Rule.Together rule) {
        TreeSet<HostId> hosts = new TreeSet<>();
        rule.vms().forEach(id -> {
            HostId host = steadyOn(id);
            if (host != null) {
                hosts.add(host);
            }
        });
        if (hosts.size() > 1) {
            rule.vms().forEach(id -> want(id, Move.Why.RULES, null));
        }
    }

    private void brokenApart(Rule.Apart rule) {
        Map<HostId, Integer> count = new HashMap<>();
        for (VmId id : rule.vms()) {
            HostId host = steadyOn(id);
            if (host != null) {
                count.merge(host, 1, Integer::sum);
            }
        }
        for (VmId id : rule.vms()) {
            HostId host = steadyOn(id);
            if (host != null && count.getOrDefault(host, 0) > 1) {
                want(id, Move.Why.RULES, null);
            }
        }
    }

    /** Where the cluster says so, VMs leave a host on which a plane that they use is degraded, as long as there is one that is well: a storage that is slow for all is no reason to move. */
    private void degraded() {
        if (turn.settings().degradedAction() != DegradedAction.EVACUATE) {
            return;
        }
        for (HostHealth health : turn.health.values()) {
            if (!health.degraded().isEmpty() && health.reporting()) {
                for (VmId id : turn.liveOn(health.host())) {
                    Vm vm = turn.vms.get(id);
                    if (vm != null && Degradations.lasts(turn, health, vm) && soundHostFor(vm)) {
                        want(id, Move.Why.DEGRADED, null);
                    }
                }
            }
        }
    }

    private boolean soundHostFor(Vm vm) {
        for (Host host : turn.hosts.values()) {
            if (Planning.whyNotEligible(turn, host) == null && Degradations.sound(turn.health(host.id()), vm)) {
                return true;
            }
        }
        return false;
    }

    /** Those that left a host for work on it, when that is over. */
    private void returns() {
        for (HostWork work : turn.hostWork.values()) {
            Host host = turn.hosts.get(work.host());
            if (work.back() && host != null && Planning.whyNotEligible(turn, host) == null) {
                for (VmId id : work.away()) {
                    Vm vm = turn.vms.get(id);
                    if (vm != null && vm.ha().failback() && !Degradations.concerns(turn.health(work.host()), vm)) {
                        want(id, Move.Why.RETURN, work.host());
                    }
                }
            }
        }
    }

    /** A host has come back and been stable for a while: those that prefer it to where they are go there. */
    private void failbacks() {
        for (var entry : turn.cameBack.entrySet()) {
            Host host = turn.hosts.get(entry.getKey());
            if (host != null
                    && turn.nanos() - entry.getValue() >= STABLE_NANOS
                    && Planning.whyNotEligible(turn, host) == null) {
                for (Rule rule : turn.rules.values()) {
                    if (rule instanceof Rule.VmHost vmHost) {
                        vmHost.vms().forEach(id -> failback(id, host.id()));
                    }
                }
            }
        }
    }

    private void failback(VmId id, HostId to) {
        Vm vm = turn.vms.get(id);
        HostId at = steadyOn(id);
        boolean well = vm != null && vm.ha().failback() && !Degradations.concerns(turn.health(to), vm);
        if (well && at != null && rank(id, to) > rank(id, at)) {
            want(id, Move.Why.FAILBACK, to);
        }
    }

    private int rank(VmId id, HostId host) {
        int result = 0;
        for (Rule rule : turn.rules.values()) {
            if (rule instanceof Rule.VmHost vmHost && vmHost.vms().contains(id)) {
                for (Rule.HostPriority entry : vmHost.hosts()) {
                    result += entry.host().equals(host) ? entry.priority() + 1 : 0;
                }
            }
        }
        return result;
    }

    /** VMs that strict rules bind to one host with this one, itself included. */
    static TreeSet<VmId> boundTogether(Turn turn, VmId vm) {
        TreeSet<VmId> group = new TreeSet<>();
        group.add(vm);
        boolean grows = true;
        while (grows) {
            grows = false;
            for (Rule rule : turn.rules.values()) {
                if (rule instanceof Rule.Together together
                        && together.strict()
                        && together.vms().stream().anyMatch(group::contains)) {
                    grows |= group.addAll(together.vms());
                }
            }
        }
        return group;
    }

    /** Hosts that another member of a strict apart-rule may come back to, because its live migration away from there is not over. */
    static List<HostId> mayComeBackTo(Turn turn, VmId vm) {
        List<HostId> result = new ArrayList<>();
        for (Rule rule : turn.moves.isEmpty() ? List.<Rule>of() : turn.rules.values()) {
            if (rule instanceof Rule.Apart apart
                    && apart.strict()
                    && apart.vms().contains(vm)) {
                for (VmId other : apart.vms()) {
                    Placement placement = turn.placements.get(other);
                    if (!other.equals(vm) && placement != null && placement.migrating()) {
                        result.add(placement.servingHost());
                    }
                }
            }
        }
        return result;
    }

    /** A strict rule that says apart, and of which another member may live on this host or is about to be started there; null: none. */
    static @Nullable Rule forbids(Turn turn, VmId vm, HostId host) {
        for (Rule rule : turn.rules.values()) {
            if (rule instanceof Rule.Apart apart
                    && apart.strict()
                    && apart.vms().contains(vm)) {
                for (VmId other : apart.vms()) {
                    boolean there = turn.liveOn(host).contains(other) || plannedOn(turn, other, host);
                    if (!other.equals(vm) && there) {
                        return Objects.requireNonNull(rule);
                    }
                }
            }
        }
        return null;
    }

    private static boolean plannedOn(Turn turn, VmId vm, HostId host) {
        Recovery recovery = turn.recoveries.get(vm);
        return recovery != null && recovery.stage() == Stage.PLACED && host.equals(recovery.plannedHost());
    }
}
