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
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.movement.HostWork;
import io.holdfast.core.movement.Move;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Failover;
import io.holdfast.core.recovery.Recovery;

/** A change of durable data. A put inserts or replaces the record of that key; the lists of one step are applied in order, in one transaction. */
public sealed interface Change {
    /** This manager leads with this epoch, which no manager has used before. */
    record BeginEpoch(long epoch) implements Change {}

    record PutCluster(Cluster cluster) implements Change {}

    record PutHost(Host host) implements Change {}

    record RemoveHost(HostId host) implements Change {}

    record PutHostFacts(HostFacts facts) implements Change {}

    record PutDatastore(Datastore datastore) implements Change {}

    record RemoveDatastore(DatastoreId datastore) implements Change {}

    record PutVm(Vm vm) implements Change {}

    record RemoveVm(VmId vm) implements Change {}

    record PutRule(Rule rule) implements Change {}

    record RemoveRule(RuleId rule) implements Change {}

    /** Key: the VM. */
    record PutPlacement(Placement placement) implements Change {}

    record RemovePlacement(VmId vm) implements Change {}

    /** Appended to the ledger of proofs, which is never changed: why this run of this VM was replaced or ended. */
    record RecordProof(VmId vm, long run, Proof proof) implements Change {}

    /** Key: the fail-over. Closed ones stay in the database and are no longer part of the state. */
    record PutFailover(Failover failover) implements Change {}

    /** Key: the VM. */
    record PutRecovery(Recovery recovery) implements Change {}

    record RemoveRecovery(VmId vm) implements Change {}

    /** Key: the VM. */
    record PutMove(Move move) implements Change {}

    record RemoveMove(VmId vm) implements Change {}

    /** Key: the host. */
    record PutHostWork(HostWork work) implements Change {}

    record RemoveHostWork(HostId host) implements Change {}

    /** Key: {@link Alarm#key}. */
    record RaiseAlarm(Alarm alarm) implements Change {}

    record ClearAlarm(String key) implements Change {}

    /** Appended. */
    record AppendTimeline(TimelineEntry entry) implements Change {}
}
