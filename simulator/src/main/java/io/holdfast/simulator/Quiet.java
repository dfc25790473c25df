package io.holdfast.simulator;

import io.holdfast.core.State;
import io.holdfast.core.health.HostHealth;
import io.holdfast.simulator.world.SimHost;
import io.holdfast.simulator.world.SimManager;
import io.holdfast.simulator.world.World;

/** Tells whether nothing is going on: then nothing will happen until the next fault, and the time until then can be skipped. */
final class Quiet {
    private Quiet() {}

    static boolean is(World world) {
        SimManager leader = world.leader();
        if (leader == null
                || !leader.state().failovers().isEmpty()
                || !leader.state().recoveries().isEmpty()) {
            return false;
        }
        for (SimManager manager : world.managers()) {
            if (!manager.works() || !calm(manager.state())) {
                return false;
            }
        }
        for (SimHost host : world.hosts()) {
            if (!host.power()
                    || host.frozen()
                    || !host.agent().works()
                    || !host.agent().holdsAll()) {
                return false;
            }
        }
        return true;
    }

    private static boolean calm(State state) {
        for (HostHealth health : state.health().values()) {
            if (!health.reporting()) {
                return false;
            }
        }
        return true;
    }
}
