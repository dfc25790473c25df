package io.holdfast.simulator.scenario;

import io.holdfast.core.Request;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.LeaseProfile;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.Placement;
import io.holdfast.simulator.invariant.AtMostOneWriter;
import io.holdfast.simulator.invariant.EpochsNeverDecrease;
import io.holdfast.simulator.invariant.NoPlacementWithoutProof;
import io.holdfast.simulator.world.ProductRules;
import io.holdfast.simulator.world.Settings;
import io.holdfast.simulator.world.SimHost;
import io.holdfast.simulator.world.SimManager;
import io.holdfast.simulator.world.Trace;
import io.holdfast.simulator.world.World;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Runs one scenario against the real core, and tells it in the results form. What the form says and the engine does otherwise, or does not have yet, is done by the scenario's
 * {@link Operator}, {@link Mover} and {@link Departures} with the requests that there are.
 */
final class ScenarioRun {
    private static final long SECOND = 1_000_000_000L;
    /** The operator asks for the VMs so long after their host is up: its agent has connected. */
    private static final long SETTLE = 5 * SECOND;
    /** A VM whose own host has not come by then is started elsewhere. */
    private static final long ABSENT = 60 * SECOND;

    private static final long ROUND = 20 * SECOND;

    private final Scenario scenario;
    private final @Nullable Double managerKilledAt;
    private final Names names = new Names();
    private final ScenarioInventory inventory;
    private final Timeline timeline;
    private final World world;
    private final Requests requests;
    private final Machines machines;
    private final Mover mover;
    private final Operator operator;
    private final Departures departures;
    private int managerKills;

    ScenarioRun(Scenario scenario, @Nullable Double managerKilledAt, boolean traced) {
        this.scenario = scenario;
        this.managerKilledAt = managerKilledAt;
        inventory = new ScenarioInventory(scenario, names);
        timeline = new Timeline(inventory.hostNames(), names);
        Doubles doubles = new Doubles(scenario, inventory, names, this::giveUp);
        int hosts = scenario.hosts().size();
        Settings settings = new Settings(
                hosts,
                Math.max(1, scenario.vms().size()),
                1,
                32,
                1L << 37,
                9_900,
                0.3,
                Settings.times(LeaseProfile.STANDARD),
                false);
        world = new World(
                settings,
                scenario.id().hashCode(),
                inventory.durable(),
                List.of(new AtMostOneWriter(), new NoPlacementWithoutProof(), new EpochsNeverDecrease(), timeline),
                new Trace(traced),
                ProductRules.REAL,
                doubles);
        timeline.attach(world);
        requests = new Requests(world);
        machines = new Machines(world, this::guards, this::hostsCame);
        mover = new Mover(
                world,
                names,
                new RulesOfScenario(world, scenario, names, inventory),
                doubles,
                machines,
                requests,
                this::wantedToRun,
                this::failsBack);
        operator = new Operator(world, scenario, inventory, names, requests, machines, doubles, mover);
        departures = new Departures(world, scenario.shutdownPolicy(), machines, requests, mover, operator);
    }

    String trace() {
        return world.traceText();
    }

    private void giveUp(String vm) {
        operator.giveUp(vm);
    }

    private boolean guards(int host) {
        return operator.guards(host);
    }

    private boolean wantedToRun(String vm) {
        return operator.wantedToRun(vm);
    }

    private boolean failsBack(String vm) {
        Scenario.VmLine line = scenario.line(vm);
        return line == null || (line.failback() && line.startFailsFirst() == 0);
    }

    /** The results form of this scenario. */
    Map<String, Object> run() {
        world.managers().forEach(manager -> manager.powerOn(0));
        for (int index = 0; index < scenario.hosts().size(); index++) {
            Scenario.HostLine host = scenario.hosts().get(index);
            if (host.on()) {
                machines.power(index, true);
                machines.network(index, host.network());
            }
        }
        for (Scenario.Happening event : scenario.events()) {
            world.at(nanos(event.seconds()), () -> happen(event));
        }
        if (managerKilledAt != null) {
            world.at(nanos(managerKilledAt), this::killManager);
        }
        world.at(ROUND, this::everyRound);
        world.runUntil(nanos(scenario.endSeconds()));
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("final", finals());
        result.put("timeline", timeline.lines());
        return result;
    }

    private static long nanos(double seconds) {
        return Math.round(seconds * 1e9);
    }

    private void everyRound() {
        machines.look();
        if (!operator.paused()) {
            mover.gather();
            mover.failBack();
        }
        operator.leftByStopped().forEach(host -> timeline.fence(world.host(host)));
        world.at(world.now() + ROUND, this::everyRound);
    }

    private void hostsCame() {
        world.at(world.now() + SETTLE, () -> {
            liftHolds();
            operator.lookAtHosts(false);
        });
        world.at(world.now() + ABSENT, () -> operator.lookAtHosts(true));
    }

    /** The reference knows no hold for a host that goes and comes. */
    private void liftHolds() {
        SimManager leader = world.leader();
        if (leader != null) {
            leader.state().health().values().stream()
                    .filter(host -> host.holdUntilNanos() != 0)
                    .forEach(host -> requests.ask(new Request.LiftHold(host.host())));
        }
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
        TreeSet<String> vms = new TreeSet<>();
        operator.vms().forEach(vms::add);
        scenario.events().stream()
                .filter(event -> event.type().equals("vm-register"))
                .forEach(event -> vms.add(event.vm()));
        for (String vm : vms) {
            VmId id = names.vm(vm);
            int index = Timeline.hostOf(world, id);
            Placement placement = world.database.journal().placement(id);
            Scenario.VmLine configured = scenario.line(vm);
            String home = placement != null
                    ? inventory.hostNames().get(world.host(placement.host()).index)
                    : configured == null ? null : configured.host();
            Map<String, Object> line = new LinkedHashMap<>();
            line.put("host", index >= 0 ? inventory.hostNames().get(index) : home);
            line.put("running", index >= 0);
            line.put("state", operator.state(vm, index >= 0));
            result.put(vm, line);
        }
        return result;
    }

    private void happen(Scenario.Happening event) {
        world.say("scenario", event.toString());
        boolean on = event.value().equals("on");
        int host = inventory.index(event.host());
        switch (event.type()) {
            case "host-power" -> machines.power(host, on);
            case "host-network" -> machines.network(host, on);
            case "host-shutdown" -> departures.leave(host, false);
            case "host-reboot" -> departures.leave(host, true);
            case "host-maintenance" -> operator.whenActive(() -> departures.maintenance(host, on));
            case "agent-restart" -> restartAgents(host);
            case "vm-request" -> operator.whenActive(() -> operator.want(event.vm(), event.value()));
            case "vm-stop" -> operator.whenActive(() -> operator.stop(event.vm(), event.timeoutSeconds()));
            case "vm-move" -> operator.whenActive(() -> move(event.vm(), host));
            case "vm-moved-outside-ha" -> place(event.vm(), host);
            case "vm-register" -> register(event);
            case "vm-unregister" -> operator.unregister(event.vm());
            case "ha-pause" -> operator.pause(event.value());
            case "ha-resume" -> operator.resume();
            default -> {} // Sizes, loads and locks change nothing that this engine decides by; foreign processes are
            // not ours.
        }
    }

    private void register(Scenario.Happening event) {
        if (event.alreadyRunning()) {
            operator.register(event);
        } else {
            operator.whenActive(() -> operator.register(event));
        }
    }

    private void move(String vm, int host) {
        if (host >= 0 && operator.wantedToRun(vm)) {
            mover.move(names.vm(vm), host(host));
        }
    }

    private void place(String vm, int host) {
        if (host >= 0 && operator.wantedToRun(vm)) {
            mover.place(names.vm(vm), host(host));
        }
    }

    private HostId host(int index) {
        return world.hosts().get(index).id;
    }

    private void restartAgents(int host) {
        for (SimHost each : world.hosts()) {
            if (host < 0 || each.index == host) {
                each.agent().die(true);
            }
        }
    }

    /** How many times the acting manager was killed; for tests. */
    int managerKills() {
        return managerKills;
    }
}
