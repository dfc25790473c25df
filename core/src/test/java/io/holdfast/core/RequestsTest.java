package io.holdfast.core;

import static io.holdfast.core.World.host;
import static io.holdfast.core.World.vm;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.Bmc;
import io.holdfast.core.inventory.Boot;
import io.holdfast.core.inventory.ClusterSettings;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.Disk;
import io.holdfast.core.inventory.HaSettings;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.LeaseProfile;
import io.holdfast.core.inventory.Nic;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.RestartPriority;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.policy.Action;
import io.holdfast.core.policy.PolicyRows;
import io.holdfast.core.policy.PolicyTable;
import io.holdfast.core.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.assertj.core.api.ObjectAssert;
import org.junit.jupiter.api.Test;

/** Bad input is refused with the field and the remedy, and changes nothing ({@link World#feed} checks that for every refusal). */
class RequestsTest {
    private final World world = new World(2).withVms(1);

    private void refused(Request request, Rejected.Code code, String field, Message message) {
        Rejected rejected = world.request(request);
        ObjectAssert<Rejected> check = assertThat(rejected).as(request.toString());
        check.isNotNull();
        assertThat(rejected.message()).isEqualTo(message);
        assertThat(rejected.code()).isEqualTo(code);
        assertThat(rejected.field()).isEqualTo(field);
        assertThat(message.english(rejected.arguments())).doesNotContain("?").doesNotContain("{");
    }

    private static Vm machine(String name, int cores, long memory, String volume, boolean readOnly) {
        return new Vm(
                new VmId("id-" + name),
                name,
                cores,
                memory,
                List.of(new Disk("d0", FakeHost.STORE, volume, 1L << 30, readOnly)),
                List.of(new Nic("net", "")),
                Boot.FROM_DISK,
                RequestedState.STOPPED,
                RestartPriority.MEDIUM,
                -1,
                HaSettings.DEFAULT);
    }

    @Test
    void unknownNamesAreNamed() {
        refused(new Request.StartVm(vm(9)), Rejected.Code.NOT_FOUND, "vm", Message.REJECT_UNKNOWN_VM);
        refused(new Request.RemoveHost(host(9)), Rejected.Code.NOT_FOUND, "host", Message.REJECT_UNKNOWN_HOST);
        refused(
                new Request.RemoveDatastore(new DatastoreId("x")),
                Rejected.Code.NOT_FOUND,
                "datastore",
                Message.REJECT_UNKNOWN_DATASTORE);
        refused(new Request.RemoveRule(new RuleId("x")), Rejected.Code.NOT_FOUND, "rule", Message.REJECT_UNKNOWN_RULE);
    }

    @Test
    void secondHostWithTheSameAddressIsRefused() {
        Host twin = World.inventory(1);
        Host other = new Host(
                new HostId("other"),
                "other",
                twin.managementAddress(),
                0,
                0,
                null,
                -1,
                List.of(),
                List.of(),
                AdminState.ENABLED);
        refused(new Request.AddHost(other), Rejected.Code.CONFLICT, "managementAddress", Message.REJECT_ADDRESS_TAKEN);
        refused(new Request.AddHost(twin), Rejected.Code.CONFLICT, "id", Message.REJECT_ID_TAKEN);
        refused(new Request.SetBmc(host(2), twin.bmc()), Rejected.Code.CONFLICT, "bmc", Message.REJECT_BMC_TAKEN);
        refused(
                new Request.SetBmc(host(2), new Bmc(Bmc.Kind.IPMI, "10.0.0.1", 0, "", "")),
                Rejected.Code.INVALID,
                "bmc",
                Message.REJECT_BMC_INVALID);
    }

    @Test
    void impossibleSizesAreRefused() {
        refused(
                new Request.AddVm(machine("zero", 0, 1L << 30, "90", false)),
                Rejected.Code.INVALID,
                "cpuCores",
                Message.REJECT_OUT_OF_RANGE);
        refused(
                new Request.AddVm(machine("tiny", 1, 0, "90", false)),
                Rejected.Code.INVALID,
                "memoryBytes",
                Message.REJECT_OUT_OF_RANGE);
        refused(
                new Request.AddVm(machine("huge", 1, 33L << 30, "90", false)),
                Rejected.Code.INVALID,
                "memoryBytes",
                Message.REJECT_VM_TOO_LARGE);
        refused(
                new Request.AddVm(machine("wide", 33, 1L << 30, "90", false)),
                Rejected.Code.INVALID,
                "cpuCores",
                Message.REJECT_VM_TOO_LARGE);
        refused(
                new Request.AddVm(machine("bad name", 1, 1L << 30, "90", false)),
                Rejected.Code.INVALID,
                "name",
                Message.REJECT_NAME_EMPTY);
    }

    @Test
    void volumeBelongsToOneWriterAndNeverIsTheLeaseArea() {
        refused(
                new Request.AddVm(machine("second", 1, 1L << 30, "1", false)),
                Rejected.Code.CONFLICT,
                "disks",
                Message.REJECT_VOLUME_TAKEN);
        refused(
                new Request.AddVm(machine("lease", 1, 1L << 30, "0", true)),
                Rejected.Code.CONFLICT,
                "disks",
                Message.REJECT_VOLUME_IS_LEASE);
    }

    @Test
    void leaseConfigurationThatBreaksTheInequalityShowsTheWorstCase() {
        ClusterSettings settings = world.state.cluster().settings();
        LeaseProfile broken = new LeaseProfile(1000, 5000, 1000, 6000, 2000, 14_000, 10_000);
        refused(
                new Request.ChangeSettings(settings.withLease(broken)),
                Rejected.Code.INVALID,
                "lease",
                Message.REJECT_LEASE);
        Rejected rejected = world.request(new Request.ChangeSettings(settings.withLease(broken)));
        assertThat(rejected.arguments()).containsExactly("14000", "14283");
        assertThat(world.request(new Request.ChangeSettings(settings.withLease(LeaseProfile.FAST))))
                .isNull();
    }

    @Test
    void lockedRowsOfThePolicyTableStay() {
        List<Action> rows = new ArrayList<>(PolicyTable.DEFAULT.rows());
        rows.set(PolicyTable.index(false, true, false), Action.KEEP);
        ClusterSettings settings = world.state.cluster().settings();
        refused(
                new Request.ChangeSettings(settings.withPolicy(new PolicyTable(rows))),
                Rejected.Code.INVALID,
                "actions.ok-fault-ok",
                Message.REJECT_POLICY_LOCKED);
        rows = new ArrayList<>(PolicyTable.DEFAULT.rows());
        rows.set(PolicyTable.index(true, false, true), Action.MIGRATE_OR_KEEP);
        refused(
                new Request.ChangeSettings(settings.withPolicy(new PolicyTable(rows))),
                Rejected.Code.INVALID,
                "actions.fault-ok-fault",
                Message.REJECT_POLICY_ACTION);
        refused(
                new Request.ChangeSettings(settings.withPolicy(new PolicyTable(List.of(Action.KEEP)))),
                Rejected.Code.INVALID,
                "policy",
                Message.REJECT_POLICY_ROWS);
        Vm vm = Objects.requireNonNull(world.state.vms().get(vm(1)));
        refused(
                new Request.ChangeVm(vm.withHa(
                        vm.ha().withPolicy(new PolicyRows(new TreeMap<>(Map.of(2, Action.KEEP)))))),
                Rejected.Code.INVALID,
                "actions.ok-fault-ok",
                Message.REJECT_POLICY_LOCKED);
        assertThat(world.state.vms().get(vm(1))).isEqualTo(vm);
    }

    @Test
    void whatIsInUseIsNotRemoved() {
        refused(new Request.RemoveVm(vm(1)), Rejected.Code.NOT_NOW, "vm", Message.REJECT_VM_RUNS);
        HostId at = world.runningOn(vm(1));
        refused(new Request.RemoveHost(at), Rejected.Code.CONFLICT, "host", Message.REJECT_HOST_IN_USE);
        refused(
                new Request.RemoveDatastore(FakeHost.STORE),
                Rejected.Code.CONFLICT,
                "datastore",
                Message.REJECT_DATASTORE_IN_USE);
        refused(
                new Request.ChangeNetworks(List.of()),
                Rejected.Code.CONFLICT,
                "networks",
                Message.REJECT_NETWORK_IN_USE);
    }

    @Test
    void disksOfALivingVmDoNotChange() {
        Vm before = world.state.vms().get(vm(1));
        Vm changed = new Vm(
                before.id(),
                before.name(),
                before.cpuCores(),
                before.memoryBytes(),
                List.of(),
                before.nics(),
                new Boot("kernel", "", ""),
                before.requested(),
                before.priority(),
                before.ownershipIndex(),
                before.ha());
        refused(new Request.ChangeVm(changed), Rejected.Code.NOT_NOW, "vm", Message.REJECT_VM_RUNS);
    }

    @Test
    void rulesThatCannotAllHoldAreRefusedWithTheSmallestSet() {
        world.request(new Request.AddVm(World.machine(2)));
        world.request(new Request.AddVm(World.machine(3)));
        RuleId apart = new RuleId("apart");
        RuleId innocent = new RuleId("innocent");
        assertThat(world.request(new Request.PutRule(new Rule.Apart(apart, true, List.of(vm(1), vm(2))))))
                .isNull();
        assertThat(world.request(new Request.PutRule(
                        new Rule.VmHost(innocent, true, List.of(vm(3)), List.of(new Rule.HostPriority(host(1), 0))))))
                .isNull();
        RuleId together = new RuleId("together");
        Rejected rejected =
                world.request(new Request.PutRule(new Rule.Together(together, true, List.of(vm(1), vm(2)))));
        assertThat(rejected.message()).isEqualTo(Message.REJECT_RULE_CONFLICT);
        assertThat(rejected.arguments()).containsExactly("apart, together");
        refused(
                new Request.PutRule(new Rule.Apart(new RuleId("three"), true, List.of(vm(1), vm(2), vm(3)))),
                Rejected.Code.CONFLICT,
                "rule",
                Message.REJECT_RULE_CONFLICT);
    }

    @Test
    void dependencyCyclesAreRefusedWithTheirPath() {
        world.request(new Request.AddVm(World.machine(2)));
        assertThat(world.request(new Request.PutRule(new Rule.DependsOn(new RuleId("a"), vm(1), List.of(vm(2))))))
                .isNull();
        Rejected rejected =
                world.request(new Request.PutRule(new Rule.DependsOn(new RuleId("b"), vm(2), List.of(vm(1)))));
        assertThat(rejected.message()).isEqualTo(Message.REJECT_DEPENDENCY_CYCLE);
        assertThat(rejected.arguments()).containsExactly("vm2 → vm1 → vm2");
    }

    @Test
    void datastoreAtTheSameLocationIsRefused() {
        refused(
                new Request.AddDatastore(new Datastore(
                        new DatastoreId("twin"),
                        "twin",
                        new Datastore.Location.Iscsi("10.77.2.2:3260", "iqn.store", 0))),
                Rejected.Code.CONFLICT,
                "location",
                Message.REJECT_LOCATION_TAKEN);
    }

    @Test
    void leaseSlotsAreNeverGivenAgain() {
        world.request(new Request.AddHost(World.inventory(7)));
        assertThat(world.state.hosts().get(host(7)).leaseSlot()).isEqualTo(2);
        assertThat(world.request(new Request.RemoveHost(host(7)))).isNull();
        world.request(new Request.AddHost(World.inventory(8)));
        assertThat(world.state.hosts().get(host(8)).leaseSlot()).isEqualTo(3);
    }

    @Test
    void managerThatDoesNotLeadRefusesEverything() {
        world.feed(new Event.LostLeadership(world.now()));
        refused(new Request.StartVm(vm(1)), Rejected.Code.NOT_NOW, "", Message.REJECT_NOT_LEADER);
    }

    @Test
    void hostThatARuleNamesIsNotRemoved() {
        assertThat(world.request(new Request.AddHost(World.inventory(7)))).isNull();
        assertThat(world.request(new Request.PutRule(new Rule.VmHost(
                        new RuleId("only"), false, List.of(vm(1)), List.of(new Rule.HostPriority(host(7), 1))))))
                .isNull();
        refused(new Request.RemoveHost(host(7)), Rejected.Code.CONFLICT, "host", Message.REJECT_HOST_IN_RULE);
        assertThat(world.request(new Request.RemoveRule(new RuleId("only")))).isNull();
        assertThat(world.request(new Request.RemoveHost(host(7)))).isNull();
    }

    @Test
    void hostWithoutWhichStrictRulesCannotHoldIsNotRemoved() {
        assertThat(world.request(new Request.AddHost(World.inventory(7)))).isNull();
        for (int number = 2; number <= 3; number++) {
            assertThat(world.request(new Request.AddVm(World.machine(number).withRequested(RequestedState.STOPPED))))
                    .isNull();
        }
        List<VmId> three = List.of(vm(1), vm(2), vm(3));
        assertThat(world.request(new Request.PutRule(new Rule.Apart(new RuleId("apart"), true, three))))
                .isNull();
        Request remove = new Request.RemoveHost(host(7));
        refused(remove, Rejected.Code.CONFLICT, "host", Message.REJECT_HOST_FOR_RULES);
        assertThat(world.request(remove).arguments()).containsExactly("host7", "apart");
        assertThat(world.request(new Request.PutRule(new Rule.Apart(new RuleId("apart"), false, three))))
                .isNull();
        assertThat(world.request(remove)).isNull();
    }

    @Test
    void clusterIsRenamed() {
        assertThat(world.request(new Request.RenameCluster("east"))).isNull();
        assertThat(world.state.cluster().name()).isEqualTo("east");
        refused(new Request.RenameCluster("a b"), Rejected.Code.INVALID, "name", Message.REJECT_NAME_EMPTY);
    }
}
