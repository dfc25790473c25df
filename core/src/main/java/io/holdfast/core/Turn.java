package io.holdfast.core;

import io.holdfast.core.health.HostFacts;
import io.holdfast.core.health.HostHealth;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Failover;
import io.holdfast.core.recovery.FailoverId;
import io.holdfast.core.recovery.Recovery;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.PSortedSet;

/** The working copy of one step: the state so far, the changes and the commands. Lives only inside {@link Core#step}. */
final class Turn {
    final Now now;
    long epoch;
    boolean leading;
    long counter;
    Cluster cluster;
    PSortedMap<HostId, Host> hosts;
    PSortedMap<HostId, HostFacts> facts;
    PSortedMap<DatastoreId, Datastore> datastores;
    PSortedMap<VmId, Vm> vms;
    PSortedMap<RuleId, Rule> rules;
    PSortedMap<VmId, Placement> placements;
    PSortedMap<FailoverId, Failover> failovers;
    PSortedMap<VmId, Recovery> recoveries;
    PSortedMap<String, Alarm> alarms;
    PSortedMap<HostId, HostHealth> health;
    PSortedMap<HostId, PSortedSet<VmId>> liveOn;
    Working working;
    final List<Change> changes = new ArrayList<>();
    final List<Command> commands = new ArrayList<>();

    Turn(State state, Now now) {
        this.now = now;
        epoch = state.epoch;
        leading = state.leading;
        counter = state.counter;
        cluster = state.cluster;
        hosts = state.hosts;
        facts = state.facts;
        datastores = state.datastores;
        vms = state.vms;
        rules = state.rules;
        placements = state.placements;
        failovers = state.failovers;
        recoveries = state.recoveries;
        alarms = state.alarms;
        health = state.health;
        liveOn = state.liveOn;
        working = state.working;
    }

    OperationId nextOperation() {
        counter++;
        return new OperationId(epoch, counter);
    }

    Step done(@Nullable Rejected rejected) {
        return new Step(new State(this), changes, commands, rejected);
    }
}
