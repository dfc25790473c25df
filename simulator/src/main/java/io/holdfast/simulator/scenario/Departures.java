package io.holdfast.simulator.scenario;

import io.holdfast.core.Request;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.HostId;
import io.holdfast.simulator.world.SimHost;
import io.holdfast.simulator.world.World;

/** Hosts that go in good order: maintenance, shutdown and reboot by the cluster's policy. */
final class Departures {
    private static final long SECOND = 1_000_000_000L;
    private static final long SETTLE = 5 * SECOND;
    /** What stops orderly has stopped by then. */
    private static final long STOPPED = 25 * SECOND;

    private final World world;
    private final String policy;
    private final Machines machines;
    private final Requests requests;
    private final Mover mover;
    private final Operator operator;
    private final boolean[] inMaintenance;
    private final boolean[] leaving;

    Departures(World world, String policy, Machines machines, Requests requests, Mover mover, Operator operator) {
        this.world = world;
        this.policy = policy;
        this.machines = machines;
        this.requests = requests;
        this.mover = mover;
        this.operator = operator;
        inMaintenance = new boolean[world.hosts().size()];
        leaving = new boolean[world.hosts().size()];
    }

    void maintenance(int index, boolean on) {
        if (inMaintenance[index] != on) {
            inMaintenance[index] = on;
            drain(index, on);
        }
    }

    private void drain(int index, boolean on) {
        HostId host = world.hosts().get(index).id;
        requests.ask(new Request.SetAdminState(host, on ? AdminState.MAINTENANCE : AdminState.ENABLED));
        if (on) {
            world.at(world.now() + SECOND / 10, () -> mover.drain(host));
        } else {
            world.at(world.now() + SETTLE, () -> mover.back(host));
        }
    }

    /** An orderly shutdown or reboot. */
    void leave(int index, boolean reboot) {
        SimHost host = world.hosts().get(index);
        if (!host.power() || leaving[index]) {
            return;
        }
        // Frozen is what the manager has acknowledged as such, so only while the host reaches it.
        boolean freeze = policy.equals("freeze") || (policy.equals("conditional") && reboot);
        leaving[index] = true;
        if (policy.equals("migrate") && machines.usable(index)) {
            drain(index, true);
            whenEmpty(index, reboot);
        } else if (freeze && machines.usable(index)) {
            operator.freeze(index, mover.on(host.id));
            world.at(world.now() + STOPPED, () -> off(index, reboot));
        } else {
            off(index, reboot);
        }
    }

    /** A host that cannot be emptied stays on: the reference waits for ever. */
    private void whenEmpty(int index, boolean reboot) {
        HostId host = world.hosts().get(index).id;
        if (!world.hosts().get(index).power()) {
            leaving[index] = false;
        } else if (mover.on(host).isEmpty() && !operator.guards(index) && !mover.moves()) {
            off(index, reboot);
            if (!inMaintenance[index]) {
                drain(index, false);
            }
        } else {
            world.at(world.now() + SETTLE, () -> whenEmpty(index, reboot));
        }
    }

    private void off(int index, boolean reboot) {
        leaving[index] = false;
        machines.switchOff(index);
        if (reboot) {
            machines.power(index, true);
        }
    }
}
