package io.holdfast.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.health.GuestHeartbeat;
import io.holdfast.core.inventory.HaMode;
import io.holdfast.core.inventory.HaSettings;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RestartPriority;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.recovery.Waiting;
import io.holdfast.core.text.Message;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Guests' heartbeats: who waits for them, for how long, and what happens when one stops. */
class HeartbeatTest {
    private static final HaSettings WAITS = HaSettings.DEFAULT.withNextWhen(HaSettings.NextWhen.GUEST_HEARTBEAT);
    private static final HaSettings RESETS = HaSettings.DEFAULT.withHungAction(HaSettings.HungAction.RESET);

    private final World world = new World(3);

    private void change(int number, RestartPriority priority, HaSettings ha) {
        Vm vm = Objects.requireNonNull(world.state.vms().get(World.vm(number)));
        assertThat(world.request(new Request.ChangeVm(new Vm(
                        vm.id(),
                        vm.name(),
                        vm.cpuCores(),
                        vm.memoryBytes(),
                        vm.disks(),
                        vm.nics(),
                        vm.boot(),
                        vm.requested(),
                        priority,
                        vm.ownershipIndex(),
                        ha))))
                .isNull();
    }

    private boolean runs(int vm) {
        return world.runningOn(World.vm(vm)) != null;
    }

    private FakeHost hostOf(int vm) {
        HostId host = Objects.requireNonNull(world.runningOn(World.vm(vm)));
        return Objects.requireNonNull(world.hosts.get(host));
    }

    private void answers(int vm) {
        hostOf(vm).heartbeats.put(World.vm(vm), new GuestHeartbeat(true, 0));
    }

    private void silent(int vm, long millis) {
        hostOf(vm).heartbeats.put(World.vm(vm), new GuestHeartbeat(true, millis));
    }

    /** All VMs on one host, which loses its power: vm1 is of the highest priority and the others wait for its guest. */
    private void outage() {
        world.withVms(3);
        world.at(2).powerOff();
        world.at(3).powerOff();
        world.until(
                30_000,
                () -> world.on(1).size() == 3 && world.state.recoveries().isEmpty());
        world.at(2).powerOn(world.nanos);
        world.at(3).powerOn(world.nanos);
        world.run(5_000);
        change(1, RestartPriority.HIGHEST, WAITS);
        world.at(1).powerOff();
        world.until(30_000, () -> runs(1));
        world.run(1_000);
    }

    @Test
    void lowerPrioritiesWaitForTheGuestsFirstAnswer() {
        outage();
        world.run(30_000);
        assertThat(runs(2) || runs(3)).isFalse();
        Recovery waits = Objects.requireNonNull(world.state.recoveries().get(World.vm(2)));
        assertThat(Objects.requireNonNull(waits.waiting()).reason()).isEqualTo(Waiting.Reason.HIGHER_PRIORITY);
        answers(1);
        world.until(2_000, () -> runs(2) && runs(3));
    }

    @Test
    void guestWithoutAnAgentHoldsUpNobodyForEver() {
        outage();
        world.run(580_000);
        assertThat(runs(2)).isFalse();
        world.until(30_000, () -> runs(2) && runs(3));
        assertThat(world.trace).contains("message=" + Message.VM_NO_HEARTBEAT.name());
    }

    @Test
    void newLeaderGoesOnWaitingAndTheAnswerEndsItAtOnce() {
        outage();
        world.restartManager();
        world.run(20_000);
        assertThat(runs(2) || runs(3)).isFalse();
        answers(1);
        world.until(2_000, () -> runs(2) && runs(3));
    }

    @Test
    void vmThatIsStoppedMeanwhileHoldsUpNobody() {
        outage();
        assertThat(world.request(new Request.StopVm(World.vm(1), true, 0))).isNull();
        world.until(5_000, () -> runs(2) && runs(3));
    }

    @Test
    void dependencyWaitsForTheGuestToo() {
        world.withVms(2);
        change(1, RestartPriority.MEDIUM, WAITS);
        assertThat(world.request(new Request.PutRule(
                        new Rule.DependsOn(new RuleId("after"), World.vm(2), List.of(World.vm(1))))))
                .isNull();
        for (int vm = 1; vm <= 2; vm++) {
            assertThat(world.request(new Request.StopVm(World.vm(vm), true, 0))).isNull();
        }
        world.until(5_000, () -> !runs(1) && !runs(2));
        for (int vm = 1; vm <= 2; vm++) {
            assertThat(world.request(new Request.StartVm(World.vm(vm)))).isNull();
        }
        world.run(20_000);
        assertThat(runs(1)).isTrue();
        assertThat(runs(2)).isFalse();
        answers(1);
        world.until(2_000, () -> runs(2));
    }

    @Test
    void vmThatAnOperatorStartsHoldsUpNoRecovery() {
        world.withVms(6);
        change(1, RestartPriority.HIGHEST, WAITS);
        assertThat(world.request(new Request.StopVm(World.vm(1), true, 0))).isNull();
        world.until(5_000, () -> !runs(1));
        assertThat(world.request(new Request.StartVm(World.vm(1)))).isNull();
        world.until(5_000, () -> runs(1));
        FakeHost other = world.hosts.values().stream()
                .filter(host -> host != hostOf(1) && !host.running.isEmpty())
                .findFirst()
                .orElseThrow();
        List<VmId> victims = List.copyOf(other.running.keySet());
        other.powerOff();
        world.until(20_000, () -> victims.stream().allMatch(vm -> world.runningOn(vm) != null));
    }

    @Test
    void hungGuestIsAnAlarmAndIsLeftAsItIs() {
        world.withVms(1);
        answers(1);
        world.run(2_000);
        silent(1, 30_000);
        world.run(2_000);
        assertThat(world.state.alarms()).as("not before a minute").isEmpty();
        silent(1, 61_000);
        world.run(60_000);
        assertThat(world.state.alarms()).containsKey(Message.ALARM_GUEST_HUNG.name() + "/vm1");
        assertThat(world.sent(Command.StopVm.class)).isEmpty();
        world.restartManager();
        world.run(2_000);
        answers(1);
        world.run(2_000);
        assertThat(world.state.alarms()).isEmpty();
    }

    @Test
    void hungGuestIsResetAsANewRunWhereItsSettingsSaySo() {
        world.withVms(1);
        change(1, RestartPriority.MEDIUM, RESETS);
        HostId host = hostOf(1).id;
        long run = world.placement(1).run();
        silent(1, 61_000);
        world.until(10_000, () -> runs(1) && world.placement(1).run() == run + 1);
        assertThat(hostOf(1).id).as("on the same host, which is well").isEqualTo(host);
        assertThat(world.database.proofs)
                .as("by the ordinary proof")
                .anyMatch(proof -> proof.vm().equals(World.vm(1)) && proof.run() == run);
        world.run(2_000);
        assertThat(world.state.alarms()).isEmpty();
        assertThat(world.state.recoveries()).isEmpty();
    }

    @Test
    void guestThatGoesOnHangingIsResetThreeTimesInAnHourAndThenLeft() {
        world.withVms(1);
        change(1, RestartPriority.MEDIUM, RESETS);
        long run = world.placement(1).run();
        for (int reset = 1; reset <= 3; reset++) {
            long next = run + reset;
            silent(1, 61_000);
            world.until(10_000, () -> runs(1) && world.placement(1).run() == next);
            world.run(2_000);
        }
        silent(1, 61_000);
        world.run(30_000);
        assertThat(world.placement(1).run()).isEqualTo(run + 3);
        assertThat(world.trace).contains("message=" + Message.VM_RESET_LIMIT.name());
    }

    @Test
    void pausedHaResetsNothing() {
        world.withVms(1);
        change(1, RestartPriority.MEDIUM, RESETS);
        assertThat(world.request(new Request.SetHaMode(HaMode.FREEZE))).isNull();
        silent(1, 61_000);
        world.run(10_000);
        assertThat(world.sent(Command.StopVm.class)).isEmpty();
    }
}
