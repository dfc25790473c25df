package io.holdfast.core;

import io.holdfast.core.health.HostFacts;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.movement.HostWork;
import io.holdfast.core.movement.Move;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Failover;
import io.holdfast.core.recovery.Recovery;
import java.util.List;

/**
 * Everything durable that a state is made of, as the database holds it. Timeline, proof ledger and closed fail-overs are durable too, but no decision needs them.
 *
 * @param epoch the highest leadership epoch ever begun; 0: none
 * @param failovers the open ones
 */
public record Durable(
        long epoch,
        Cluster cluster,
        List<Host> hosts,
        List<HostFacts> facts,
        List<Datastore> datastores,
        List<Vm> vms,
        List<Rule> rules,
        List<Placement> placements,
        List<Failover> failovers,
        List<Recovery> recoveries,
        List<Move> moves,
        List<HostWork> hostWork,
        List<Alarm> alarms) {
    /** The same with the highest epoch below this one: the row shows an epoch as soon as it is taken, begun is it by the core. */
    public Durable beforeEpoch(long begins) {
        long known = Math.min(epoch, begins - 1);
        return new Durable(
                known,
                cluster,
                hosts,
                facts,
                datastores,
                vms,
                rules,
                placements,
                failovers,
                recoveries,
                moves,
                hostWork,
                alarms);
    }

    /** A cluster with nothing in it. */
    public static Durable empty(Cluster cluster) {
        return new Durable(
                0, cluster, List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(), List.of(),
                List.of(), List.of(), List.of());
    }
}
