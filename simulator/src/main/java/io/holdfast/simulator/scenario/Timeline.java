package io.holdfast.simulator.scenario;

import static java.util.Objects.requireNonNull;

import io.holdfast.core.Change;
import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.Verdict;
import io.holdfast.core.inventory.HaMode;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.placement.Placement;
import io.holdfast.simulator.world.Invariant;
import io.holdfast.simulator.world.Journal;
import io.holdfast.simulator.world.SimHost;
import io.holdfast.simulator.world.SimManager;
import io.holdfast.simulator.world.SimProcess;
import io.holdfast.simulator.world.Truth;
import io.holdfast.simulator.world.World;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Writes down what really happens to hosts and VMs, and when the engine holds a host as fenced: when it commits a
 * proof that the host, or its way to a datastore, is isolated. */
final class Timeline implements Truth.Listener, Invariant {
    private final List<Map<String, Object>> lines = new ArrayList<>();
    private final List<String> hostNames;
    private final Names names;
    private final TreeSet<HostId> fenced = new TreeSet<>();
    private final TreeSet<HostId> proven = new TreeSet<>();
    private @Nullable World world;

    Timeline(List<String> hostNames, Names names) {
        this.hostNames = hostNames;
        this.names = names;
    }

    void attach(World to) {
        world = to;
        to.truth.listen(this);
    }

    private void add(String what, int host, String vm) {
        Map<String, Object> line = new LinkedHashMap<>();
        line.put("t", Math.round(requireNonNull(world).totalNanos() / 1e6) / 1000.0);
        line.put("what", what);
        if (!vm.isEmpty()) {
            line.put("vm", vm);
        }
        line.put("host", hostNames.get(host));
        lines.add(line);
    }

    List<Map<String, Object>> lines() {
        return lines;
    }

    @Override
    public void hostPower(SimHost host, boolean on) {
        if (on) {
            fenced.remove(host.id);
            proven.remove(host.id);
        }
        add(on ? "host-on" : "host-off", host.index, "");
    }

    @Override
    public void vmRunning(SimProcess process, SimHost host) {
        add("vm-up", host.index, names.name(process.vm.id()));
    }

    @Override
    public void vmDown(SimProcess process, SimHost host) {
        add("vm-down", host.index, names.name(process.vm.id()));
    }

    /**
     * The engine holds a host as fenced when it commits a proof that isolates the host or its storage, not only one VM, and a VM that shall run goes on from there; and when it places a VM that
     * did not run elsewhere than on its host, holding that host as lost. While HA is paused it holds nothing as fenced: nothing follows from a proof.
     */
    @Override
    public void beforeChange(World where, Journal journal, long epoch, Change change, List<Change> transaction) {
        if (change instanceof Change.RecordProof record && !(record.proof() instanceof Proof.ProcessEnded)) {
            Vm vm = journal.vm(record.vm());
            if (vm != null && vm.requested() == RequestedState.STARTED) {
                proven.add(record.proof().host());
            }
        } else if (change instanceof Change.PutPlacement put && put.placement().live()) {
            Placement before = journal.placement(put.placement().vm());
            if (before != null
                    && !before.live()
                    && !before.host().equals(put.placement().host())
                    && heldAsLost(where, before.host())) {
                fence(where.host(before.host()));
            }
        }
        if (journal.cluster().settings().haMode() == HaMode.ACTIVE
                || (change instanceof Change.PutCluster put
                        && put.cluster().settings().haMode() == HaMode.ACTIVE)) {
            proven.forEach(host -> fence(where.host(host)));
            proven.clear();
        }
    }

    /** The acting manager sees no sign of the host on any plane, or has never seen one. */
    static boolean heldAsLost(World world, HostId host) {
        SimManager leader = world.leader();
        if (leader == null) {
            return false;
        }
        HostHealth health = leader.state().health().get(host);
        boolean neverSeen = !leader.state().facts().containsKey(host);
        return neverSeen || (health != null && health.hasVerdict(Verdict.DEAD));
    }

    /** The engine holds this host as fenced. */
    void fence(SimHost host) {
        if (fenced.add(host.id)) {
            add("fence-confirmed", host.index, "");
        }
    }

    /** Where a VM's process is at this instant; -1: nowhere. */
    static int hostOf(World world, VmId vm) {
        for (SimHost host : world.hosts()) {
            for (SimProcess process : host.processes()) {
                if (process.vm.id().equals(vm)) {
                    return host.index;
                }
            }
        }
        return -1;
    }
}
