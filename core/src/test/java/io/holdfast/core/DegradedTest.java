package io.holdfast.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.health.Evidence;
import io.holdfast.core.health.LinkTrouble;
import io.holdfast.core.inventory.DegradedAction;
import io.holdfast.core.inventory.HaMode;
import io.holdfast.core.inventory.HaSettings;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.movement.Move;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Waiting;
import io.holdfast.core.text.Message;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The third value of each plane: it works, but badly. */
class DegradedTest {
    private final World world = new World(3);

    /** What can be degraded. */
    enum Trouble {
        SLOW_STORAGE(Evidence.Plane.STORAGE, "store", Message.ALARM_STORAGE_SLOW, host -> host.storageSlow = true),
        MEMBER_DOWN(
                Evidence.Plane.BUSINESS,
                "net",
                Message.ALARM_BOND_MEMBER,
                host -> host.trouble = LinkTrouble.MEMBER_DOWN),
        NO_PARTNER(
                Evidence.Plane.BUSINESS,
                "net",
                Message.ALARM_BOND_PARTNER,
                host -> host.trouble = LinkTrouble.NO_PARTNER),
        ERRORS(Evidence.Plane.BUSINESS, "net", Message.ALARM_LINK_ERRORS, host -> host.trouble = LinkTrouble.ERRORS),
        MANAGEMENT(
                Evidence.Plane.MANAGEMENT,
                "",
                Message.ALARM_BOND_MEMBER,
                host -> host.managementTrouble = LinkTrouble.MEMBER_DOWN);

        private final Evidence.Plane plane;
        private final String part;
        private final Message alarm;
        private final Consumer<FakeHost> begin;

        Trouble(Evidence.Plane plane, String part, Message alarm, Consumer<FakeHost> begin) {
            this.plane = plane;
            this.part = part;
            this.alarm = alarm;
            this.begin = begin;
        }
    }

    private static void well(FakeHost host) {
        host.storageSlow = false;
        host.trouble = LinkTrouble.NONE;
        host.managementTrouble = LinkTrouble.NONE;
    }

    private void evacuate() {
        assertThat(world.request(new Request.ChangeSettings(
                        world.state.cluster().settings().withDegradedAction(DegradedAction.EVACUATE))))
                .isNull();
    }

    private int hostOf(int vm) {
        HostId host = world.runningOn(World.vm(vm));
        return host == null ? 0 : Integer.parseInt(host.value().substring(4));
    }

    private boolean quiet() {
        return world.state.moves().isEmpty()
                && world.state.recoveries().isEmpty()
                && world.state.placements().values().stream()
                        .allMatch(placement -> placement.live() && !placement.migrating());
    }

    private boolean degraded(int host, Trouble trouble) {
        return world.state.health().get(World.host(host)).degradation(trouble.plane, trouble.part) != null;
    }

    private boolean alarmed(Message alarm) {
        return world.state.alarms().values().stream().anyMatch(each -> each.message() == alarm);
    }

    private void nothingWasTouched(List<Placement> before) {
        assertThat(List.copyOf(world.state.placements().values())).isEqualTo(before);
        assertThat(world.state.failovers()).isEmpty();
        assertThat(world.state.health().values()).allMatch(host -> host.suspicion() == null);
        assertThat(world.sent(Command.StopVm.class)).isEmpty();
        assertThat(world.sent(Command.MigrateVm.class)).isEmpty();
        assertThat(world.sent(Command.PowerOff.class)).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void degradedPlaneIsToldWithItsReasonAndTouchesNoVm(Trouble trouble) {
        world.withVms(6);
        List<Placement> before = List.copyOf(world.state.placements().values());
        trouble.begin.accept(world.at(1));
        world.run(4_000);
        assertThat(degraded(1, trouble)).as("not at the first sight").isFalse();
        world.run(3_000);
        assertThat(degraded(1, trouble)).isTrue();
        assertThat(alarmed(trouble.alarm)).isTrue();
        assertThat(world.trace).contains("message=" + trouble.alarm.name());
        world.run(120_000);
        nothingWasTouched(before);
        well(world.at(1));
        world.run(25_000);
        assertThat(degraded(1, trouble)).as("not over at once").isTrue();
        world.run(8_000);
        assertThat(degraded(1, trouble)).isFalse();
        assertThat(world.state.alarms()).isEmpty();
    }

    @Test
    void troubleThatComesAndGoesWithinSecondsIsNotTold() {
        world.withVms(3);
        for (int round = 0; round < 10; round++) {
            world.at(1).trouble = LinkTrouble.MEMBER_DOWN;
            world.run(3_000);
            well(world.at(1));
            world.run(3_000);
        }
        assertThat(world.state.alarms()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource(names = {"SLOW_STORAGE", "MEMBER_DOWN", "NO_PARTNER", "ERRORS"})
    void withTheSwitchOnTheVmsLeaveLiveAndNoneIsStopped(Trouble trouble) {
        world.withVms(6);
        evacuate();
        trouble.begin.accept(world.at(1));
        world.until(60_000, () -> quiet() && world.on(1).isEmpty());
        assertThat(world.sent(Command.StopVm.class)).isEmpty();
        assertThat(world.state.failovers()).isEmpty();
        world.run(20_000);
        assertThat(world.on(1)).as("nobody comes back meanwhile").isEmpty();
    }

    @Test
    void vmThatCannotMoveLiveStaysAndRuns() {
        world.withVms(1);
        Vm vm = world.state.vms().get(World.vm(1));
        assertThat(world.request(new Request.ChangeVm(new Vm(
                        vm.id(),
                        vm.name(),
                        vm.cpuCores(),
                        vm.memoryBytes(),
                        vm.disks(),
                        vm.nics(),
                        vm.boot(),
                        vm.requested(),
                        vm.priority(),
                        vm.ownershipIndex(),
                        HaSettings.DEFAULT.withLiveMigration(false)))))
                .isNull();
        evacuate();
        int host = hostOf(1);
        world.at(host).storageSlow = true;
        world.run(60_000);
        assertThat(hostOf(1)).isEqualTo(host);
        assertThat(world.sent(Command.StopVm.class)).isEmpty();
        Move move = world.state.moves().get(World.vm(1));
        assertThat(move.why()).isEqualTo(Move.Why.DEGRADED);
        assertThat(move.waiting().reason()).isEqualTo(Waiting.Reason.MOVE_NOT_LIVE);
    }

    @Test
    void storageThatIsSlowForEveryHostMovesNobody() {
        world.withVms(6);
        evacuate();
        List<Placement> before = List.copyOf(world.state.placements().values());
        world.hosts.values().forEach(host -> host.storageSlow = true);
        world.run(60_000);
        nothingWasTouched(before);
        assertThat(world.state.moves()).isEmpty();
    }

    @Test
    void evacuationWaitsForRecovery() {
        world.withVms(6);
        evacuate();
        world.startDelayMillis = 20_000;
        world.at(2).powerOff();
        world.run(2_500);
        assertThat(world.state.recoveries()).isNotEmpty();
        world.at(1).trouble = LinkTrouble.MEMBER_DOWN;
        world.run(10_000);
        assertThat(world.state.recoveries()).isNotEmpty();
        assertThat(world.sent(Command.MigrateVm.class)).isEmpty();
        world.until(120_000, () -> quiet() && world.on(1).isEmpty());
    }

    @Test
    void recoveryPrefersHostsThatAreWellAndADegradedOneIsBetterThanNone() {
        world.withVms(6);
        world.at(2).trouble = LinkTrouble.MEMBER_DOWN;
        world.run(7_000);
        List<VmId> victims = world.on(1);
        world.at(1).powerOff();
        world.until(
                30_000,
                () -> world.on(1).isEmpty() && world.on(2).size() + world.on(3).size() == 6);
        assertThat(world.on(3)).containsAll(victims);
        world.at(3).powerOff();
        world.until(60_000, () -> world.on(2).size() == 6);
    }

    @Test
    void lostStorageIsAFaultNotADegradation() {
        world.withVms(3);
        int host = hostOf(1);
        world.at(host).storageSlow = true;
        world.run(7_000);
        assertThat(degraded(host, Trouble.SLOW_STORAGE)).isTrue();
        world.at(host).storageCut = true;
        world.until(60_000, () -> quiet() && hostOf(1) != 0 && hostOf(1) != host);
        assertThat(degraded(host, Trouble.SLOW_STORAGE)).isFalse();
        assertThat(alarmed(Message.ALARM_STORAGE_SLOW)).isFalse();
    }

    @Test
    void newLeaderKnowsWhatIsDegradedAndWhenThatIsOver() {
        world.withVms(3);
        world.at(1).storageSlow = true;
        world.run(7_000);
        world.restartManager();
        world.run(1_000);
        assertThat(degraded(1, Trouble.SLOW_STORAGE)).isTrue();
        well(world.at(1));
        world.restartManager();
        world.run(40_000);
        assertThat(degraded(1, Trouble.SLOW_STORAGE)).isFalse();
        assertThat(world.state.alarms()).isEmpty();
    }

    @Test
    void pausedHaEvacuatesNobody() {
        world.withVms(6);
        evacuate();
        assertThat(world.request(new Request.SetHaMode(HaMode.FREEZE))).isNull();
        world.at(1).storageSlow = true;
        world.run(60_000);
        assertThat(world.sent(Command.MigrateVm.class)).isEmpty();
        assertThat(world.request(new Request.SetHaMode(HaMode.ACTIVE))).isNull();
        world.until(60_000, () -> quiet() && world.on(1).isEmpty());
    }
}
