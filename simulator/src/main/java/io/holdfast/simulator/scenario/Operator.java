package io.holdfast.simulator.scenario;

import io.holdfast.core.Request;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.HaMode;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.Placement;
import io.holdfast.simulator.world.World;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is wanted of each VM, as the form means it, and asked of the engine. What the engine does otherwise than the reference is asked for here: "given up after so many failed starts"
 * is a VM that is disabled (the engine would try for ever); a VM that did not run is started elsewhere only when the engine holds its host as lost; words spoken while HA
 * is paused wait.
 */
final class Operator {
    private static final long SECOND = 1_000_000_000L;
    /** An unconfirmed loss is waited for no longer than this. */
    private static final int PATIENCE = 90;
    /** What is stopped is not in a hurry: the reference relocates it 80 to 160 s after the fault. */
    private static final long RELOCATED = 100 * SECOND;

    private final World world;
    private final Scenario scenario;
    private final ScenarioInventory inventory;
    private final Names names;
    private final Requests requests;
    private final Machines machines;
    private final Doubles doubles;
    private final Mover mover;
    private final Map<String, String> requested = new TreeMap<>();
    private final TreeSet<String> registered = new TreeSet<>();
    private final TreeSet<String> failed = new TreeSet<>();
    private final TreeSet<String> asked = new TreeSet<>();
    private final TreeSet<String> unmanaged = new TreeSet<>();
    private final Map<String, Integer> frozen = new TreeMap<>();
    private final List<Runnable> held = new ArrayList<>();
    private boolean paused;

    Operator(
            World world,
            Scenario scenario,
            ScenarioInventory inventory,
            Names names,
            Requests requests,
            Machines machines,
            Doubles doubles,
            Mover mover) {
        this.world = world;
        this.scenario = scenario;
        this.inventory = inventory;
        this.names = names;
        this.requests = requests;
        this.machines = machines;
        this.doubles = doubles;
        this.mover = mover;
        for (Scenario.VmLine vm : scenario.vms()) {
            requested.put(vm.id(), vm.requested());
            registered.add(vm.id());
        }
        failed.addAll(scenario.failedAtStart());
        failed.retainAll(registered);
    }

    /** All VMs ever named, in order. */
    Iterable<String> vms() {
        return requested.keySet();
    }

    boolean paused() {
        return paused;
    }

    /** HA keeps it running. */
    boolean wantedToRun(String vm) {
        return "started".equals(requested.get(vm))
                && asked.contains(vm)
                && !failed.contains(vm)
                && !unmanaged.contains(vm)
                && !frozen.containsKey(vm);
    }

    /** There is a VM on this host that HA keeps running. */
    boolean guards(int index) {
        for (String vm : registered) {
            if (wantedToRun(vm) && Timeline.hostOf(world, names.vm(vm)) == index) {
                return true;
            }
        }
        return false;
    }

    /** Now, or when HA is resumed. */
    void whenActive(Runnable word) {
        if (paused) {
            held.add(word);
        } else {
            word.run();
        }
    }

    /** Spoken while no majority is there, it waits for one: the reference's manager takes no word before. */
    void pause(String mode) {
        if (!machines.majority()) {
            world.at(world.now() + SECOND, () -> pause(mode));
            return;
        }
        paused = true;
        // Words are held here, in both modes; what is done outside HA is played by requests, and happens whatever the
        // mode.
        requests.ask(new Request.SetHaMode(HaMode.IGNORE));
        machines.pause(true);
    }

    void resume() {
        if (!machines.majority()) {
            world.at(world.now() + SECOND, this::resume);
            return;
        }
        paused = false;
        requests.ask(new Request.SetHaMode(HaMode.ACTIVE));
        machines.pause(false);
        registered.forEach(this::arm);
        List<Runnable> words = List.copyOf(held);
        held.clear();
        words.forEach(Runnable::run);
        lookAtHosts(false);
    }

    /**
     * Asks for what was not asked for yet, and thaws what waited for its host. With a majority only. VMs that a must-rule binds to hosts come first: the others can go after them.
     *
     * @param all also VMs whose own host does not come
     */
    void lookAtHosts(boolean all) {
        if (!machines.majority()) {
            return;
        }
        for (Map.Entry<String, Integer> each : List.copyOf(frozen.entrySet())) {
            if (machines.usable(each.getValue()) && !paused) {
                frozen.remove(each.getKey());
                want(each.getKey(), requested.getOrDefault(each.getKey(), "started"));
            }
        }
        List<Scenario.VmLine> order = new ArrayList<>(scenario.vms());
        order.sort(Comparator.comparing(vm -> !bound(vm.id())));
        for (Scenario.VmLine vm : order) {
            boolean up = machines.usable(inventory.index(vm.host()));
            if ((up || all) && asked.add(vm.id())) {
                String state = requested.getOrDefault(vm.id(), vm.requested());
                arm(vm.id());
                if (state.equals("ignored")) {
                    requests.ask(new Request.SetRequestedState(names.vm(vm.id()), RequestedState.IGNORED));
                } else {
                    want(vm.id(), state);
                }
            }
        }
    }

    /** The host of a VM that HA has taken in guards itself. */
    private void arm(String vm) {
        int home = home(vm);
        if (managed(vm) && home >= 0) {
            machines.arm(home);
        }
    }

    private boolean managed(String vm) {
        return registered.contains(vm)
                && !failed.contains(vm)
                && !unmanaged.contains(vm)
                && !"ignored".equals(requested.get(vm));
    }

    /** The host that a VM belongs to, whether it runs or not; -1: none yet. */
    private int home(String vm) {
        Placement placement = world.database.journal().placement(names.vm(vm));
        if (placement != null) {
            return world.host(placement.host()).index;
        }
        Scenario.VmLine line = scenario.line(vm);
        return line == null ? -1 : inventory.index(line.host());
    }

    private boolean bound(String vm) {
        return scenario.rules().stream()
                .anyMatch(rule -> rule.type().equals("vm-host")
                        && rule.strict()
                        && rule.vms().contains(vm));
    }

    /** The operator's word about a VM. */
    void want(String vm, String state) {
        if (!registered.contains(vm)) {
            return;
        }
        requested.put(vm, state);
        asked.add(vm);
        if (failed.contains(vm) && !state.equals("disabled") && !state.equals("ignored")) {
            return;
        }
        failed.remove(vm);
        if (state.equals("ignored")) {
            doubles.forget(vm);
        } else {
            doubles.forgive(vm);
        }
        if (unmanaged.contains(vm) || frozen.containsKey(vm)) {
            return;
        }
        if (state.equals("started")) {
            start(vm, 0);
        } else {
            stopsBadly(vm, state);
            requests.ask(new Request.SetRequestedState(
                    names.vm(vm), RequestedState.valueOf(state.toUpperCase(Locale.ROOT))));
        }
    }

    private void stopsBadly(String vm, String state) {
        VmId id = names.vm(vm);
        if (!state.equals("ignored") && doubles.stopFails(id) && Timeline.hostOf(world, id) >= 0) {
            failed.add(vm);
        }
    }

    void stop(String vm, double timeoutSeconds) {
        if (!registered.contains(vm)) {
            return;
        }
        requested.put(vm, "stopped");
        if (!failed.contains(vm) && !unmanaged.contains(vm) && !frozen.containsKey(vm)) {
            asked.add(vm);
            stopsBadly(vm, "stopped");
            int grace = (int) Math.min(timeoutSeconds * 1000, 60_000);
            requests.ask(new Request.StopVm(names.vm(vm), grace == 0, grace));
        }
    }

    private void start(String vm, int tries) {
        Placement last = world.database.journal().placement(names.vm(vm));
        boolean waits = last != null
                && !last.live()
                && !machines.usable(world.host(last.host()).index)
                && !Timeline.heldAsLost(world, last.host());
        if (waits && tries < PATIENCE) {
            world.at(world.now() + SECOND, () -> {
                if (wantedToRun(vm)) {
                    start(vm, tries + 1);
                }
            });
        } else {
            requests.ask(new Request.SetRequestedState(names.vm(vm), RequestedState.STARTED));
        }
    }

    /** The reference has given it up. */
    void giveUp(String vm) {
        failed.add(vm);
        world.at(world.now() + SECOND / 2, () -> {
            if (failed.contains(vm)) {
                requests.ask(new Request.SetRequestedState(names.vm(vm), RequestedState.DISABLED));
            }
        });
    }

    /**
     * All VMs of a host stay where they are, stopped, until it is back.
     *
     * @param running those that are to be stopped
     */
    void freeze(int host, List<VmId> running) {
        for (VmId vm : running) {
            frozen.put(names.name(vm), host);
            requests.ask(new Request.SetRequestedState(vm, RequestedState.STOPPED));
        }
        for (String vm : registered) {
            if (managed(vm) && home(vm) == host) {
                frozen.putIfAbsent(vm, host);
            }
        }
    }

    void unregister(String vm) {
        if (registered.contains(vm)) {
            unmanaged.add(vm);
            failed.remove(vm);
            frozen.remove(vm);
            doubles.forget(vm);
            requests.ask(new Request.SetRequestedState(names.vm(vm), RequestedState.IGNORED));
        }
    }

    void register(Scenario.Happening event) {
        String vm = event.vm();
        boolean known = !registered.add(vm);
        boolean back = unmanaged.remove(vm);
        if (known && !back) {
            return;
        }
        asked.add(vm);
        VmId id = names.vm(vm);
        if (!known) {
            Scenario.Size size = scenario.sizesOfLater().getOrDefault(vm, Scenario.Size.SMALL);
            requests.ask(new Request.AddVm(ScenarioInventory.vm(id, size, 1, 1, true, 100 + requested.size())
                    .withOwnershipIndex(-1)));
            for (Rule rule : inventory.rules(registered::contains)) {
                requests.ask(new Request.PutRule(rule));
            }
        }
        requested.put(vm, event.value());
        if (!event.value().equals("ignored")) {
            machines.arm(inventory.index(event.host()));
        }
        HostId host = inventory.host(event.host());
        boolean runs = event.alreadyRunning() && machines.usable(inventory.index(event.host()));
        boolean alive = Timeline.hostOf(world, id) >= 0;
        if (!alive && (runs || event.value().equals("started"))) {
            requested.put(vm, "started");
            mover.prefer(List.of(id), host, () -> start(vm, 0));
            if (!event.value().equals("started")) {
                world.at(world.now() + 10 * SECOND, () -> whenActive(() -> want(vm, event.value())));
            }
        } else {
            want(vm, event.value());
        }
    }

    /**
     * Hosts that a VM which is to stay stopped leaves, because they have been lost for so long: the reference relocates such a VM too ("stopped"), a disabled one it does not. In this engine a
     * VM that does not run belongs to no host; it is started elsewhere when it is asked for.
     */
    Set<HostId> leftByStopped() {
        Set<HostId> result = new TreeSet<>();
        for (String vm : registered) {
            int home = home(vm);
            boolean stays = managed(vm) && "stopped".equals(requested.get(vm)) && !frozen.containsKey(vm);
            if (stays && !paused && machines.majority() && home >= 0 && machines.lostFor(home) >= RELOCATED) {
                HostId host = world.hosts().get(home).id;
                Host known = world.database.journal().host(host);
                if (known != null && known.admin() == AdminState.ENABLED && Timeline.heldAsLost(world, host)) {
                    result.add(host);
                }
            }
        }
        return result;
    }

    /** The state in the form's words. */
    String state(String vm, boolean running) {
        if (!registered.contains(vm) || unmanaged.contains(vm)) {
            return "unmanaged";
        }
        if (failed.contains(vm)) {
            return "failed";
        }
        boolean recovering = world.database.journal().recovery(names.vm(vm)) != null;
        return switch (requested.getOrDefault(vm, "started")) {
            case "ignored" -> "ignored";
            case "started" -> running || !recovering ? "started" : "awaiting-placement";
            default -> "stopped";
        };
    }
}
