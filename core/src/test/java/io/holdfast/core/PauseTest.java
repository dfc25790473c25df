package io.holdfast.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.HaMode;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.recovery.Waiting;
import io.holdfast.core.text.Message;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** HA paused: what operators ask for waits under FREEZE and acts at once under IGNORE. What both hold back is in {@link OrderTest}. */
class PauseTest {
    private static final VmId VM = World.vm(1);

    private final World world = new World(3).withVms(6);

    private void mode(HaMode mode) {
        ask(new Request.SetHaMode(mode));
    }

    private void ask(Request request) {
        assertThat(world.request(request)).isNull();
    }

    private void refused(Request request, Message message) {
        String before = world.state.durable().toString();
        Rejected rejected = world.request(request);
        assertThat(rejected).isNotNull();
        assertThat(rejected.message()).isEqualTo(message);
        assertThat(world.state.durable().toString())
                .as("a refusal changes nothing")
                .isEqualTo(before);
    }

    private boolean runs(VmId vm) {
        return world.runningOn(vm) != null;
    }

    private int host(VmId vm) {
        HostId host = world.runningOn(vm);
        return host == null ? 0 : Integer.parseInt(host.value().substring(4));
    }

    private HostId elsewhere(VmId vm) {
        return World.host(host(vm) % 3 + 1);
    }

    private void stopped(VmId vm) {
        ask(new Request.StopVm(vm, false, 1000));
        world.until(5000, () -> !runs(vm));
        world.run(2000);
    }

    private Waiting.Reason waits(VmId vm) {
        return world.state.recoveries().get(vm).waiting().reason();
    }

    @Test
    void startThatIsAskedForWhileFrozenWaitsOverATakeOverAndActsWhenHaResumes() {
        stopped(VM);
        mode(HaMode.FREEZE);
        ask(new Request.StartVm(VM));
        world.run(15_000);
        assertThat(runs(VM)).isFalse();
        assertThat(waits(VM)).isEqualTo(Waiting.Reason.HA_PAUSED);
        world.restartManager();
        world.run(15_000);
        assertThat(runs(VM)).isFalse();
        mode(HaMode.ACTIVE);
        world.until(3000, () -> runs(VM));
    }

    @Test
    void startThatWasTakenBackWhileFrozenNeverActs() {
        stopped(VM);
        mode(HaMode.FREEZE);
        ask(new Request.StartVm(VM));
        ask(new Request.StopVm(VM, false, 1000));
        mode(HaMode.ACTIVE);
        world.run(15_000);
        assertThat(runs(VM)).isFalse();
    }

    @Test
    void stopThatIsAskedForWhileFrozenWaitsOverATakeOverAndActsWhenHaResumes() {
        mode(HaMode.FREEZE);
        ask(new Request.StopVm(VM, false, 1000));
        ask(new Request.SetRequestedState(World.vm(2), RequestedState.DISABLED));
        world.run(15_000);
        world.restartManager();
        world.run(15_000);
        assertThat(runs(VM)).isTrue();
        assertThat(runs(World.vm(2))).isTrue();
        assertThat(world.sent(Command.StopVm.class)).isEmpty();
        mode(HaMode.ACTIVE);
        world.until(5000, () -> !runs(VM) && !runs(World.vm(2)));
    }

    @Test
    void newVmWaitsWhileFrozen() {
        mode(HaMode.FREEZE);
        ask(new Request.AddVm(World.machine(7)));
        world.run(10_000);
        assertThat(runs(World.vm(7))).isFalse();
        mode(HaMode.ACTIVE);
        world.until(3000, () -> runs(World.vm(7)));
    }

    @Test
    void moveAndMaintenanceWaitWhileFrozen() {
        HostId target = elsewhere(VM);
        int drained = host(VM) == 1 ? 2 : 1;
        List<VmId> there = world.on(drained);
        mode(HaMode.FREEZE);
        ask(new Request.MoveVm(VM, target, true));
        ask(new Request.SetAdminState(World.host(drained), AdminState.MAINTENANCE));
        world.run(15_000);
        world.restartManager();
        world.run(15_000);
        assertThat(world.runningOn(VM)).isNotEqualTo(target);
        assertThat(world.on(drained)).isEqualTo(there);
        assertThat(world.state.moves().get(VM).waiting().reason()).isEqualTo(Waiting.Reason.HA_PAUSED);
        mode(HaMode.ACTIVE);
        world.until(60_000, () -> world.on(drained).isEmpty());
    }

    @Test
    void underIgnoreOperatorsStartStopMoveAndDrainAtOnce() {
        VmId stopped = World.vm(2);
        stopped(stopped);
        mode(HaMode.IGNORE);
        ask(new Request.StartVm(stopped));
        world.until(3000, () -> runs(stopped));
        ask(new Request.StopVm(stopped, true, 0));
        world.until(3000, () -> !runs(stopped));
        HostId target = elsewhere(VM);
        ask(new Request.MoveVm(VM, target, true));
        world.until(20_000, () -> target.equals(world.runningOn(VM)));
        int drained = host(VM);
        ask(new Request.SetAdminState(target, AdminState.MAINTENANCE));
        world.until(60_000, () -> world.on(drained).isEmpty());
        mode(HaMode.ACTIVE);
        world.run(10_000);
        assertThat(runs(stopped)).as("what was stopped by hand stays stopped").isFalse();
    }

    @Test
    void whatCannotWaitIsRefusedWhileFrozen() {
        mode(HaMode.FREEZE);
        refused(new Request.StopVm(VM, true, 0), Message.REJECT_HA_FROZEN);
        refused(new Request.MoveVm(VM, elsewhere(VM), false), Message.REJECT_HA_FROZEN);
        refused(new Request.ShutDownHost(World.host(1), true), Message.REJECT_HA_FROZEN);
        mode(HaMode.IGNORE);
        ask(new Request.ShutDownHost(World.host(1), true));
    }

    @Test
    void failedVmIsStartedByHandUnderIgnoreOnceItsEndIsProven() {
        List<VmId> victims = world.on(1);
        mode(HaMode.IGNORE);
        world.at(1).powerOff();
        world.run(20_000);
        assertThat(victims).hasSize(2).noneMatch(this::runs);
        ask(new Request.StartVm(victims.getFirst()));
        world.until(3000, () -> runs(victims.getFirst()));
        world.run(20_000);
        assertThat(runs(victims.getLast())).as("the other one waits for HA").isFalse();
        mode(HaMode.ACTIVE);
        world.until(5000, () -> runs(victims.getLast()));
    }

    @Test
    void failedVmIsNotStartedByHandWhileFrozen() {
        VmId victim = world.on(1).getFirst();
        mode(HaMode.FREEZE);
        world.at(1).powerOff();
        world.run(20_000);
        ask(new Request.StartVm(victim));
        world.run(20_000);
        assertThat(runs(victim)).isFalse();
    }

    @Test
    void startByHandLeadsPastNoProof() {
        VmId victim = world.on(1).getFirst();
        mode(HaMode.IGNORE);
        world.at(1).agent = false;
        world.at(1).managementCut = true;
        world.at(1).storageCut = true;
        world.at(1).watchdogArmed = false;
        world.run(12_000);
        assertThat(world.state.placements().get(victim).live()).isTrue();
        refused(new Request.StartVm(victim), Message.REJECT_VM_UNPROVEN);
        refused(new Request.SetRequestedState(victim, RequestedState.STARTED), Message.REJECT_VM_UNPROVEN);
        assertThat(world.sent(Command.PowerOff.class)).isEmpty();
    }

    @Test
    void changingAVmStartsItNotByHand() {
        VmId victim = world.on(1).getFirst();
        mode(HaMode.IGNORE);
        world.at(1).powerOff();
        world.run(20_000);
        ask(new Request.ChangeVm(world.state.vms().get(victim)));
        world.run(10_000);
        assertThat(runs(victim)).isFalse();
        assertThat(waits(victim)).isEqualTo(Waiting.Reason.HA_PAUSED);
    }

    @Test
    void crashedVmStaysDownUntilHaResumesOrAnOperatorStartsIt() {
        mode(HaMode.IGNORE);
        world.at(host(VM)).end(VM, EndCause.CRASHED);
        world.run(20_000);
        assertThat(runs(VM)).isFalse();
        ask(new Request.StartVm(VM));
        world.until(3000, () -> runs(VM));
    }

    @ParameterizedTest
    @EnumSource(names = {"FREEZE", "IGNORE"})
    void whatWasUnderWayGoesOnToItsEnd(HaMode mode) {
        VmId stops = World.vm(2);
        HostId cold = elsewhere(VM);
        ask(new Request.MoveVm(VM, cold, false));
        ask(new Request.StopVm(stops, false, 1000));
        mode(mode);
        world.until(10_000, () -> cold.equals(world.runningOn(VM)) && !runs(stops));
    }

    @ParameterizedTest
    @EnumSource(names = {"FREEZE", "IGNORE"})
    void nobodyWhoWaitsForHisTurnIsStartedAfterThePauseBegan(HaMode mode) {
        ask(new Request.ChangeSettings(world.state.cluster().settings().withStartsPerHost(1)));
        List<VmId> victims = world.on(1);
        world.startDelayMillis = 3000;
        world.at(2).powerOff();
        world.at(1).powerOff();
        int before = world.sent(Command.StartVm.class).size();
        world.until(20_000, () -> world.sent(Command.StartVm.class).size() > before);
        mode(mode);
        world.run(30_000);
        assertThat(world.sent(Command.StartVm.class).stream()
                        .skip(before)
                        .map(Command.StartVm::operation)
                        .distinct())
                .hasSize(1);
        mode(HaMode.ACTIVE);
        world.until(60_000, () -> victims.stream().allMatch(this::runs));
    }

    @Test
    void fromFreezeToIgnoreWhatWasAskedForActs() {
        stopped(VM);
        mode(HaMode.FREEZE);
        ask(new Request.StartVm(VM));
        ask(new Request.StopVm(World.vm(2), false, 1000));
        world.run(5000);
        mode(HaMode.IGNORE);
        world.until(5000, () -> runs(VM) && !runs(World.vm(2)));
    }

    @Test
    void anAlarmSaysInWhichWayHaIsPaused() {
        mode(HaMode.FREEZE);
        assertThat(world.database.alarms).containsKey("ALARM_HA_FREEZE/c1");
        mode(HaMode.IGNORE);
        assertThat(world.database.alarms).containsKey("ALARM_HA_IGNORE/c1").doesNotContainKey("ALARM_HA_FREEZE/c1");
        mode(HaMode.ACTIVE);
        assertThat(world.database.alarms).doesNotContainKeys("ALARM_HA_FREEZE/c1", "ALARM_HA_IGNORE/c1");
    }
}
