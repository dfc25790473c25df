package io.holdfast.core;

import static io.holdfast.core.World.host;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.policy.Action;
import io.holdfast.core.policy.PolicyRows;
import io.holdfast.core.policy.PolicyTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The eight rows of safety argument, section 7, walked; and what a change of them would mean right now. */
class PolicyTest {
    private final World world = new World(3).withVms(6);
    private final List<VmId> victims = world.on(1);

    private void fail(boolean management, boolean storage, boolean business) {
        world.at(1).managementCut = management;
        world.at(1).storageCut = storage;
        world.at(1).uplinkDown = business;
    }

    private boolean moved() {
        return victims.stream().allMatch(vm -> world.runningOn(vm) != null && !host(1).equals(world.runningOn(vm)));
    }

    private static PolicyTable with(int row, Action action) {
        List<Action> rows = new ArrayList<>(PolicyTable.DEFAULT.rows());
        rows.set(row, action);
        return new PolicyTable(rows);
    }

    private void use(PolicyTable table) {
        assertThat(world.request(new Request.ChangeSettings(
                        world.state.cluster().settings().withPolicy(table))))
                .isNull();
    }

    @Test
    void everyRowDoesWhatTheTableSays() {
        for (int row = 0; row < 8; row++) {
            World each = new World(3).withVms(6);
            List<VmId> there = each.on(1);
            each.at(1).managementCut = (row & 4) != 0;
            each.at(1).storageCut = (row & 2) != 0;
            each.at(1).uplinkDown = (row & 1) != 0;
            each.run(45_000);
            Action action = PolicyTable.DEFAULT.rows().get(row);
            boolean leaves = action == Action.STOP_AND_RESTART
                    || action == Action.RESTART_WHEN_PROVEN
                    || action == Action.MIGRATE_OR_KEEP;
            for (VmId vm : there) {
                assertThat(each.runningOn(vm)).as("row %s: %s", row, vm).isNotNull();
                assertThat(host(1).equals(each.runningOn(vm)))
                        .as("row %s stays: %s", row, vm)
                        .isEqualTo(!leaves);
            }
        }
    }

    @Test
    void lostUplinkRestartsElsewhereWhereTheClusterSaysSo() {
        use(with(PolicyTable.index(false, false, true), Action.STOP_AND_RESTART));
        fail(false, false, true);
        world.until(30_000, this::moved);
    }

    @Test
    void lostUplinkKeepsTheVmWhenNoOtherHostCanTakeIt() {
        use(with(PolicyTable.index(false, false, true), Action.STOP_AND_RESTART));
        world.hosts.values().forEach(each -> each.uplinkDown = true);
        world.run(20_000);
        assertThat(world.on(1)).isEqualTo(victims);
        assertThat(world.sent(Command.StopVm.class)).isEmpty();
    }

    @Test
    void partitionedHostWithoutUplinksKeepsItsVmsWhereTheClusterSaysSo() {
        use(with(PolicyTable.index(true, false, true), Action.KEEP));
        fail(true, false, true);
        world.run(40_000);
        assertThat(world.on(1)).isEqualTo(victims);
    }

    @Test
    void previewNamesTheVmsThatWouldBeTreatedOtherwiseNow() {
        PolicyTable other = with(PolicyTable.index(false, false, true), Action.STOP_AND_RESTART);
        assertThat(PolicyPreview.now(world.state, other)).isEmpty();
        world.copyMillis = 60_000;
        fail(false, false, true);
        world.run(3000);
        assertThat(PolicyPreview.now(world.state, other))
                .extracting(PolicyPreview.Difference::vm)
                .containsExactlyElementsOf(victims);
        assertThat(PolicyPreview.now(world.state, PolicyTable.DEFAULT)).isEmpty();
    }

    private void own(VmId id, int row, Action action) {
        Vm vm = Objects.requireNonNull(world.state.vms().get(id));
        PolicyRows rows = new PolicyRows(new TreeMap<>(Map.of(row, action)));
        assertThat(world.request(new Request.ChangeVm(vm.withHa(vm.ha().withPolicy(rows)))))
                .isNull();
    }

    @Test
    void hostWithoutManagementNetworkIsEmptiedThroughTheMailboxWhereTheClusterSaysSo() {
        use(with(PolicyTable.index(true, false, false), Action.STOP_AND_RESTART));
        fail(true, false, false);
        world.until(60_000, this::moved);
        assertThat(world.sent(Command.WriteMailbox.class)).isNotEmpty();
    }

    @Test
    void vmsOwnRowCountsForItAloneAndTheOtherRowsFollowTheCluster() {
        VmId own = victims.getFirst();
        own(own, PolicyTable.index(true, false, false), Action.STOP_AND_RESTART);
        use(with(PolicyTable.index(true, false, true), Action.KEEP));
        fail(true, false, false);
        world.until(40_000, () -> world.runningOn(own) != null && !host(1).equals(world.runningOn(own)));
        world.run(10_000);
        assertThat(world.on(1)).isEqualTo(victims.subList(1, victims.size()));
        assertThat(Judge.policy(new Turn(world.state, new Now(1, 1)), vm(own)).rows())
                .isEqualTo(with(PolicyTable.index(true, false, true), Action.KEEP)
                        .with(vm(own).ha().policy())
                        .rows());
    }

    private Vm vm(VmId id) {
        return Objects.requireNonNull(world.state.vms().get(id));
    }

    @Test
    void previewHeedsTheRowsThatAVmHasOfItsOwn() {
        int row = PolicyTable.index(false, false, true);
        VmId own = victims.getFirst();
        own(own, row, Action.KEEP);
        world.copyMillis = 60_000;
        fail(false, false, true);
        world.run(3000);
        assertThat(PolicyPreview.now(world.state, with(row, Action.STOP_AND_RESTART)))
                .extracting(PolicyPreview.Difference::vm)
                .containsExactlyElementsOf(victims.subList(1, victims.size()));
        assertThat(PolicyPreview.now(world.state, own, null))
                .containsExactly(new PolicyPreview.Difference(own, host(1), row, Action.KEEP, Action.MIGRATE_OR_KEEP));
    }

    @Test
    void everyRowHasAName() {
        for (int row = 0; row < PolicyTable.ROWS; row++) {
            assertThat(PolicyTable.row(PolicyTable.name(row))).isEqualTo(row);
        }
        assertThat(PolicyTable.name(PolicyTable.index(true, false, true))).isEqualTo("fault-ok-fault");
        assertThat(PolicyTable.row("ok")).isEqualTo(-1);
    }
}
