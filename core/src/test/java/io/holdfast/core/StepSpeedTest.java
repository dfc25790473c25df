package io.holdfast.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.Hello;
import io.holdfast.core.health.LeaseObservation;
import io.holdfast.core.health.LeaseStatus;
import io.holdfast.core.health.PlaneState;
import io.holdfast.core.health.Report;
import io.holdfast.core.health.VmState;
import io.holdfast.core.health.VmStatus;
import io.holdfast.core.health.Watchdog;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.LeaseGeneration;
import io.holdfast.core.placement.Placement;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** A step costs what its event brings, not what the cluster has. */
class StepSpeedTest {
    private State state = State.restore(Durable.empty(Cluster.of(new ClusterId("c"), "c")));
    private long nanos = 1_000_000_000L;
    private final TreeMap<VmId, HostId> placed = new TreeMap<>();

    private void feed(Event event) {
        Step step = Core.step(state, event);
        assertThat(step.rejected()).isNull();
        state = step.state();
    }

    private Now now() {
        nanos += 100_000;
        return new Now(nanos, nanos / 1_000_000);
    }

    private Report report(int number, long sequence) {
        List<VmStatus> vms = new ArrayList<>();
        placed.forEach((vm, host) -> {
            if (host.equals(World.host(number))) {
                vms.add(new VmStatus(vm, 1, VmState.RUNNING, EndCause.NONE, ""));
            }
        });
        List<LeaseObservation> observations = new ArrayList<>();
        for (int other = 1; other <= 100; other++) {
            observations.add(new LeaseObservation(
                    FakeHost.STORE,
                    World.host(other),
                    1,
                    sequence,
                    200,
                    true,
                    PlaneState.OK,
                    PlaneState.OK,
                    0,
                    List.of()));
        }
        return new Report(
                sequence,
                List.of(new LeaseStatus(FakeHost.STORE, 1, sequence, 300, true, "", 3)),
                vms,
                List.of(),
                observations,
                true,
                new Watchdog(true, "w", 6000),
                1,
                3,
                0,
                true);
    }

    private static Durable cluster(TreeMap<VmId, HostId> placed) {
        List<Host> hosts = new ArrayList<>();
        List<Vm> vms = new ArrayList<>();
        List<Placement> placements = new ArrayList<>();
        for (int number = 1; number <= 100; number++) {
            hosts.add(World.inventory(number).withLeaseSlot(number - 1));
        }
        for (int number = 1; number <= 2000; number++) {
            vms.add(World.machine(number).withOwnershipIndex(number));
            HostId host = World.host(1 + number % 100);
            placements.add(Placement.of(
                    World.vm(number), 1, host, "b", List.of(new LeaseGeneration(FakeHost.STORE, 1)), List.of()));
            placed.put(World.vm(number), host);
        }
        return new Durable(
                0,
                Cluster.of(new ClusterId("c"), "c"),
                hosts,
                List.of(),
                List.of(new Datastore(FakeHost.STORE, "store", new Datastore.Location.SharedPath("/s"))),
                vms,
                List.of(),
                placements,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    @Test
    void hundredHostsAndTwoThousandVmsTakeMicrosecondsPerStep() {
        state = State.restore(cluster(placed));
        feed(new Event.BecameLeader(now(), 1));
        for (int number = 1; number <= 100; number++) {
            feed(new Event.HostConnected(now(), World.host(number), new Hello("b", 1, "1", 0, 64, 1L << 38, "KVM")));
        }
        List<Report> reports = new ArrayList<>();
        for (int number = 1; number <= 100; number++) {
            reports.add(report(number, 2));
        }
        long best = Long.MAX_VALUE;
        for (int round = 0; round < 40; round++) {
            long from = System.nanoTime();
            for (int number = 1; number <= 100; number++) {
                feed(new Event.HostReported(now(), World.host(number), reports.get(number - 1)));
                feed(new Event.Tick(now()));
            }
            best = Math.min(best, (System.nanoTime() - from) / 200);
        }
        // The aim is 50 us (issue 3); the limit here allows for a busy machine and a cold compiler.
        assertThat(best).as("nanoseconds per step").isLessThan(200_000);
        if (Boolean.getBoolean("print.speed")) {
            System.out.println("step: " + best + " ns");
        }
    }
}
