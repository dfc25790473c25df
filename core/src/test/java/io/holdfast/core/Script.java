package io.holdfast.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.Hello;
import io.holdfast.core.health.HostFacts;
import io.holdfast.core.health.LeaseObservation;
import io.holdfast.core.health.LeaseStatus;
import io.holdfast.core.health.PlaneState;
import io.holdfast.core.health.PowerState;
import io.holdfast.core.health.Report;
import io.holdfast.core.health.SlotVm;
import io.holdfast.core.health.VmState;
import io.holdfast.core.health.VmStatus;
import io.holdfast.core.health.Watchdog;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.Bmc;
import io.holdfast.core.inventory.Boot;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.Disk;
import io.holdfast.core.inventory.HaSettings;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.RestartPriority;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.LeaseGeneration;
import io.holdfast.core.placement.Placement;
import java.util.ArrayList;
import java.util.List;

/** Event by event: a VM with a writable disk on datastore a and one on b runs on h1, generation 3 on both; h2 and h3 look on. */
final class Script {
    static final DatastoreId A = new DatastoreId("a");
    static final DatastoreId B = new DatastoreId("b");
    static final HostId H1 = new HostId("h1");
    static final HostId H2 = new HostId("h2");
    static final HostId H3 = new HostId("h3");
    static final VmId VM = new VmId("vm");

    State state;
    long millis = 10_000;
    final List<Command> commands = new ArrayList<>();
    private long sequence;

    Script(boolean watchdog) {
        List<Host> hosts = new ArrayList<>();
        List<HostFacts> facts = new ArrayList<>();
        for (HostId id : List.of(H1, H2, H3)) {
            int slot = hosts.size();
            hosts.add(new Host(
                    id,
                    id.value(),
                    "10.0.0." + slot,
                    0,
                    0,
                    new Bmc(Bmc.Kind.IPMI, "10.0.1." + slot, 623, "u", "p"),
                    slot,
                    List.of(A, B),
                    List.of(),
                    AdminState.ENABLED));
            facts.add(new HostFacts(id, "boot-" + id, 8, 64L << 30, "KVM", "1", watchdog, 6000, List.of()));
        }
        Vm vm = new Vm(
                VM,
                "vm",
                1,
                1L << 30,
                List.of(new Disk("d0", A, "1", 1, false), new Disk("d1", B, "1", 1, false)),
                List.of(),
                Boot.FROM_DISK,
                RequestedState.STARTED,
                RestartPriority.MEDIUM,
                0,
                HaSettings.DEFAULT);
        Placement placement = Placement.of(
                VM, 7, H1, "boot-h1", List.of(new LeaseGeneration(A, 3), new LeaseGeneration(B, 3)), List.of());
        state = State.restore(new Durable(
                4,
                Cluster.of(new ClusterId("c"), "c"),
                hosts,
                facts,
                List.of(
                        new Datastore(A, "a", new Datastore.Location.SharedPath("/a")),
                        new Datastore(B, "b", new Datastore.Location.SharedPath("/b"))),
                List.of(vm),
                List.of(),
                List.of(placement),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of()));
        feed(new Event.BecameLeader(now(), 5));
        for (HostId id : List.of(H1, H2, H3)) {
            feed(new Event.HostConnected(now(), id, new Hello("boot-" + id, 1, "1", 0, 8, 64L << 30, "KVM")));
        }
        report(H1, List.of(), List.of(new VmStatus(VM, 7, VmState.RUNNING, EndCause.NONE, "")), watchdog);
        onlookers(List.of());
    }

    Now now() {
        return new Now(millis * 1_000_000, millis);
    }

    Step feed(Event event) {
        State before = state;
        Step step = Core.step(state, event);
        Invariants.check(before, step);
        state = step.state();
        commands.addAll(step.commands());
        return step;
    }

    void report(HostId host, List<LeaseObservation> observations, List<VmStatus> vms, boolean watchdog) {
        sequence++;
        feed(new Event.HostReported(
                now(),
                host,
                new Report(
                        sequence,
                        List.of(
                                new LeaseStatus(A, 3, sequence, 10, true, "", 1),
                                new LeaseStatus(B, 3, sequence, 10, true, "", 1)),
                        vms,
                        List.of(),
                        observations,
                        true,
                        new Watchdog(watchdog, "w", 6000),
                        5,
                        0,
                        0,
                        true)));
    }

    /** Both onlookers report, with what h2 sees of h1; time goes on by one report interval. */
    void onlookers(List<LeaseObservation> seen) {
        report(H2, seen, List.of(), true);
        report(H3, List.of(), List.of(), true);
        millis += 250;
        feed(new Event.Tick(now()));
        millis += 250;
        feed(new Event.Tick(now()));
    }

    static LeaseObservation seen(DatastoreId datastore, long generation, long unchangedMillis, boolean held) {
        return new LeaseObservation(
                datastore,
                H1,
                generation,
                100,
                unchangedMillis,
                held,
                PlaneState.OK,
                PlaneState.OK,
                0,
                List.of(new SlotVm(VM, 7, false)));
    }

    /** The last question to h1's BMC. */
    Command.ReadPower lastRead() {
        return commands.stream()
                .filter(Command.ReadPower.class::isInstance)
                .map(Command.ReadPower.class::cast)
                .filter(read -> read.host().equals(H1))
                .reduce((first, second) -> second)
                .orElseThrow();
    }

    void answer(PowerState power) {
        Command.ReadPower read = lastRead();
        millis += 100;
        feed(new Event.PowerRead(now(), H1, read.operation(), power, ""));
    }

    boolean proven() {
        Placement placement = state.placements().get(VM);
        return placement.run() > 7 || !placement.live();
    }

    boolean restarted() {
        boolean result =
                commands.stream().anyMatch(command -> command instanceof Command.StartVm start && start.run() == 8);
        if (result) {
            assertThat(proven()).isTrue();
        }
        return result;
    }
}
