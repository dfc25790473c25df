package io.holdfast.simulator.world;

import io.holdfast.agent.rule.LeaseTimes;
import io.holdfast.core.Durable;
import io.holdfast.core.Event;
import io.holdfast.core.Request;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Everything of one history. Time is virtual: the next task's instant is the present. Quiet time (nothing suspect, nothing under way, no fault
 * due) is skipped by standing still: every rule depends only on differences of instants of one clock, so a world in which all clocks jump by
 * the same quiet time goes on exactly as one that stood still; only the total time that people read moves on.
 */
public final class World {
    /** The one business network. */
    public static final String NETWORK = "business";

    final ProductRules rules;
    final Durable start;
    final Trace trace;
    final List<SimHost> hosts = new ArrayList<>();
    final List<SimStorage> storages = new ArrayList<>();
    final List<SimManager> managers = new ArrayList<>();
    public final Network network;
    public final SimDatabase database;
    public final StorageControl storageControl;
    public final Truth truth;
    public long steps;
    private final Settings settings;
    private final Dice dice;
    private final Agenda agenda = new Agenda();
    private final Link[][] links;
    private final Behaviour behaviour;
    private long now;
    private long skipped;
    private int repeatPercent;
    private final Set<VmId> breaking = new TreeSet<>();

    /** What single VMs do that differs from a healthy one. */
    public interface Behaviour {
        /** A healthy VM. */
        Behaviour HEALTHY = new Behaviour() {};

        default boolean startFails(HostId host, VmId vm) {
            return false;
        }

        default boolean stopFails(VmId vm) {
            return false;
        }
    }

    public World(
            Settings settings,
            long seed,
            Durable start,
            List<Invariant> invariants,
            Trace trace,
            ProductRules rules,
            Behaviour behaviour) {
        this.settings = settings;
        this.start = start;
        this.trace = trace;
        this.rules = rules;
        this.behaviour = behaviour;
        dice = new Dice(seed);
        truth = new Truth(this, invariants);
        network = new Network(this, settings.hosts() + 3);
        database = new SimDatabase(this, start);
        storageControl = new StorageControl(this, settings.datastores());
        for (int index = 0; index < settings.datastores(); index++) {
            DatastoreId id = new DatastoreId("ds" + (index + 1));
            boolean waits =
                    start.datastores().stream().anyMatch(each -> each.id().equals(id) && !each.expiryProves());
            storages.add(new SimStorage(this, index, settings.hosts(), waits));
        }
        for (int index = 0; index < settings.hosts(); index++) {
            hosts.add(new SimHost(this, index));
        }
        managers.add(new SimManager(this, 0));
        managers.add(new SimManager(this, 1));
        links = new Link[settings.hosts()][2];
        for (SimHost host : hosts) {
            for (SimManager manager : managers) {
                links[host.index][manager.index] = new Link(this, host, manager);
            }
        }
    }

    public Settings settings() {
        return settings;
    }

    public LeaseTimes profile() {
        return settings.profile();
    }

    /** The one source of chance. */
    public Dice dice() {
        return dice;
    }

    /** The present instant of true time, quiet time not counted. */
    public long now() {
        return now;
    }

    /** Simulated time since the beginning, quiet time counted. */
    public long totalNanos() {
        return now + skipped;
    }

    /** Lets quiet time pass at once. */
    public void skip(long nanos) {
        skipped += nanos;
    }

    public void at(long nanos, Runnable task) {
        agenda.add(Math.max(nanos, now), task);
    }

    /** Does everything that is due until an instant. */
    public void runUntil(long nanos) {
        while (!agenda.isEmpty() && agenda.nextNanos() <= nanos) {
            now = agenda.nextNanos();
            agenda.take().run();
        }
        now = nanos;
    }

    public void say(String who, String what) {
        if (trace.on()) {
            trace.line(totalNanos(), who, what);
        }
    }

    /** The story so far; empty when nobody wanted one. */
    public String traceText() {
        return trace.toString();
    }

    public List<SimHost> hosts() {
        return hosts;
    }

    public SimHost host(HostId id) {
        for (SimHost host : hosts) {
            if (host.id.equals(id)) {
                return host;
            }
        }
        throw new IllegalArgumentException("no host " + id);
    }

    public List<SimStorage> storages() {
        return storages;
    }

    SimStorage storage(DatastoreId id) {
        for (SimStorage storage : storages) {
            if (storage.id.equals(id)) {
                return storage;
            }
        }
        throw new IllegalArgumentException("no datastore " + id);
    }

    public List<SimManager> managers() {
        return managers;
    }

    Link link(SimHost host, SimManager manager) {
        return links[host.index][manager.index];
    }

    /** Messages between a host and both managers take seconds. */
    public void slowLinks(int host, boolean on) {
        for (Link link : links[host]) {
            link.slow += on ? 1 : -1;
        }
    }

    /** Messages between a host and both managers get lost with their connection, probes of the host get lost alone. */
    public void loseMessages(int host, boolean on) {
        for (Link link : links[host]) {
            link.lossy += on ? 1 : -1;
        }
    }

    boolean losesMessages(SimHost host) {
        return links[host.index][0].lossy > 0;
    }

    /** So many of a hundred commands to agents arrive a second time, late. */
    public void repeatCommands(int percent) {
        repeatPercent += percent;
    }

    boolean repeats() {
        return repeatPercent > 0 && dice.percent(repeatPercent);
    }

    /** The connection of this VM's next live migration breaks in its last phase. */
    public void breakHandOver(VmId vm) {
        breaking.add(vm);
    }

    boolean breaksHandOver(VmId vm) {
        return breaking.remove(vm) || dice.percent(2);
    }

    void networkChanged() {
        for (Link[] row : links) {
            for (Link link : row) {
                link.check();
            }
        }
    }

    boolean startFails(SimHost host, VmId vm) {
        return behaviour.startFails(host.id, vm);
    }

    boolean stopFails(VmId vm) {
        return behaviour.stopFails(vm);
    }

    /** The manager that acts, or null. */
    public @Nullable SimManager leader() {
        SimManager result = null;
        for (SimManager manager : managers) {
            if (manager.leads()
                    && manager.works()
                    && (result == null
                            || manager.state().epoch() > result.state().epoch())) {
                result = manager;
            }
        }
        return result;
    }

    /** An operator asks the leader; without one the request is lost, as a failed call is. */
    public boolean request(Request request) {
        SimManager leader = leader();
        if (leader == null) {
            return false;
        }
        leader.learn(at -> new Event.Requested(at, "operator", request));
        return true;
    }

    /** All faults have been over for a while: what must hold then is asked. */
    public void settled() {
        truth.settled();
    }
}
