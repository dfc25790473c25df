package io.holdfast.simulator;

import io.holdfast.core.Durable;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.Bmc;
import io.holdfast.core.inventory.Boot;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.inventory.ClusterSettings;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.Disk;
import io.holdfast.core.inventory.HaSettings;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.HostNetwork;
import io.holdfast.core.inventory.LeaseProfile;
import io.holdfast.core.inventory.Nic;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.RestartPriority;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.ShutdownPolicy;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.simulator.world.Dice;
import io.holdfast.simulator.world.Settings;
import io.holdfast.simulator.world.World;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes the inventory of a simulated cluster. */
final class Inventory {
    private static final long GIB = 1L << 30;

    private Inventory() {}

    /** Hosts mostly with a BMC, VMs on one or two datastores, sometimes rules; all VMs stand as started. */
    static Durable random(Dice dice, Settings settings, LeaseProfile profile) {
        List<Datastore> datastores = new ArrayList<>();
        for (Datastore plain : datastores(settings.datastores())) {
            datastores.add(dice.percent(45) ? lockable(plain, dice.percent(60)) : plain);
        }
        List<Host> hosts = new ArrayList<>();
        for (int index = 0; index < settings.hosts(); index++) {
            hosts.add(host(index, dice.percent(80), datastores));
        }
        List<Vm> vms = new ArrayList<>();
        for (int index = 0; index < settings.vms(); index++) {
            List<Disk> disks = new ArrayList<>();
            int first = dice.below(datastores.size());
            disks.add(disk(index, 0, datastores.get(first).id(), false));
            if (dice.percent(35)) {
                disks.add(disk(
                        index,
                        1,
                        datastores.get((first + 1) % datastores.size()).id(),
                        dice.percent(20)));
            }
            RestartPriority priority = RestartPriority.values()[dice.below(5)];
            HaSettings ha = HaSettings.DEFAULT.withLiveMigration(dice.percent(85));
            vms.add(vm(index, 1 + dice.below(4), (1 + dice.below(4)) * GIB, disks, priority, ha));
        }
        ShutdownPolicy policy = ShutdownPolicy.values()[dice.below(4)];
        ClusterSettings cluster = ClusterSettings.DEFAULT.withLease(profile).withShutdownPolicy(policy);
        return durable(cluster, hosts, datastores, vms, rules(dice, hosts, vms));
    }

    /** Storage that can refuse a host. */
    private static Datastore lockable(Datastore plain, boolean expiryProves) {
        return new Datastore(plain.id(), plain.name(), plain.location(), "played", expiryProves);
    }

    private static List<Rule> rules(Dice dice, List<Host> hosts, List<Vm> vms) {
        List<Rule> rules = new ArrayList<>();
        if (vms.size() >= 4 && dice.percent(40)) {
            rules.add(new Rule.Apart(
                    new RuleId("apart"),
                    dice.percent(70),
                    List.of(vms.get(0).id(), vms.get(1).id())));
        }
        if (vms.size() >= 4 && dice.percent(25)) {
            rules.add(new Rule.VmHost(
                    new RuleId("hosts"),
                    dice.percent(60),
                    List.of(vms.get(2).id()),
                    List.of(
                            new Rule.HostPriority(hosts.get(0).id(), 1),
                            new Rule.HostPriority(hosts.get(hosts.size() - 1).id(), 2))));
        }
        if (vms.size() >= 4 && dice.percent(25)) {
            rules.add(new Rule.DependsOn(
                    new RuleId("after"), vms.get(3).id(), List.of(vms.get(0).id())));
        }
        return rules;
    }

    static Durable durable(
            ClusterSettings settings, List<Host> hosts, List<Datastore> datastores, List<Vm> vms, List<Rule> rules) {
        Cluster cluster = Cluster.of(new ClusterId("c1"), "simulated")
                .withSettings(settings)
                .withNetworks(List.of(World.NETWORK))
                .withNextLeaseSlot(hosts.size());
        return new Durable(
                0,
                cluster,
                hosts,
                List.of(),
                datastores,
                vms,
                rules,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    static List<Datastore> datastores(int count) {
        List<Datastore> result = new ArrayList<>();
        for (int index = 1; index <= count; index++) {
            result.add(new Datastore(
                    new DatastoreId("ds" + index), "ds" + index, new Datastore.Location.SharedPath("/ds" + index)));
        }
        return result;
    }

    static Host host(int index, boolean hasBmc, List<Datastore> datastores) {
        @Nullable Bmc bmc = hasBmc ? new Bmc(Bmc.Kind.IPMI, "bmc" + (index + 1), 623, "admin", "bmc") : null;
        String name = "host" + (index + 1);
        return new Host(
                new HostId(name),
                name,
                name + ":7420",
                0,
                0,
                bmc,
                index,
                datastores.stream().map(Datastore::id).toList(),
                List.of(new HostNetwork(World.NETWORK, "vmbr0", List.of("b0"))),
                AdminState.ENABLED);
    }

    static Disk disk(int vm, int number, DatastoreId datastore, boolean readOnly) {
        return new Disk("vm" + (vm + 1) + "-" + number, datastore, "vm" + (vm + 1) + "-" + number, GIB, readOnly);
    }

    static Vm vm(int index, int cores, long memory, List<Disk> disks, RestartPriority priority) {
        return vm(index, cores, memory, disks, priority, HaSettings.DEFAULT);
    }

    private static Vm vm(int index, int cores, long memory, List<Disk> disks, RestartPriority priority, HaSettings ha) {
        String name = "vm" + (index + 1);
        return new Vm(
                new VmId(name),
                name,
                cores,
                memory,
                disks,
                List.of(new Nic(World.NETWORK, "52:54:00:00:00:" + Integer.toHexString(16 + index % 200))),
                Boot.FROM_DISK,
                RequestedState.STARTED,
                priority,
                index,
                ha);
    }
}
