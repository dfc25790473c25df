package io.holdfast.simulator.scenario;

import io.holdfast.core.Request;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.recovery.Stage;
import io.holdfast.simulator.world.SimHost;
import io.holdfast.simulator.world.World;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Moves VMs as an operator does who has no migration: stop, prefer the target by a soft rule, start. VMs that must be together are moved together. */
final class Mover {
    private static final long SECOND = 1_000_000_000L;
    private static final long ROUND = 20 * SECOND;
    private static final int PATIENCE = 30;
    private final World world;
    private final Names names;
    private final RulesOfScenario rules;
    private final Doubles doubles;
    private final Machines machines;
    private final Requests requests;
    private final Predicate<String> wantedToRun;
    private final Predicate<String> failsBack;
    /** Where VMs were before their host was drained. */
    private final Map<VmId, HostId> homes = new TreeMap<>();

    private final TreeSet<VmId> moving = new TreeSet<>();
    /** Where a VM was last sent because it prefers that host: once for each time that the host comes. */
    private final Map<VmId, HostId> sent = new TreeMap<>();

    Mover(
            World world,
            Names names,
            RulesOfScenario rules,
            Doubles doubles,
            Machines machines,
            Requests requests,
            Predicate<String> wantedToRun,
            Predicate<String> failsBack) {
        this.world = world;
        this.names = names;
        this.rules = rules;
        this.doubles = doubles;
        this.machines = machines;
        this.requests = requests;
        this.wantedToRun = wantedToRun;
        this.failsBack = failsBack;
    }

    /** VMs that are to run, and live on a host by the journal. */
    List<VmId> on(HostId host) {
        List<VmId> result = new ArrayList<>();
        for (Placement placement : world.database.journal().placements()) {
            Vm vm = world.database.journal().vm(placement.vm());
            if (placement.live()
                    && placement.host().equals(host)
                    && vm != null
                    && vm.requested() == RequestedState.STARTED) {
                result.add(placement.vm());
            }
        }
        return result;
    }

    /** Refused, as the reference does, when a rule forbids the target or it takes no VMs. */
    void move(VmId vm, HostId to) {
        TreeSet<VmId> group = rules.group(vm);
        if (takes(group, to)) {
            restart(group, to);
        }
    }

    /** Somebody moved it past HA: it is where he says, whether the rules like it or not; what they do not like is put right at once. */
    void place(VmId vm, HostId to) {
        restart(Set.of(vm), to);
    }

    /** Something is on its way. */
    boolean moves() {
        return !moving.isEmpty();
    }

    private boolean takes(Set<VmId> group, HostId to) {
        return machines.usable(world.host(to).index) && !machines.paused() && rules.allows(group, to);
    }

    /** As long as the host is to be drained, each round moves what can be moved. */
    void drain(HostId host) {
        Host known = world.database.journal().host(host);
        if (known == null || known.admin() != AdminState.MAINTENANCE) {
            return;
        }
        TreeSet<VmId> done = new TreeSet<>();
        for (VmId vm : on(host)) {
            TreeSet<VmId> group = rules.group(vm);
            if (done.addAll(group) && machines.usable(world.host(host).index) && anyTakes(group)) {
                group.forEach(each -> homes.putIfAbsent(each, host));
                restart(group, null);
            }
        }
        world.at(world.now() + ROUND, () -> drain(host));
    }

    private boolean anyTakes(Set<VmId> group) {
        return world.hosts().stream().anyMatch(each -> takes(group, each.id));
    }

    /** What was drained from there returns. */
    void back(HostId host) {
        for (Map.Entry<VmId, HostId> home : new TreeMap<>(homes).entrySet()) {
            if (home.getValue().equals(host) && homes.containsKey(home.getKey())) {
                TreeSet<VmId> group = rules.group(home.getKey());
                group.forEach(homes::remove);
                move(home.getKey(), host);
            }
        }
    }

    /** A VM that waits because those that it must be with run where it may not: they come to where all of them may be. */
    void gather() {
        for (Vm vm : world.database.journal().vms()) {
            Recovery recovery = world.database.journal().recovery(vm.id());
            TreeSet<VmId> group = rules.group(vm.id());
            boolean stuck = recovery != null && recovery.stage() == Stage.WAITING && group.size() > 1;
            if (stuck && group.stream().noneMatch(moving::contains)) {
                for (SimHost host : world.hosts()) {
                    if (takes(group, host.id)) {
                        restart(group, host.id);
                        break;
                    }
                }
            }
        }
    }

    /** VMs that fail back go to the hosts that their rules prefer as soon as these take them: the reference looks each round. */
    void failBack() {
        sent.values().removeIf(host -> !machines.usable(world.host(host).index));
        TreeSet<VmId> done = new TreeSet<>();
        for (SimHost from : world.hosts()) {
            for (VmId vm : on(from.id)) {
                TreeSet<VmId> group = rules.group(vm);
                if (done.addAll(group)) {
                    failBack(group, from);
                }
            }
        }
    }

    private void failBack(Set<VmId> group, SimHost from) {
        boolean free = machines.usable(from.index)
                && group.stream().noneMatch(moving::contains)
                && group.stream().map(names::name).allMatch(failsBack);
        if (!free) {
            return;
        }
        Set<HostId> preferred = rules.preferred(group, host -> takes(group, host));
        if (preferred.isEmpty() || preferred.contains(from.id)) {
            return;
        }
        HostId to = Collections.min(preferred, Comparator.comparingInt((HostId host) -> on(host).size()));
        if (!to.equals(sent.get(group.iterator().next()))) {
            group.forEach(each -> sent.put(each, to));
            restart(group, to);
        }
    }

    /** Prefers a host for starts that {@code start} asks for, and takes the preference back after them. */
    void prefer(List<VmId> vms, HostId host, Runnable start) {
        vms.forEach(vm -> requests.ask(new Request.PutRule(
                new Rule.VmHost(rule(vm), false, List.of(vm), List.of(new Rule.HostPriority(host, 1000))))));
        world.at(world.now() + SECOND / 2, start);
        world.at(world.now() + 5 * SECOND, () -> vms.forEach(vm -> requests.ask(new Request.RemoveRule(rule(vm)))));
    }

    private static RuleId rule(VmId vm) {
        return new RuleId("move-" + vm.value());
    }

    private void restart(Set<VmId> group, @Nullable HostId to) {
        List<VmId> those = new ArrayList<>();
        for (VmId vm : group) {
            Vm known = world.database.journal().vm(vm);
            Placement placement = world.database.journal().placement(vm);
            if (known != null
                    && known.requested() == RequestedState.STARTED
                    && placement != null
                    && placement.live()
                    && !placement.host().equals(to)) {
                those.add(vm);
            }
        }
        boolean fails = false;
        for (VmId vm : those) {
            fails |= moving.contains(vm) || doubles.moveFails(vm, to);
        }
        if (!fails) {
            moving.addAll(those);
            those.forEach(vm -> requests.ask(new Request.StopVm(vm, true, 0)));
            whenStopped(those, to, 0);
        }
    }

    private void whenStopped(List<VmId> vms, @Nullable HostId to, int tries) {
        boolean live = vms.stream()
                .map(vm -> world.database.journal().placement(vm))
                .anyMatch(placement -> placement != null && placement.live());
        if (live && tries < PATIENCE) {
            world.at(world.now() + SECOND / 5, () -> whenStopped(vms, to, tries + 1));
            return;
        }
        Runnable start = () -> vms.forEach(this::start);
        if (to == null) {
            start.run();
        } else {
            prefer(vms, to, start);
        }
    }

    private void start(VmId vm) {
        moving.remove(vm);
        if (wantedToRun.test(names.name(vm))) {
            requests.ask(new Request.SetRequestedState(vm, RequestedState.STARTED));
        }
    }
}
