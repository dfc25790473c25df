package io.holdfast.simulator.world;

import io.holdfast.core.Alarm;
import io.holdfast.core.Change;
import io.holdfast.core.Durable;
import io.holdfast.core.health.HostFacts;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.movement.HostWork;
import io.holdfast.core.movement.Move;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Failover;
import io.holdfast.core.recovery.FailoverId;
import io.holdfast.core.recovery.Recovery;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the replicated database holds, made only of the changes that were committed: a change that the core forgets is lost here too. */
public final class Journal {
    private long epoch;
    private Cluster cluster;
    private final TreeMap<HostId, Host> hosts = new TreeMap<>();
    private final TreeMap<HostId, HostFacts> facts = new TreeMap<>();
    private final TreeMap<DatastoreId, Datastore> datastores = new TreeMap<>();
    private final TreeMap<VmId, Vm> vms = new TreeMap<>();
    private final TreeMap<RuleId, Rule> rules = new TreeMap<>();
    private final TreeMap<VmId, Placement> placements = new TreeMap<>();
    private final TreeMap<FailoverId, Failover> failovers = new TreeMap<>();
    private final TreeMap<VmId, Recovery> recoveries = new TreeMap<>();
    private final TreeMap<VmId, Move> moves = new TreeMap<>();
    private final TreeMap<HostId, HostWork> hostWork = new TreeMap<>();
    private final TreeMap<String, Alarm> alarms = new TreeMap<>();

    Journal(Durable start) {
        epoch = start.epoch();
        cluster = start.cluster();
        start.hosts().forEach(host -> hosts.put(host.id(), host));
        start.facts().forEach(fact -> facts.put(fact.host(), fact));
        start.datastores().forEach(datastore -> datastores.put(datastore.id(), datastore));
        start.vms().forEach(vm -> vms.put(vm.id(), vm));
        start.rules().forEach(rule -> rules.put(rule.id(), rule));
        start.placements().forEach(placement -> placements.put(placement.vm(), placement));
        start.recoveries().forEach(recovery -> recoveries.put(recovery.vm(), recovery));
        start.moves().forEach(move -> moves.put(move.vm(), move));
        start.hostWork().forEach(work -> hostWork.put(work.host(), work));
    }

    void apply(Change change) {
        switch (change) {
            case Change.BeginEpoch begin -> epoch = begin.epoch();
            case Change.PutCluster put -> cluster = put.cluster();
            case Change.PutHost put -> hosts.put(put.host().id(), put.host());
            case Change.RemoveHost remove -> {
                hosts.remove(remove.host());
                facts.remove(remove.host());
            }
            case Change.PutHostFacts put -> facts.put(put.facts().host(), put.facts());
            case Change.PutDatastore put -> datastores.put(put.datastore().id(), put.datastore());
            case Change.RemoveDatastore remove -> datastores.remove(remove.datastore());
            case Change.PutVm put -> vms.put(put.vm().id(), put.vm());
            case Change.RemoveVm remove -> vms.remove(remove.vm());
            case Change.PutRule put -> rules.put(put.rule().id(), put.rule());
            case Change.RemoveRule remove -> rules.remove(remove.rule());
            case Change.PutPlacement put -> placements.put(put.placement().vm(), put.placement());
            case Change.RemovePlacement remove -> placements.remove(remove.vm());
            case Change.PutFailover put -> failovers.put(put.failover().id(), put.failover());
            case Change.PutRecovery put -> recoveries.put(put.recovery().vm(), put.recovery());
            case Change.RemoveRecovery remove -> recoveries.remove(remove.vm());
            case Change.PutMove put -> moves.put(put.move().vm(), put.move());
            case Change.RemoveMove remove -> moves.remove(remove.vm());
            case Change.PutHostWork put -> hostWork.put(put.work().host(), put.work());
            case Change.RemoveHostWork remove -> hostWork.remove(remove.host());
            case Change.RaiseAlarm raise -> alarms.put(raise.alarm().key(), raise.alarm());
            case Change.ClearAlarm clear -> alarms.remove(clear.key());
            case Change.RecordProof record -> {}
            case Change.AppendTimeline append -> {}
        }
    }

    /** What a manager that starts now finds. */
    public Durable durable() {
        return new Durable(
                epoch,
                cluster,
                List.copyOf(hosts.values()),
                List.copyOf(facts.values()),
                List.copyOf(datastores.values()),
                List.copyOf(vms.values()),
                List.copyOf(rules.values()),
                List.copyOf(placements.values()),
                failovers.values().stream().filter(Failover::open).toList(),
                List.copyOf(recoveries.values()),
                List.copyOf(moves.values()),
                List.copyOf(hostWork.values()),
                List.copyOf(alarms.values()));
    }

    public @Nullable Placement placement(VmId vm) {
        return placements.get(vm);
    }

    public Iterable<Placement> placements() {
        return placements.values();
    }

    public @Nullable Vm vm(VmId vm) {
        return vms.get(vm);
    }

    public Iterable<Vm> vms() {
        return vms.values();
    }

    public Iterable<Rule> rules() {
        return rules.values();
    }

    public @Nullable Recovery recovery(VmId vm) {
        return recoveries.get(vm);
    }

    public @Nullable Move move(VmId vm) {
        return moves.get(vm);
    }

    public @Nullable Datastore datastore(DatastoreId datastore) {
        return datastores.get(datastore);
    }

    public @Nullable Failover failover(FailoverId id) {
        return failovers.get(id);
    }

    public @Nullable Host host(HostId host) {
        return hosts.get(host);
    }

    public Cluster cluster() {
        return cluster;
    }
}
