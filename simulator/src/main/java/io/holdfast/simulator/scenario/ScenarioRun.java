package io.holdfast.simulator.scenario;

import io.holdfast.core.Request;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.HaMode;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.simulator.invariant.AtMostOneWriter;
import io.holdfast.simulator.invariant.EpochsNeverDecrease;
import io.holdfast.simulator.invariant.NoPlacementWithoutProof;
import io.holdfast.simulator.world.ProductRules;
import io.holdfast.simulator.world.Settings;
import io.holdfast.simulator.world.SimHost;
import io.holdfast.simulator.world.SimManager;
import io.holdfast.simulator.world.Trace;
import io.holdfast.simulator.world.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Runs one scenario against the real core, and tells it in the results form.
 *
 * <p>What the form says and the engine does not have yet is done by the scenario's operator with the requests that there are: a move, live or cold, is a stop, a
 * rule that names the target, and a start; draining a host for maintenance or an orderly shutdown is a move of each VM. "Gives up after so many failed
 * starts" (the reference's error state) is the operator disabling the VM: this engine would try for ever.
 */
final class ScenarioRun implements World.Behaviour {
    private static final long SECOND = 1_000_000_000L;
    private static final long BOOT = SECOND / 2;
    /** The operator asks for the VMs so long after their host is up: its agent has connected. */
    private static final long SETTLE = 5 * SECOND;

    private final Scenario scenario;
    private final @Nullable Double managerKilledAt;
    private final Names names = new Names();
    private final ScenarioInventory inventory;
    private final Timeline timeline;
    private final Mover mover;
    private final World world;
    private final Map<String, String> requested = new TreeMap<>();
    private final Map<String, Integer> failures = new TreeMap<>();
    private final TreeSet<String> failed = new TreeSet<>();
    private final TreeSet<String> asked = new TreeSet<>();
    private final TreeSet<String> unmanaged = new TreeSet<>();
    private final Map<Integer, List<String>> frozen = new TreeMap<>();
    private final boolean[] networkCut;
    private int managerKills;

    ScenarioRun(Scenario scenario, @Nullable Double managerKilledAt, boolean traced) {
        this.scenario = scenario;
        this.managerKilledAt = managerKilledAt;
        inventory = new ScenarioInventory(scenario, names);
        timeline = new Timeline(inventory.hostNames(), names);
        int hosts = scenario.hosts().size();
        Settings settings = new Settings(
                hosts,
                Math.max(1, scenario.vms().size()),
                1,
                32,
                1L << 37,
                9_900,
                0.3,
                Settings.times(io.holdfast.core.inventory.LeaseProfile.STANDARD));
        world = new World(
                settings,
                scenario.id().hashCode(),
                inventory.durable(),
                List.of(new AtMostOneWriter(), new NoPlacementWithoutProof(), new EpochsNeverDecrease(), timeline),
                new Trace(traced),
                ProductRules.REAL,
                this);
        timeline.attach(world);
        mover = new Mover(world, scenario, names);
        networkCut = new boolean[hosts];
    }

    String trace() {
        return world.traceText();
    }

    @Override
    public boolean startFails(HostId host, VmId vm) {
        Scenario.VmLine line = line(names.name(vm));
        if (line == null || line.startFailsFirst() == 0) {
            return false;
        }
        if (line.failuresOnlyOn() != null
                && !inventory.host(line.failuresOnlyOn()).equals(host)) {
            return false;
        }
        int before = failures.getOrDefault(names.name(vm), 0);
        if (before >= line.startFailsFirst()) {
            failures.remove(names.name(vm));
            return false;
        }
        failures.put(names.name(vm), before + 1);
        if (before + 1 >= (line.maxRestart() + 1) * (line.maxRelocate() + 1)) {
            failed.add(names.name(vm));
            world.at(
                    world.now() + SECOND / 2,
                    () -> request(new Request.SetRequestedState(vm, RequestedState.DISABLED)));
        }
        return true;
    }

    @Override
    public boolean stopFails(VmId vm) {
        Scenario.VmLine line = line(names.name(vm));
        return line != null && line.stopNeverSucceeds();
    }

    private Scenario.@Nullable VmLine line(String vm) {
        for (Scenario.VmLine line : scenario.vms()) {
            if (line.id().equals(vm)) {
                return line;
            }
        }
        return null;
    }

    /** The results form of this scenario. */
    Map<String, Object> run() {
        world.managers().forEach(manager -> manager.powerOn(0));
        for (Scenario.VmLine vm : scenario.vms()) {
            requested.put(vm.id(), vm.requested());
        }
        for (int index = 0; index < scenario.hosts().size(); index++) {
            Scenario.HostLine host = scenario.hosts().get(index);
            if (!host.network()) {
                network(index, false);
            }
            if (host.on()) {
                power(index, true);
            }
        }
        for (Scenario.Happening event : scenario.events()) {
            world.at(nanos(event.seconds()), () -> happen(event));
        }
        if (managerKilledAt != null) {
            world.at(nanos(managerKilledAt), this::killManager);
        }
        world.runUntil(nanos(scenario.endSeconds()));
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("final", finals());
        result.put("timeline", timeline.lines());
        return result;
    }

    private static long nanos(double seconds) {
        return Math.round(seconds * 1e9);
    }

    private void killManager() {
        SimManager leader = world.leader();
        if (leader != null) {
            managerKills++;
            leader.powerOff();
        }
    }

    private Map<String, Object> finals() {
        Map<String, Object> result = new LinkedHashMap<>();
        for (String vm : requested.keySet()) {
            int index = Timeline.hostOf(world, names.vm(vm));
            Map<String, Object> line = new LinkedHashMap<>();
            io.holdfast.core.placement.Placement placement =
                    world.database.journal().placement(names.vm(vm));
            Scenario.VmLine configured = line(vm);
            String home = placement != null
                    ? inventory.hostNames().get(world.host(placement.host()).index)
                    : configured == null ? null : configured.host();
            line.put("host", index >= 0 ? inventory.hostNames().get(index) : home);
            line.put("running", index >= 0);
            line.put("state", state(vm, index >= 0));
            result.put(vm, line);
        }
        return result;
    }

    private String state(String vm, boolean running) {
        if (unmanaged.contains(vm)) {
            return "unmanaged";
        }
        if (failed.contains(vm)) {
            return "failed";
        }
        String wanted = requested.getOrDefault(vm, "started");
        boolean recovering = world.database.journal().recovery(names.vm(vm)) != null;
        return switch (wanted) {
            case "ignored" -> "ignored";
            case "started" -> running || !recovering ? "started" : "awaiting-placement";
            default -> "stopped";
        };
    }

    private void happen(Scenario.Happening event) {
        world.say("scenario", event.toString());
        int host = event.host().isEmpty() ? -1 : inventory.hostNames().indexOf(event.host());
        VmId vm = names.vm(event.vm());
        switch (event.type()) {
            case "host-power" -> {
                network(host, event.value().equals("on"));
                power(host, event.value().equals("on"));
            }
            case "host-network" -> network(host, event.value().equals("on"));
            case "host-shutdown" -> leave(host, false);
            case "host-reboot" -> leave(host, true);
            case "host-maintenance" -> maintenance(host, event.value().equals("on"));
            case "agent-restart" -> restartAgents(host);
            case "vm-request" -> want(event.vm(), event.value());
            case "vm-stop" -> {
                requested.put(event.vm(), "stopped");
                int grace = (int) Math.min(event.timeoutSeconds() * 1000, 60_000);
                request(new Request.StopVm(vm, grace == 0, grace));
            }
            case "vm-move" -> mover.move(vm, inventory.host(event.host()));
            case "vm-register" -> register(event);
            case "vm-unregister" -> {
                unmanaged.add(event.vm());
                failed.remove(event.vm());
                request(new Request.SetRequestedState(vm, RequestedState.IGNORED));
            }
            case "ha-pause" ->
                request(new Request.SetHaMode(HaMode.valueOf(event.value().toUpperCase(Locale.ROOT))));
            case "ha-resume" -> request(new Request.SetHaMode(HaMode.ACTIVE));
            default -> {} // Sizes, loads and locks change nothing that this engine decides by; foreign processes are
            // not ours.
        }
    }

    /** An operator goes on asking until somebody leads. */
    private void request(Request request) {
        if (!world.request(request)) {
            world.at(world.now() + SECOND, () -> request(request));
        }
    }

    private void power(int index, boolean on) {
        SimHost host = world.hosts().get(index);
        if (!on) {
            host.powerOff("scenario");
            return;
        }
        host.powerOn(BOOT);
        world.at(world.now() + SETTLE, () -> {
            askFor(index);
            List<String> waiting = frozen.remove(index);
            if (waiting != null) {
                waiting.forEach(vm -> want(vm, requested.getOrDefault(vm, "started")));
            }
        });
        world.at(world.now() + 60 * SECOND, this::askForAll);
    }

    /** The VMs of a host that is up for the first time. */
    private void askFor(int index) {
        for (Scenario.VmLine vm : scenario.vms()) {
            if (vm.host().equals(inventory.hostNames().get(index)) && asked.add(vm.id())) {
                want(vm.id(), requested.getOrDefault(vm.id(), vm.requested()));
            }
        }
    }

    /** VMs whose own host does not come: with a majority of hosts they are started elsewhere. */
    private void askForAll() {
        long up = world.hosts().stream().filter(SimHost::power).count();
        if (up > world.hosts().size() / 2) {
            for (int index = 0; index < world.hosts().size(); index++) {
                askFor(index);
            }
        }
    }

    private void want(String vm, String state) {
        requested.put(vm, state);
        if (state.equals("started")) {
            failed.remove(vm);
        }
        if (unmanaged.contains(vm)) {
            return;
        }
        asked.add(vm);
        request(new Request.SetRequestedState(names.vm(vm), RequestedState.valueOf(state.toUpperCase(Locale.ROOT))));
    }

    /** An isolated host: no plane reaches it, none is reached by it. */
    private void network(int index, boolean on) {
        if (networkCut[index] == !on) {
            return;
        }
        networkCut[index] = !on;
        world.network.cut(index, true, true, !on);
        world.storages().getFirst().cut(index, !on);
        world.hosts().get(index).business(!on);
    }

    private void restartAgents(int host) {
        for (SimHost each : world.hosts()) {
            if (host < 0 || each.index == host) {
                each.agent().die(true);
            }
        }
    }

    private void maintenance(int index, boolean on) {
        HostId host = world.hosts().get(index).id;
        request(new Request.SetAdminState(host, on ? AdminState.MAINTENANCE : AdminState.ENABLED));
        if (on) {
            mover.drain(host);
        } else {
            world.at(world.now() + SETTLE, () -> mover.back(host));
        }
    }

    /** An orderly shutdown or reboot, by the cluster's policy. */
    private void leave(int index, boolean reboot) {
        SimHost host = world.hosts().get(index);
        String policy = scenario.shutdownPolicy();
        boolean freeze = policy.equals("freeze");
        if (policy.equals("migrate")) {
            request(new Request.SetAdminState(host.id, AdminState.MAINTENANCE));
            mover.drain(host.id);
        } else if (freeze) {
            List<String> vms = mover.on(host.id).stream().map(names::name).toList();
            frozen.put(index, new ArrayList<>(vms));
            vms.forEach(vm -> request(new Request.SetRequestedState(names.vm(vm), RequestedState.STOPPED)));
        }
        boolean orderly = freeze || policy.equals("migrate");
        world.at(world.now() + (orderly ? 25 * SECOND : 0), () -> {
            host.powerOff("orderly");
            if (reboot) {
                power(index, true);
            }
            if (policy.equals("migrate")) {
                world.at(world.now() + SETTLE, () -> {
                    request(new Request.SetAdminState(host.id, AdminState.ENABLED));
                    if (reboot) {
                        mover.back(host.id);
                    }
                });
            }
        });
    }

    private void register(Scenario.Happening event) {
        Scenario.Size size = scenario.sizesOfLater().getOrDefault(event.vm(), Scenario.Size.SMALL);
        VmId vm = names.vm(event.vm());
        if (unmanaged.remove(event.vm()) || line(event.vm()) != null) {
            want(event.vm(), event.value());
            return;
        }
        requested.put(event.vm(), event.value());
        request(new Request.AddVm(ScenarioInventory.vm(vm, size, 1, 1, true, 100 + requested.size())
                .withOwnershipIndex(-1)));
        if (event.value().equals("started")) {
            mover.place(vm, inventory.host(event.host()), () -> want(event.vm(), event.value()));
        } else {
            want(event.vm(), event.value());
        }
    }

    /** How many times the acting manager was killed; for tests. */
    int managerKills() {
        return managerKills;
    }

    static RuleId moveRule(VmId vm) {
        return new RuleId("move-" + vm.value());
    }

    static Rule.VmHost only(VmId vm, HostId host) {
        return new Rule.VmHost(moveRule(vm), false, List.of(vm), List.of(new Rule.HostPriority(host, 100)));
    }
}
