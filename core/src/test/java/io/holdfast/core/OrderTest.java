package io.holdfast.core;

import static io.holdfast.core.World.host;
import static io.holdfast.core.World.vm;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.HaMode;
import io.holdfast.core.inventory.HaSettings;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.RestartPriority;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.recovery.Stage;
import io.holdfast.core.recovery.Waiting;
import io.holdfast.core.text.Message;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** In which order VMs come back, and what holds them back: priorities, dependencies, boot storms, rules, pauses, hosts that may not take them. */
class OrderTest {
    private final World world = new World(3).withVms(9);

    private void change(int number, RestartPriority priority, HaSettings ha) {
        Vm before = world.state.vms().get(vm(number));
        assertThat(world.request(new Request.ChangeVm(new Vm(
                        before.id(),
                        before.name(),
                        before.cpuCores(),
                        before.memoryBytes(),
                        before.disks(),
                        before.nics(),
                        before.boot(),
                        before.requested(),
                        priority,
                        -1,
                        ha))))
                .isNull();
    }

    private static int number(VmId vm) {
        return Integer.parseInt(vm.value().substring(2));
    }

    private List<VmId> startsOfSecondRuns() {
        return world.sent(Command.StartVm.class).stream()
                .filter(start -> start.run() == 2)
                .map(start -> start.vm().id())
                .toList();
    }

    private void untilAllBack(List<VmId> victims) {
        world.until(30_000, () -> victims.stream().allMatch(vm -> world.runningOn(vm) != null));
        world.run(500);
        assertThat(world.state.recoveries()).isEmpty();
    }

    @Test
    void higherPrioritiesRunBeforeLowerOnesStart() {
        List<VmId> victims = world.on(1);
        assertThat(victims).hasSize(3);
        change(number(victims.get(0)), RestartPriority.LOWEST, HaSettings.DEFAULT);
        change(number(victims.get(1)), RestartPriority.HIGHEST, HaSettings.DEFAULT);
        world.startDelayMillis = 1500;
        world.at(1).powerOff();
        world.until(5000, () -> startsOfSecondRuns().size() == 1);
        world.run(1000);
        assertThat(startsOfSecondRuns()).containsExactly(victims.get(1));
        assertThat(world.state.recoveries().get(victims.get(0)).waiting().reason())
                .isEqualTo(Waiting.Reason.HIGHER_PRIORITY);
        untilAllBack(victims);
        assertThat(startsOfSecondRuns()).containsExactly(victims.get(1), victims.get(2), victims.get(0));
    }

    @Test
    void delayHoldsTheNextPriorityAfterTheVmRuns() {
        List<VmId> victims = world.on(1);
        HaSettings delayed = new HaSettings(1, 1, true, null, HaSettings.NextWhen.DELAY, 8000, true);
        change(number(victims.get(0)), RestartPriority.HIGHEST, delayed);
        world.at(1).powerOff();
        world.until(5000, () -> world.runningOn(victims.get(0)) != null);
        world.run(6000);
        assertThat(startsOfSecondRuns()).containsExactly(victims.get(0));
        untilAllBack(victims);
    }

    @Test
    void dependencyStartsAfterWhatItNeeds() {
        List<VmId> victims = world.on(1);
        change(number(victims.get(0)), RestartPriority.HIGHEST, HaSettings.DEFAULT);
        world.request(new Request.PutRule(
                new Rule.DependsOn(new RuleId("app-needs-database"), victims.get(0), List.of(victims.get(2)))));
        world.startDelayMillis = 1000;
        world.at(1).powerOff();
        untilAllBack(victims);
        List<VmId> order = startsOfSecondRuns();
        assertThat(order.indexOf(victims.get(0))).isGreaterThan(order.indexOf(victims.get(2)));
    }

    @Test
    void noHostStartsMoreAtATimeThanItCanStand() {
        world.request(
                new Request.ChangeSettings(world.state.cluster().settings().withStartsPerHost(1)));
        List<VmId> victims = world.on(1);
        world.startDelayMillis = 1500;
        world.at(1).powerOff();
        world.until(5000, () -> startsOfSecondRuns().size() == 2);
        world.run(1000);
        assertThat(startsOfSecondRuns()).hasSize(2);
        assertThat(world.state.recoveries().get(victims.get(2)))
                .satisfies(recovery -> assertThat(recovery.stage()).isEqualTo(Stage.PLACED))
                .satisfies(recovery -> assertThat(recovery.waiting().reason()).isEqualTo(Waiting.Reason.BOOT_STORM));
        untilAllBack(victims);
    }

    @Test
    void plannedHostThatDiesBeforeTheStartIsPlannedAroundWithoutAProof() {
        world.request(
                new Request.ChangeSettings(world.state.cluster().settings().withStartsPerHost(1)));
        List<VmId> victims = world.on(1);
        world.startDelayMillis = 2000;
        world.at(1).powerOff();
        world.until(5000, () -> startsOfSecondRuns().size() == 2);
        int planned = number(new VmId("vm"
                + world.state
                        .recoveries()
                        .get(victims.get(2))
                        .plannedHost()
                        .value()
                        .substring(4)));
        world.at(planned).powerOff();
        world.startDelayMillis = 50;
        world.until(30_000, () -> victims.stream().allMatch(vm -> world.runningOn(vm) != null));
    }

    @Test
    void neverMeansNotRestartedAndSaysSo() {
        List<VmId> victims = world.on(1);
        change(number(victims.get(0)), RestartPriority.NEVER, HaSettings.DEFAULT);
        world.at(1).powerOff();
        world.until(10_000, () -> world.state.recoveries().isEmpty() && !world.database.failovers.isEmpty());
        world.run(3000);
        assertThat(world.runningOn(victims.get(0))).isNull();
        assertThat(world.state.vms().get(victims.get(0)).requested()).isEqualTo(RequestedState.STOPPED);
        assertThat(world.runningOn(victims.get(1))).isNotNull();
    }

    @Test
    void ignoredVmIsLeftAloneButItsEndIsStillProven() {
        List<VmId> victims = world.on(1);
        world.request(new Request.SetRequestedState(victims.get(0), RequestedState.IGNORED));
        world.at(1).powerOff();
        world.run(8000);
        assertThat(world.runningOn(victims.get(0))).isNull();
        assertThat(world.state.placements().get(victims.get(0)).live()).isFalse();
        world.request(new Request.SetRequestedState(victims.get(0), RequestedState.STARTED));
        world.run(3000);
        assertThat(world.runningOn(victims.get(0))).isNotNull();
    }

    @Test
    void pausedHaStartsAndForcesNothingAndForgetsNothing() {
        for (HaMode mode : List.of(HaMode.FREEZE, HaMode.IGNORE)) {
            World paused = new World(3).withVms(6);
            paused.request(new Request.SetHaMode(mode));
            List<VmId> victims = paused.on(1);
            paused.at(1).powerOff();
            paused.run(30_000);
            assertThat(victims).as(mode.name()).allMatch(vm -> paused.runningOn(vm) == null);
            assertThat(paused.sent(Command.PowerOff.class)).isEmpty();
            paused.restartManager();
            paused.run(10_000);
            paused.request(new Request.SetHaMode(HaMode.ACTIVE));
            paused.until(5000, () -> victims.stream().allMatch(vm -> paused.runningOn(vm) != null));
        }
    }

    @Test
    void pausedHaSwitchesNoHungHostOffUntilItResumes() {
        world.request(new Request.SetHaMode(HaMode.FREEZE));
        world.at(1).agent = false;
        world.at(1).managementCut = true;
        world.at(1).storageCut = true;
        world.at(1).watchdogArmed = false;
        world.run(12_000);
        assertThat(world.state.recoveries()).isNotEmpty();
        assertThat(world.sent(Command.PowerOff.class)).isEmpty();
        world.request(new Request.SetHaMode(HaMode.ACTIVE));
        world.run(5000);
        assertThat(world.sent(Command.PowerOff.class)).hasSize(1);
    }

    @Test
    void pausedHaStopsNothingThroughTheMailboxUntilItResumes() {
        List<VmId> victims = world.on(1);
        world.request(new Request.SetHaMode(HaMode.FREEZE));
        world.at(1).managementCut = true;
        world.at(1).uplinkDown = true;
        world.run(30_000);
        assertThat(world.on(1)).isEqualTo(victims);
        assertThat(world.sent(Command.WriteMailbox.class)).isEmpty();
        world.request(new Request.SetHaMode(HaMode.ACTIVE));
        world.until(
                30_000,
                () -> victims.stream()
                        .allMatch(vm -> world.runningOn(vm) != null && !host(1).equals(world.runningOn(vm))));
    }

    @Test
    void fullClusterWaitsWithTheReasonAndGoesOnWhenThereIsRoom() {
        world.request(new Request.SetAdminState(host(2), AdminState.DISABLED));
        world.request(new Request.SetAdminState(host(3), AdminState.MAINTENANCE));
        List<VmId> victims = world.on(1);
        world.at(1).powerOff();
        world.run(8000);
        assertThat(world.state.recoveries().values())
                .hasSize(3)
                .allMatch(recovery -> recovery.waiting().reason() == Waiting.Reason.NO_HEALTHY_HOST);
        assertThat(world.database.failovers.values()).allMatch(failover -> failover.open());
        world.request(new Request.SetAdminState(host(2), AdminState.ENABLED));
        untilAllBack(victims);
        assertThat(world.database.failovers.values()).noneMatch(failover -> failover.open());
    }

    @Test
    void strictRuleKeepsAVmDownRatherThanBreakIt() {
        List<VmId> victims = world.on(1);
        world.request(new Request.PutRule(new Rule.VmHost(
                new RuleId("licence"), true, List.of(victims.get(0)), List.of(new Rule.HostPriority(host(1), 0)))));
        world.at(1).powerOff();
        world.run(20_000);
        assertThat(world.runningOn(victims.get(0))).isNull();
        assertThat(world.state.recoveries().get(victims.get(0)).waiting().reason())
                .isEqualTo(Waiting.Reason.RULES);
        world.at(1).powerOn(world.nanos);
        untilAllBack(victims);
        assertThat(world.runningOn(victims.get(0))).isEqualTo(host(1));
    }

    @Test
    void flappingHostIsHeldUntilLifted() {
        for (int round = 0; round < 3; round++) {
            world.at(2).managementCut = true;
            world.run(6000);
            world.at(2).managementCut = false;
            world.run(3000);
        }
        assertThat(world.database.alarms).containsKey("ALARM_FLAPPING/host2");
        List<VmId> before = world.on(2);
        world.at(1).powerOff();
        world.run(6000);
        assertThat(world.on(2)).isEqualTo(before);
        world.restartManager();
        world.run(8000);
        assertThat(world.database.alarms).as("kept over a restart").containsKey("ALARM_FLAPPING/host2");
        world.request(new Request.LiftHold(host(2)));
        assertThat(world.database.alarms).doesNotContainKey("ALARM_FLAPPING/host2");
    }

    @Test
    void brakeHoldsForceWhenManyHostsFailUntilReleased() {
        World many = new World(5).withVms(10);
        Predicate<Integer> hang = number -> {
            many.at(number).agent = false;
            many.at(number).managementCut = true;
            many.at(number).storageCut = true;
            many.at(number).watchdogArmed = false;
            return true;
        };
        many.hosts.values().forEach(each -> each.watchdogArmed = false);
        many.run(1000);
        assertThat(hang.test(1) && hang.test(2)).isTrue();
        many.run(30_000);
        assertThat(many.sent(Command.PowerOff.class)).isEmpty();
        assertThat(many.database.alarms).containsKey("ALARM_BRAKE/c1");
        many.request(new Request.ReleaseBrake());
        many.until(15_000, () -> many.state.recoveries().isEmpty());
        assertThat(many.sent(Command.PowerOff.class)).hasSize(2);
        assertThat(many.database.alarms).doesNotContainKey("ALARM_BRAKE/c1");
    }

    @Test
    void brakeIsReleasedByTimeToo() {
        World many = new World(5).withVms(10);
        many.hosts.values().forEach(each -> each.watchdogArmed = false);
        many.run(1000);
        for (int number = 1; number <= 2; number++) {
            many.at(number).agent = false;
            many.at(number).managementCut = true;
            many.at(number).storageCut = true;
        }
        many.until(80_000, () -> many.state.recoveries().isEmpty() && !many.database.failovers.isEmpty());
        assertThat(many.sent(Command.PowerOff.class)).hasSize(2);
    }

    @Test
    void unexpectedProcessIsKilled() {
        VmId stray = world.on(1).getFirst();
        int other = world.on(2).contains(stray) ? 3 : 2;
        world.at(1).running.remove(stray);
        world.at(1).ended.clear();
        world.at(other).running.put(stray, 1L);
        world.until(3000, () -> !world.at(other).running.containsKey(stray));
    }

    @Test
    void holdOfAFlappingHostEndsByItselfAfterTwoHours() {
        for (int round = 0; round < 3; round++) {
            world.at(2).managementCut = true;
            world.run(6000);
            world.at(2).managementCut = false;
            world.run(3000);
        }
        assertThat(world.database.alarms).containsKey("ALARM_FLAPPING/host2");
        world.run(7_100_000);
        assertThat(world.database.alarms).containsKey("ALARM_FLAPPING/host2");
        world.run(150_000);
        assertThat(world.database.alarms).doesNotContainKey("ALARM_FLAPPING/host2");
    }

    @Test
    void returnsThatAreSpreadOverHoursAreNoFlapping() {
        for (int round = 0; round < 4; round++) {
            world.at(2).managementCut = true;
            world.run(6000);
            world.at(2).managementCut = false;
            world.run(1_900_000);
        }
        assertThat(world.database.alarms).doesNotContainKey("ALARM_FLAPPING/host2");
    }

    @Test
    void disabledVmIsStoppedAndNeitherStartedNorBroughtBack() {
        VmId vm = world.on(1).getFirst();
        assertThat(world.request(new Request.SetRequestedState(vm, RequestedState.DISABLED)))
                .isNull();
        world.until(70_000, () -> world.runningOn(vm) == null);
        assertThat(world.request(new Request.StartVm(vm)).message()).isEqualTo(Message.REJECT_VM_IGNORED);
        world.at(1).powerOff();
        world.run(20_000);
        assertThat(world.runningOn(vm)).isNull();
        assertThat(world.state.recoveries()).doesNotContainKey(vm);
        assertThat(world.request(new Request.SetRequestedState(vm, RequestedState.STARTED)))
                .isNull();
        world.until(5000, () -> world.runningOn(vm) != null);
    }

    @Test
    void softRuleThatIsGivenUpToBringAVmBackIsNamed() {
        VmId vm = world.on(1).getFirst();
        VmId mate = world.on(2).getFirst();
        world.request(new Request.PutRule(new Rule.Apart(new RuleId("spread"), false, List.of(vm, mate))));
        world.request(new Request.SetAdminState(host(3), AdminState.DISABLED));
        world.at(1).powerOff();
        world.until(10_000, () -> host(2).equals(world.runningOn(vm)));
        assertThat(world.trace).contains("message=SOFT_RULE_GIVEN_UP, arguments=[spread, " + vm.value() + "]");
    }

    @ParameterizedTest
    @EnumSource(names = {"FREEZE", "IGNORE"})
    void pauseForgetsNoFenceThatIsUnderWay(HaMode mode) {
        List<VmId> victims = world.on(1);
        world.at(1).watchdogArmed = false;
        world.run(1000);
        world.at(1).agent = false;
        world.at(1).managementCut = true;
        world.at(1).storageCut = true;
        world.until(20_000, () -> !world.sent(Command.PowerOff.class).isEmpty());
        world.request(new Request.SetHaMode(mode));
        world.run(20_000);
        assertThat(world.sent(Command.PowerOff.class)).hasSize(1);
        assertThat(world.state.recoveries().values())
                .as("proven, and nobody was started")
                .hasSize(victims.size());
        assertThat(victims).allMatch(vm -> !world.state.placements().get(vm).live());
        assertThat(world.state.recoveries().values())
                .allMatch(recovery -> recovery.waiting().reason() == Waiting.Reason.HA_PAUSED);
        world.restartManager();
        world.run(6000);
        world.request(new Request.SetHaMode(HaMode.ACTIVE));
        world.until(5000, () -> victims.stream().allMatch(vm -> world.runningOn(vm) != null));
    }
}
