package io.holdfast.simulator.scenario;

import io.holdfast.core.Request;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.Placement;
import io.holdfast.simulator.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Moves VMs as an operator does who has no migration: stop, prefer the target by a soft rule, start. VMs that must be together are moved together. */
final class Mover {
    private static final long SECOND = 1_000_000_000L;
    private static final int PATIENCE = 30;
    private final World world;
    private final Scenario scenario;
    private final Names names;
    /** Where VMs were before their host was drained. */
    private final Map<VmId, HostId> homes = new TreeMap<>();

    Mover(World world, Scenario scenario, Names names) {
        this.world = world;
        this.scenario = scenario;
        this.names = names;
    }

    /** VMs that run on a host, by the journal. */
    List<VmId> on(HostId host) {
        List<VmId> result = new ArrayList<>();
        for (Placement placement : world.database.journal().placements()) {
            if (placement.live() && placement.host().equals(host)) {
                result.add(placement.vm());
            }
        }
        return result;
    }

    void move(VmId vm, HostId to) {
        for (VmId each : group(vm)) {
            restart(each, to);
        }
    }

    void drain(HostId host) {
        for (VmId vm : on(host)) {
            homes.put(vm, host);
            restart(vm, null);
        }
    }

    /** What was drained from there returns. */
    void back(HostId host) {
        for (Map.Entry<VmId, HostId> home : new TreeMap<>(homes).entrySet()) {
            if (home.getValue().equals(host)) {
                homes.remove(home.getKey());
                restart(home.getKey(), host);
            }
        }
    }

    /** Prefers a host for a start that {@code start} asks for, and takes the preference back after it. */
    void place(VmId vm, HostId host, Runnable start) {
        ask(new Request.PutRule(ScenarioRun.only(vm, host)));
        world.at(world.now() + SECOND / 2, start);
        world.at(world.now() + 5 * SECOND, () -> ask(new Request.RemoveRule(ScenarioRun.moveRule(vm))));
    }

    private TreeSet<VmId> group(VmId vm) {
        TreeSet<VmId> result = new TreeSet<>();
        result.add(vm);
        for (Scenario.RuleLine rule : scenario.rules()) {
            if (rule.type().equals("vm-vm-together") && rule.vms().contains(names.name(vm))) {
                rule.vms().forEach(each -> result.add(names.vm(each)));
            }
        }
        return result;
    }

    private void restart(VmId vm, @Nullable HostId to) {
        Vm known = world.database.journal().vm(vm);
        Placement placement = world.database.journal().placement(vm);
        boolean runs = known != null
                && known.requested() == RequestedState.STARTED
                && placement != null
                && placement.live()
                && !placement.host().equals(to);
        if (!runs) {
            return;
        }
        ask(new Request.StopVm(vm, true, 0));
        whenStopped(vm, to, 0);
    }

    private void whenStopped(VmId vm, @Nullable HostId to, int tries) {
        Placement placement = world.database.journal().placement(vm);
        boolean stopped = placement == null || !placement.live();
        if (!stopped && tries < PATIENCE) {
            world.at(world.now() + SECOND / 5, () -> whenStopped(vm, to, tries + 1));
            return;
        }
        Runnable start = () -> ask(new Request.SetRequestedState(vm, RequestedState.STARTED));
        if (to == null) {
            start.run();
        } else {
            place(vm, to, start);
        }
    }

    private void ask(Request request) {
        if (!world.request(request)) {
            world.at(world.now() + SECOND, () -> ask(request));
        }
    }
}
