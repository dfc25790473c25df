package io.holdfast.bench;

import io.holdfast.core.Command;
import io.holdfast.core.Core;
import io.holdfast.core.Durable;
import io.holdfast.core.Event;
import io.holdfast.core.Now;
import io.holdfast.core.State;
import io.holdfast.core.Step;
import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.Hello;
import io.holdfast.core.health.LeaseObservation;
import io.holdfast.core.health.LeaseStatus;
import io.holdfast.core.health.PlaneState;
import io.holdfast.core.health.PowerState;
import io.holdfast.core.health.Report;
import io.holdfast.core.health.UplinkStatus;
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
import io.holdfast.core.inventory.HostNetwork;
import io.holdfast.core.inventory.Nic;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.RestartPriority;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.LeaseGeneration;
import io.holdfast.core.placement.Placement;
import java.util.ArrayList;
import java.util.List;

/**
 * A large running cluster around the real core: its hosts report in turn, each with its VMs and with what it reads in the other lease slots of its datastore.
 *
 * <p>Hosts share a datastore in groups of at most {@value #GROUP}, which is what one lease area has room for; VMs are spread evenly.
 */
final class Mill {
    /** Hosts on one datastore. */
    static final int GROUP = 250;

    private static final long MILLI = 1_000_000L;
    private static final int SLICES = 5;

    private static final List<HostId> HOSTS = new ArrayList<>();

    final int hosts;
    State state;
    long nanos = 1_000_000L * MILLI;
    private long sequence;
    private final List<List<VmStatus>> running = new ArrayList<>();
    private final List<List<LeaseObservation>> seen = new ArrayList<>();
    private final List<DatastoreId> stores = new ArrayList<>();

    Mill(int hosts, int vms) {
        this.hosts = hosts;
        for (int host = 0; host < hosts; host++) {
            running.add(new ArrayList<>());
            if (host % GROUP == 0) {
                stores.add(new DatastoreId("store-%02d".formatted(host / GROUP)));
            }
        }
        state = State.restore(durable(vms));
        feed(new Event.BecameLeader(now(), 1));
        for (int host = 0; host < hosts; host++) {
            feed(new Event.HostConnected(now(), host(host), new Hello("boot", 1, "1", 0, 64, 1L << 39, "KVM")));
        }
        interval(0);
    }

    static HostId host(int number) {
        while (HOSTS.size() <= number) {
            HOSTS.add(new HostId("host-%05d".formatted(HOSTS.size())));
        }
        return HOSTS.get(number);
    }

    static VmId vm(int number) {
        return new VmId("vm-%06d".formatted(number));
    }

    private DatastoreId store(int host) {
        return stores.get(host / GROUP);
    }

    private Durable durable(int vms) {
        List<Host> inventory = new ArrayList<>();
        List<Datastore> datastores = new ArrayList<>();
        for (int host = 0; host < hosts; host++) {
            if (host % GROUP == 0) {
                datastores.add(new Datastore(
                        store(host), store(host).value(), new Datastore.Location.SharedPath("/s" + host)));
            }
            inventory.add(new Host(
                    host(host),
                    host(host).value(),
                    "10.0." + host / 250 + "." + host % 250,
                    0,
                    0,
                    new Bmc(Bmc.Kind.IPMI, "10.1." + host / 250 + "." + host % 250, 623, "admin", "bmc"),
                    host % GROUP,
                    List.of(store(host)),
                    List.of(new HostNetwork("net", "vmbr0", List.of("b0", "b1"))),
                    AdminState.ENABLED));
        }
        List<Vm> machines = new ArrayList<>();
        List<Placement> placements = new ArrayList<>();
        for (int number = 0; number < vms; number++) {
            int host = number % hosts;
            machines.add(machine(number, store(host)));
            placements.add(Placement.of(
                    vm(number), 1, host(host), "boot", List.of(new LeaseGeneration(store(host), 1)), List.of()));
            running.get(host).add(new VmStatus(vm(number), 1, VmState.RUNNING, EndCause.NONE, ""));
        }
        Cluster cluster = Cluster.of(new ClusterId("c"), "c").withNetworks(List.of("net"));
        return new Durable(
                0,
                cluster,
                inventory,
                List.of(),
                datastores,
                machines,
                List.of(),
                placements,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    private static Vm machine(int number, DatastoreId store) {
        return new Vm(
                vm(number),
                vm(number).value(),
                1 + number % 4,
                (1L + number % 8) << 30,
                List.of(new Disk("d0", store, String.valueOf(number), 1L << 34, false)),
                List.of(new Nic("net", "52:54:00:00:00:01")),
                Boot.FROM_DISK,
                RequestedState.STARTED,
                RestartPriority.values()[number % 5],
                number % Vm.OWNERSHIP_RECORDS,
                HaSettings.DEFAULT);
    }

    Now now() {
        return new Now(nanos, nanos / MILLI);
    }

    Step feed(Event event) {
        Step step = Core.step(state, event);
        if (step.rejected() != null) {
            throw new IllegalStateException(step.rejected().toString());
        }
        state = step.state();
        return step;
    }

    /** One report interval: every host from this one on reports once, and the time goes on in ticks between them. Gives the steps that commanded something. */
    List<Step> interval(int from) {
        List<Step> commanding = new ArrayList<>();
        prepare();
        sequence++;
        for (int slice = 0; slice < SLICES; slice++) {
            nanos += 100 * MILLI;
            keep(commanding, feed(new Event.Tick(now())));
            for (int host = slice * hosts / SLICES; host < (slice + 1) * hosts / SLICES; host++) {
                if (host >= from) {
                    keep(commanding, feed(new Event.HostReported(now(), host(host), report(host))));
                }
            }
        }
        return commanding;
    }

    private static void keep(List<Step> commanding, Step step) {
        if (!step.commands().isEmpty()) {
            commanding.add(step);
        }
    }

    /** What is the same for all hosts of a group in this interval is made once, as objects that arrive over the network would be there before the core sees them. */
    private void prepare() {
        seen.clear();
        for (int first = 0; first < hosts; first += GROUP) {
            List<LeaseObservation> group = new ArrayList<>();
            for (int host = first; host < Math.min(hosts, first + GROUP); host++) {
                group.add(new LeaseObservation(
                        store(host),
                        host(host),
                        1,
                        sequence + 1,
                        200,
                        true,
                        PlaneState.OK,
                        PlaneState.OK,
                        0,
                        List.of()));
            }
            seen.add(List.copyOf(group));
        }
    }

    private Report report(int host) {
        return new Report(
                sequence,
                List.of(new LeaseStatus(store(host), 1, sequence, 300, true, "", 3)),
                running.get(host),
                List.of(new UplinkStatus("b0", "net", true, true), new UplinkStatus("b1", "net", true, true)),
                seen.get(host / GROUP),
                true,
                new Watchdog(true, "/dev/watchdog", 6000),
                1,
                3,
                0,
                true);
    }

    /** What comes back of a step's commands: BMCs that are asked say off, and every start succeeds. */
    List<Event> answers(Step step) {
        List<Event> result = new ArrayList<>();
        step.commands().forEach(command -> {
            if (command instanceof Command.ReadPower read) {
                result.add(new Event.PowerRead(now(), read.host(), read.operation(), PowerState.OFF, ""));
            }
            if (command instanceof Command.StartVm start) {
                running.get(HOSTS.indexOf(start.host()))
                        .add(new VmStatus(start.vm().id(), start.run(), VmState.RUNNING, EndCause.NONE, ""));
                result.add(
                        new Event.CommandResult(now(), start.host(), start.operation(), Event.Outcome.DONE, "", false));
            }
        });
        return result;
    }
}
