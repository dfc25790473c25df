package io.holdfast.simulator;

import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.Suspicion;
import io.holdfast.core.movement.Move;
import io.holdfast.simulator.world.SimHost;
import io.holdfast.simulator.world.SimManager;
import io.holdfast.simulator.world.World;

/**
 * Tells whether nothing is going on: then nothing will happen until the next fault begins or ends, and the time until then can be skipped. A host without power on
 * which nothing lives, a manager that is down, and a host that has long been known to be cut off are quiet too.
 */
final class Quiet {
    /** After this long every lease has been waited for that could still expire, and every question asked. */
    private static final long SETTLED = 18_000_000_000L;

    private Quiet() {}

    static boolean is(World world) {
        SimManager leader = world.leader();
        if (leader == null
                || !leader.state().failovers().isEmpty()
                || !leader.state().recoveries().isEmpty()
                || leader.state().moves().values().stream().anyMatch(Move::underWay)) {
            return false;
        }
        for (SimHost host : world.hosts()) {
            boolean quiet =
                    host.power() ? lives(host) : leader.state().liveOn(host.id).isEmpty();
            if (!quiet) {
                return false;
            }
        }
        for (SimManager manager : world.managers()) {
            if (manager.works() && !calm(world, manager)) {
                return false;
            }
        }
        return true;
    }

    private static boolean lives(SimHost host) {
        return !host.frozen() && host.agent().works() && host.agent().holdsAll();
    }

    /** Every host that has power reports, or has been cut off for long. */
    private static boolean calm(World world, SimManager manager) {
        for (SimHost host : world.hosts()) {
            HostHealth health = manager.state().health().get(host.id);
            if (health == null) {
                return false;
            }
            Suspicion suspicion = health.suspicion();
            boolean settled = suspicion != null && manager.nowNanos() - suspicion.sinceNanos() > SETTLED;
            if (host.power() && !health.reporting() && !settled) {
                return false;
            }
        }
        return true;
    }
}
