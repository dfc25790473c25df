package io.holdfast.core;

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
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** What the manager's database would hold: built from the changes alone. */
final class Database {
    long epoch;
    Cluster cluster;
    final TreeMap<HostId, Host> hosts = new TreeMap<>();
    final TreeMap<HostId, HostFacts> facts = new TreeMap<>();
    final TreeMap<DatastoreId, Datastore> datastores = new TreeMap<>();
    final TreeMap<VmId, Vm> vms = new TreeMap<>();
    final TreeMap<RuleId, Rule> rules = new TreeMap<>();
    final TreeMap<VmId, Placement> placements = new TreeMap<>();
    final TreeMap<FailoverId, Failover> failovers = new TreeMap<>();
    final TreeMap<VmId, Recovery> recoveries = new TreeMap<>();
    final TreeMap<VmId, Move> moves = new TreeMap<>();
    final TreeMap<HostId, HostWork> hostWork = new TreeMap<>();
    final TreeMap<String, Alarm> alarms = new TreeMap<>();
    final List<Change.RecordProof> proofs = new ArrayList<>();
    final List<TimelineEntry> timeline = new ArrayList<>();

    Database(Cluster cluster) {
        this.cluster = cluster;
    }

    void commit(List<Change> changes) {
        changes.forEach(this::apply);
    }

    private void apply(Change change) {
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
            case Change.RecordProof proof -> proofs.add(proof);
            case Change.PutFailover put -> failovers.put(put.failover().id(), put.failover());
            case Change.PutRecovery put -> recoveries.put(put.recovery().vm(), put.recovery());
            case Change.RemoveRecovery remove -> recoveries.remove(remove.vm());
            case Change.PutMove put -> moves.put(put.move().vm(), put.move());
            case Change.RemoveMove remove -> moves.remove(remove.vm());
            case Change.PutHostWork put -> hostWork.put(put.work().host(), put.work());
            case Change.RemoveHostWork remove -> hostWork.remove(remove.host());
            case Change.RaiseAlarm raise -> alarms.put(raise.alarm().key(), raise.alarm());
            case Change.ClearAlarm clear -> alarms.remove(clear.key());
            case Change.AppendTimeline append -> timeline.add(append.entry());
        }
    }

    Durable durable() {
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
}
