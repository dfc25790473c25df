package io.holdfast.simulator.explore;

import io.holdfast.core.Command;
import io.holdfast.core.State;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.Placement;
import java.util.List;
import java.util.TreeMap;

/**
 * One state of the search: both managers' cores, the journal's placements, the hosts, the commands on their way and what is left of the budgets.
 *
 * @param leader index of the manager that acts; -1: nobody until the next instant
 * @param placements as the journal has them
 * @param owners ownership records
 */
record Node(
        int instant,
        List<State> managers,
        int leader,
        List<Machine> machines,
        List<Command.ToAgent> onTheWay,
        TreeMap<VmId, Placement> placements,
        TreeMap<VmId, Long> owners,
        int faults,
        int losses,
        String path) {
    static final long STEP_NANOS = 1_000_000_000L;

    Node {
        managers = List.copyOf(managers);
        machines = List.copyOf(machines);
        onTheWay = List.copyOf(onTheWay);
    }

    /** Everything that decides what can follow; how it was reached does not. */
    Object key() {
        return List.of(
                instant,
                leader,
                machines,
                onTheWay,
                owners,
                faults,
                losses,
                Fingerprint.of(managers.get(0)),
                Fingerprint.of(managers.get(1)));
    }
}
