package io.holdfast.simulator.invariant;

import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.simulator.world.Invariant;
import io.holdfast.simulator.world.SimHost;
import io.holdfast.simulator.world.SimManager;
import io.holdfast.simulator.world.SimProcess;
import io.holdfast.simulator.world.World;
import java.util.ArrayList;
import java.util.List;

/**
 * Section 8, 5: a VM that is to run, with capacity and a proof available, runs within a bound. Asked when all faults have been over for as long
 * as the bound, so capacity and proofs are there.
 */
public final class BackWithinBound implements Invariant {
    @Override
    public void settled(World world) {
        List<String> missing = missing(world);
        if (!missing.isEmpty()) {
            throw violated("all faults are over, and yet: " + String.join("; ", missing));
        }
    }

    /** What does not run although it should, or runs although it should not. */
    public static List<String> missing(World world) {
        List<String> result = new ArrayList<>();
        SimManager leader = world.leader();
        if (leader == null) {
            result.add("nobody leads");
        }
        for (Vm vm : world.database.journal().vms()) {
            int running = 0;
            for (SimHost host : world.hosts()) {
                for (SimProcess process : host.processes()) {
                    running += process.vm.id().equals(vm.id()) && !process.incoming() ? 1 : 0;
                }
            }
            Recovery recovery = world.database.journal().recovery(vm.id());
            if (vm.requested() == RequestedState.STARTED && running != 1) {
                result.add(vm.id() + " does not run, recovery " + recovery + ", placement "
                        + world.database.journal().placement(vm.id()));
            } else if (vm.requested() == RequestedState.STOPPED && running != 0) {
                result.add(vm.id() + " runs although it was stopped");
            }
            Placement placement = world.database.journal().placement(vm.id());
            if (placement != null && placement.migrating()) {
                result.add(vm.id() + " is still being moved: " + placement);
            }
        }
        for (SimHost host : world.hosts()) {
            if (host.power() && host.agent().works() && !host.agent().holdsAll()) {
                result.add(host.id + " does not hold all its leases");
            }
        }
        return result;
    }
}
