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
import io.holdfast.core.movement.HostWork;
import io.holdfast.core.movement.Move;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Failover;
import io.holdfast.core.recovery.FailoverId;
import io.holdfast.core.recovery.Recovery;
import java.util.List;
import java.util.function.Function;
import org.pcollections.PSortedMap;
import org.pcollections.PSortedSet;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * All that is known of one cluster: an immutable value. {@link Core#step} makes the next one.
 *
 * <p><b>Durable</b> ({@link #durable}, changed only by a {@link Change} of a step): the highest epoch, inventory (cluster, hosts, datastores, VMs, rules), host
 * facts, placements, open fail-overs, recoveries, moves, work on hosts, alarms. Besides, only written: timeline, proof ledger, closed fail-overs.
 *
 * <p><b>Volatile</b> (rebuilt from reports after a restart): {@link #health}, questions under way, operations counter, whether this manager leads. A recovery in
 * stage STARTING keeps its operation, so a new leader sends it again under the same id.
 *
 * <p>After a commit failed, nothing may be carried out: {@link #reload} from the database, and become leader again with a new epoch.
 */
public final class State {
    final long epoch;
    final boolean leading;
    final long counter;
    final Cluster cluster;
    final PSortedMap<HostId, Host> hosts;
    final PSortedMap<HostId, HostFacts> facts;
    final PSortedMap<DatastoreId, Datastore> datastores;
    final PSortedMap<VmId, Vm> vms;
    final PSortedMap<RuleId, Rule> rules;
    final PSortedMap<VmId, Placement> placements;
    final PSortedMap<FailoverId, Failover> failovers;
    final PSortedMap<VmId, Recovery> recoveries;
    final PSortedMap<VmId, Move> moves;
    final PSortedMap<HostId, HostWork> hostWork;
    final PSortedMap<String, Alarm> alarms;
    final PSortedMap<HostId, HostHealth> health;
    final PSortedMap<HostId, PSortedSet<VmId>> liveOn;
    final Working working;

    State(Turn turn) {
        epoch = turn.epoch;
        leading = turn.leading;
        counter = turn.counter;
        cluster = turn.cluster;
        hosts = turn.hosts;
        facts = turn.facts;
        datastores = turn.datastores;
        vms = turn.vms;
        rules = turn.rules;
        placements = turn.placements;
        failovers = turn.failovers;
        recoveries = turn.recoveries;
        moves = turn.moves;
        hostWork = turn.hostWork;
        alarms = turn.alarms;
        health = turn.health;
        liveOn = turn.liveOn;
        working = turn.working();
    }

    private State(Durable durable, PSortedMap<HostId, HostHealth> knownHealth) {
        epoch = durable.epoch();
        leading = false;
        counter = 0;
        cluster = durable.cluster();
        PSortedMap<HostId, Host> hostMap = TreePMap.empty();
        PSortedMap<HostId, HostHealth> healthMap = TreePMap.empty();
        for (Host host : durable.hosts()) {
            hostMap = hostMap.plus(host.id(), host);
            HostHealth known = knownHealth.get(host.id());
            healthMap = healthMap.plus(host.id(), known != null ? known : HostHealth.unknown(host.id(), 0));
        }
        hosts = hostMap;
        health = healthMap;
        facts = index(durable.facts(), HostFacts::host);
        datastores = index(durable.datastores(), Datastore::id);
        vms = index(durable.vms(), Vm::id);
        rules = index(durable.rules(), Rule::id);
        placements = index(durable.placements(), Placement::vm);
        failovers = index(durable.failovers().stream().filter(Failover::open).toList(), Failover::id);
        recoveries = index(durable.recoveries(), Recovery::vm);
        moves = index(durable.moves(), Move::vm);
        hostWork = index(durable.hostWork(), HostWork::host);
        alarms = index(durable.alarms(), Alarm::key);
        PSortedMap<HostId, PSortedSet<VmId>> live = TreePMap.empty();
        for (Placement placement : durable.placements()) {
            if (placement.live()) {
                for (HostId host : List.of(placement.host(), placement.servingHost())) {
                    PSortedSet<VmId> there = live.getOrDefault(host, TreePSet.empty());
                    live = live.plus(host, there.plus(placement.vm()));
                }
            }
        }
        liveOn = live;
        working = Working.suspecting(healthMap.values().stream()
                .filter(host -> host.suspicion() != null)
                .map(HostHealth::host)
                .toList());
    }

    private static <K extends Comparable<K>, V> PSortedMap<K, V> index(List<V> values, Function<V, K> key) {
        PSortedMap<K, V> result = TreePMap.empty();
        for (V value : values) {
            result = result.plus(key.apply(value), value);
        }
        return result;
    }

    /** What a manager starts with: the database's content, nothing known of health, not leading. */
    public static State restore(Durable durable) {
        return new State(durable, TreePMap.empty());
    }

    /** The database's content with the health known to this process; for a standby that takes over, or after a failed commit. Not leading. */
    public State reload(Durable durable) {
        return new State(durable, health);
    }

    /** What the database must hold. */
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
                List.copyOf(failovers.values()),
                List.copyOf(recoveries.values()),
                List.copyOf(moves.values()),
                List.copyOf(hostWork.values()),
                List.copyOf(alarms.values()));
    }

    /** The highest leadership epoch ever begun; this manager's if it leads. */
    public long epoch() {
        return epoch;
    }

    /** This manager leads. */
    public boolean leading() {
        return leading;
    }

    /** The cluster. */
    public Cluster cluster() {
        return cluster;
    }

    /** Hosts by id. */
    public PSortedMap<HostId, Host> hosts() {
        return hosts;
    }

    /** What hosts last said of themselves. */
    public PSortedMap<HostId, HostFacts> facts() {
        return facts;
    }

    /** Datastores by id. */
    public PSortedMap<DatastoreId, Datastore> datastores() {
        return datastores;
    }

    /** Virtual machines by id. */
    public PSortedMap<VmId, Vm> vms() {
        return vms;
    }

    /** Rules by id. */
    public PSortedMap<RuleId, Rule> rules() {
        return rules;
    }

    /** The latest placement of each VM that ever had one. */
    public PSortedMap<VmId, Placement> placements() {
        return placements;
    }

    /** Open fail-overs. */
    public PSortedMap<FailoverId, Failover> failovers() {
        return failovers;
    }

    /** Recoveries under way. */
    public PSortedMap<VmId, Recovery> recoveries() {
        return recoveries;
    }

    /** Live moves wanted or under way. */
    public PSortedMap<VmId, Move> moves() {
        return moves;
    }

    /** Orderly work on hosts under way. */
    public PSortedMap<HostId, HostWork> hostWork() {
        return hostWork;
    }

    /** Alarms that stand. */
    public PSortedMap<String, Alarm> alarms() {
        return alarms;
    }

    /** What is known of each host right now; an entry for each host. */
    public PSortedMap<HostId, HostHealth> health() {
        return health;
    }

    /** VMs of which a process may be alive on this host. */
    public PSortedSet<VmId> liveOn(HostId host) {
        return liveOn.getOrDefault(host, TreePSet.empty());
    }
}
