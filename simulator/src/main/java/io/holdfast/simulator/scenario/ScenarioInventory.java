package io.holdfast.simulator.scenario;

import io.holdfast.core.Durable;
import io.holdfast.core.health.EndCause;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.Boot;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.inventory.ClusterSettings;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.Disk;
import io.holdfast.core.inventory.HaMode;
import io.holdfast.core.inventory.HaSettings;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.HostNetwork;
import io.holdfast.core.inventory.LeaseProfile;
import io.holdfast.core.inventory.Nic;
import io.holdfast.core.inventory.PlacementScore;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.RestartPriority;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.ShutdownPolicy;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.placement.Placement;
import io.holdfast.simulator.world.World;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;

/** A scenario's cluster as an inventory. Its hosts become host1, host2, …; there is one shared datastore; no host has a BMC, so only leases prove anything. */
final class ScenarioInventory {
    private static final DatastoreId STORE = new DatastoreId("ds1");
    /** The form knows no capacity limit: VMs of any size fit anywhere. */
    private static final double UNLIMITED = 1e9;

    private final Scenario scenario;
    private final List<String> hostNames;
    private final Names names;

    ScenarioInventory(Scenario scenario, Names names) {
        this.scenario = scenario;
        this.names = names;
        hostNames = scenario.hosts().stream().map(Scenario.HostLine::id).toList();
    }

    List<String> hostNames() {
        return hostNames;
    }

    HostId host(String name) {
        return new HostId("host" + (hostNames.indexOf(name) + 1));
    }

    boolean is(HostId id, String name) {
        return host(name).equals(id);
    }

    /** -1: the cluster has no such host. */
    int index(String host) {
        return hostNames.indexOf(host);
    }

    /** All VMs stand as disabled: they are asked for when their hosts are up. */
    Durable durable() {
        List<Host> hosts = new ArrayList<>();
        for (int index = 0; index < hostNames.size(); index++) {
            hosts.add(host(index, scenario.hosts().get(index)));
        }
        List<Vm> vms = new ArrayList<>();
        List<Placement> placements = new ArrayList<>();
        for (Scenario.VmLine line : scenario.vms()) {
            vms.add(vm(
                    names.vm(line.id()),
                    line.size(),
                    line.maxRestart(),
                    line.maxRelocate(),
                    line.failback(),
                    vms.size()));
            if (!scenario.placeOnStart()) {
                placements.add(registered(names.vm(line.id()), host(line.host())));
            }
        }
        Cluster cluster = Cluster.of(new ClusterId("c1"), scenario.id())
                .withNetworks(List.of(World.NETWORK))
                .withSettings(settings())
                .withNextLeaseSlot(hosts.size());
        List<Datastore> stores = List.of(new Datastore(STORE, "ds1", new Datastore.Location.SharedPath("/ds1")));
        return new Durable(
                0,
                cluster,
                hosts,
                List.of(),
                stores,
                vms,
                rules(name -> scenario.line(name) != null),
                placements,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of());
    }

    private static Host host(int index, Scenario.HostLine line) {
        String name = "host" + (index + 1);
        return new Host(
                new HostId(name),
                line.id(),
                name + ":7420",
                line.cpuCores(),
                line.memoryBytes(),
                null,
                index,
                List.of(STORE),
                List.of(new HostNetwork(World.NETWORK, "vmbr0", List.of("b0"))),
                AdminState.ENABLED);
    }

    static Vm vm(VmId key, Scenario.Size size, int restarts, int relocations, boolean failback, int index) {
        HaSettings ha = new HaSettings(restarts, relocations, failback, null, HaSettings.NextWhen.STARTED, 0, true);
        return new Vm(
                key,
                key.value(),
                size.cpuCores(),
                size.memoryBytes(),
                List.of(new Disk(key + "-disk", STORE, key + "-disk", 1L << 30, false)),
                List.of(new Nic(World.NETWORK, "52:54:00:00:01:%02x".formatted(index % 250))),
                Boot.FROM_DISK,
                RequestedState.DISABLED,
                RestartPriority.MEDIUM,
                index,
                ha);
    }

    /** It belonged to that host before, and does not run: the host is preferred for its start. */
    private static Placement registered(VmId vm, HostId host) {
        Proof proof = new Proof.ProcessEnded(host, 0, vm, 1, EndCause.COMMANDED, Proof.ProcessEnded.How.REPORT);
        return Placement.of(vm, 1, host, "before", List.of(), List.of(proof));
    }

    /**
     * The rules as far as they speak of VMs that are registered. Rules between VMs are musts whatever their line says: the reference knows no other ones.
     *
     * @param registered which VMs HA knows
     */
    List<Rule> rules(Predicate<String> registered) {
        List<Rule> result = new ArrayList<>();
        for (Scenario.RuleLine line : scenario.rules()) {
            RuleId id = new RuleId(line.id());
            List<VmId> vms = line.vms().stream()
                    .filter(registered)
                    .distinct()
                    .map(names::vm)
                    .toList();
            List<Rule.HostPriority> hosts = line.hostPriority().entrySet().stream()
                    .map(entry -> new Rule.HostPriority(host(entry.getKey()), entry.getValue()))
                    .toList();
            switch (line.type()) {
                case "vm-host" -> {
                    if (!vms.isEmpty() && (line.strict() || !hosts.isEmpty())) {
                        result.add(new Rule.VmHost(id, line.strict(), vms, hosts));
                    }
                }
                case "vm-vm-together" -> {
                    if (vms.size() > 1) {
                        result.add(new Rule.Together(id, true, vms));
                    }
                }
                default -> {
                    if (vms.size() > 1) {
                        result.add(new Rule.Apart(id, true, vms));
                    }
                }
            }
        }
        return result;
    }

    private ClusterSettings settings() {
        ClusterSettings base = ClusterSettings.DEFAULT;
        return new ClusterSettings(
                LeaseProfile.STANDARD,
                base.policy(),
                base.brake(),
                base.reportIntervalMillis(),
                base.missedReports(),
                base.connectGraceMillis(),
                UNLIMITED,
                UNLIMITED,
                base.startsPerHost(),
                base.startTimeoutMillis(),
                false,
                PlacementScore.valueOf(scenario.score().toUpperCase(Locale.ROOT).replace('-', '_')),
                ShutdownPolicy.valueOf(scenario.shutdownPolicy().toUpperCase(Locale.ROOT)),
                HaMode.ACTIVE);
    }
}
