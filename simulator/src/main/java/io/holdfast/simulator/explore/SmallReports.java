package io.holdfast.simulator.explore;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.LeaseObservation;
import io.holdfast.core.health.LeaseStatus;
import io.holdfast.core.health.PlaneState;
import io.holdfast.core.health.Report;
import io.holdfast.core.health.UplinkStatus;
import io.holdfast.core.health.VmState;
import io.holdfast.core.health.VmStatus;
import io.holdfast.core.health.Watchdog;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.simulator.SmallCluster;
import io.holdfast.simulator.world.World;
import java.util.ArrayList;
import java.util.List;

/** Reports of the search's hosts. */
final class SmallReports {
    private static final DatastoreId STORE = new DatastoreId("ds1");

    private SmallReports() {}

    static Report of(Play play, List<Machine> machines, int host, long now) {
        Machine machine = machines.get(host);
        Machine other = machines.get(1 - host);
        List<VmStatus> vms = new ArrayList<>();
        machine.processes().forEach((vm, run) -> vms.add(new VmStatus(vm, run, VmState.RUNNING, EndCause.NONE, "")));
        machine.unacknowledged()
                .forEach((vm, cause) ->
                        vms.add(new VmStatus(vm, machine.ended().getOrDefault(vm, 0L), VmState.ENDED, cause, "")));
        long age = machine.lease().ageNanos(now);
        boolean held = machine.lease().held(now);
        List<LeaseStatus> leases = List.of(
                new LeaseStatus(STORE, machine.lease().generation(), 0, age < 0 ? -1 : age / Play.MILLI, held, "", 5));
        List<LeaseObservation> observations = new ArrayList<>();
        if (other.seen().value() != null) {
            observations.add(new LeaseObservation(
                    STORE,
                    SmallCluster.host(1 - host),
                    other.slotGeneration(),
                    other.slot(),
                    other.seen().unchangedNanos() / Play.MILLI,
                    held,
                    other.cut() ? PlaneState.FAULT : PlaneState.OK,
                    PlaneState.OK,
                    0,
                    List.of()));
        }
        int watchdog = (int) (play.times.watchdogNanos() / Play.MILLI);
        return new Report(
                0,
                leases,
                vms,
                List.of(new UplinkStatus("b0", World.NETWORK, true, true)),
                observations,
                true,
                new Watchdog(true, "/dev/watchdog", watchdog),
                machine.highestEpoch(),
                0,
                0,
                true);
    }
}
