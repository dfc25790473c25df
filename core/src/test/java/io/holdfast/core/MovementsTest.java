package io.holdfast.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.ClusterSettings;
import io.holdfast.core.inventory.HaMode;
import io.holdfast.core.inventory.HaSettings;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RestartPriority;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.ShutdownPolicy;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.movement.Move;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.policy.Action;
import io.holdfast.core.policy.PolicyTable;
import io.holdfast.core.recovery.Waiting;
import io.holdfast.core.text.Message;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Orderly movement: maintenance, shutdown, rules, lost networks, fail-back, and operators' moves. */
class MovementsTest {
    private static final HaSettings NOT_LIVE = new HaSettings(1, 1, true, null, HaSettings.NextWhen.STARTED, 0, false);

    private final World world = new World(3);

    private void admin(int host, AdminState state) {
        assertThat(world.request(new Request.SetAdminState(World.host(host), state)))
                .isNull();
    }

    private void rule(Rule rule) {
        assertThat(world.request(new Request.PutRule(rule))).isNull();
    }

    private void shutdownPolicy(ShutdownPolicy policy) {
        ClusterSettings settings = world.state.cluster().settings();
        assertThat(world.request(new Request.ChangeSettings(settings.withShutdownPolicy(policy))))
                .isNull();
    }

    private static Rule only(int vm, int host, boolean strict) {
        return new Rule.VmHost(
                new RuleId("only" + vm),
                strict,
                List.of(World.vm(vm)),
                List.of(new Rule.HostPriority(World.host(host), 1)));
    }

    private int hostOf(int vm) {
        HostId host = world.runningOn(World.vm(vm));
        return host == null ? 0 : Integer.parseInt(host.value().substring(4));
    }

    private int otherThan(int host) {
        return host == 1 ? 2 : 1;
    }

    private void cannotMoveLive(int vm) {
        Vm present = world.state.vms().get(World.vm(vm));
        assertThat(world.request(new Request.ChangeVm(new Vm(
                        present.id(),
                        present.name(),
                        present.cpuCores(),
                        present.memoryBytes(),
                        present.disks(),
                        present.nics(),
                        present.boot(),
                        present.requested(),
                        present.priority(),
                        present.ownershipIndex(),
                        NOT_LIVE))))
                .isNull();
    }

    private boolean quiet() {
        return world.state.moves().isEmpty()
                && world.state.recoveries().isEmpty()
                && world.state.placements().values().stream().allMatch(Placement::live);
    }

    private Waiting.Reason waits(int vm) {
        Move move = world.state.moves().get(World.vm(vm));
        return move == null || move.waiting() == null ? null : move.waiting().reason();
    }

    @Test
    void maintenanceMovesEverythingAwayAFewAtATimeAndBackAfterwards() {
        world.withVms(9);
        List<VmId> before = world.on(1);
        assertThat(before).hasSizeGreaterThanOrEqualTo(3);
        admin(1, AdminState.MAINTENANCE);
        int most = 0;
        for (int step = 0; step < 3000 && !(quiet() && world.on(1).isEmpty()); step++) {
            world.run(10);
            most = Math.max(most, (int) world.state.placements().values().stream()
                    .filter(Placement::migrating)
                    .count());
        }
        assertThat(world.on(1)).isEmpty();
        assertThat(most).isEqualTo(Movements.PER_HOST);
        assertThat(world.sent(Command.StopVm.class)).as("none was down").isEmpty();
        world.run(20_000);
        assertThat(world.on(1)).as("stays while in maintenance").isEmpty();
        admin(1, AdminState.ENABLED);
        world.until(
                60_000,
                () -> quiet()
                        && world.on(1).equals(before)
                        && world.state.hostWork().isEmpty());
        assertThat(world.sent(Command.StopVm.class)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 5, 7, 9, 11, 14, 18})
    void managerKilledInTheMiddleOfADrainGoesOn(int commit) {
        world.withVms(6);
        world.stepsUntilCrash = commit;
        admin(1, AdminState.MAINTENANCE);
        world.until(120_000, () -> quiet() && world.on(1).isEmpty());
        admin(1, AdminState.ENABLED);
        world.until(120_000, () -> quiet() && world.state.hostWork().isEmpty());
        assertThat(world.on(1)).hasSize(2);
    }

    @Test
    void maintenanceThatEndsAtAnyMomentOfTheDrainBringsAllBack() {
        for (int moment = 0; moment <= 3_000; moment += 20) {
            World other = new World(3);
            other.withVms(9);
            List<VmId> before = other.on(1);
            assertThat(other.request(new Request.SetAdminState(World.host(1), AdminState.MAINTENANCE)))
                    .isNull();
            other.run(moment);
            assertThat(other.request(new Request.SetAdminState(World.host(1), AdminState.ENABLED)))
                    .isNull();
            other.run(60_000);
            assertThat(other.on(1)).as("ended after %d ms", moment).isEqualTo(before);
            assertThat(other.state.hostWork()).as("ended after %d ms", moment).isEmpty();
        }
    }

    @Test
    void hostThatTakesTheDrainedOnesAndDiesLosesNobody() {
        world.withVms(6);
        admin(1, AdminState.MAINTENANCE);
        world.run(600);
        world.at(2).powerOff();
        world.until(120_000, () -> quiet() && world.on(1).isEmpty());
        assertThat(world.on(3)).hasSize(6);
    }

    @Test
    void softPreferenceKeepsNobodyOnAHostThatIsDrained() {
        world.withVms(3);
        int host = hostOf(1);
        rule(only(1, host, false));
        admin(host, AdminState.MAINTENANCE);
        world.until(20_000, () -> quiet() && hostOf(1) != host);
    }

    @Test
    void whoeverCannotLeaveIsToldWhyAndRunsOn() {
        world.withVms(3);
        int host = hostOf(1);
        rule(only(1, host, true));
        admin(host, AdminState.MAINTENANCE);
        world.run(10_000);
        assertThat(hostOf(1)).isEqualTo(host);
        assertThat(waits(1)).isEqualTo(Waiting.Reason.RULES);
        assertThat(world.state.alarms()).containsKey(Message.ALARM_MOVE.name() + "/vm1");
        assertThat(world.request(new Request.RemoveRule(new RuleId("only1")))).isNull();
        world.until(20_000, () -> quiet() && hostOf(1) != host);
        assertThat(world.state.alarms()).doesNotContainKey(Message.ALARM_MOVE.name() + "/vm1");
    }

    @Test
    void vmThatCannotMoveLiveIsStoppedAndStartedForMaintenance() {
        world.withVms(1);
        cannotMoveLive(1);
        int host = hostOf(1);
        admin(host, AdminState.MAINTENANCE);
        world.until(20_000, () -> quiet() && hostOf(1) != host);
        assertThat(world.sent(Command.MigrateVm.class)).isEmpty();
        assertThat(world.sent(Command.StopVm.class)).isNotEmpty();
    }

    @Test
    void lostNetworkMovesLive() {
        world.withVms(3);
        int host = hostOf(1);
        world.at(host).uplinkDown = true;
        world.until(20_000, () -> quiet() && world.on(host).isEmpty());
        assertThat(world.sent(Command.StopVm.class)).isEmpty();
    }

    @Test
    void lostNetworkOfAVmThatCannotMoveLiveIsAnAlarmAndTheVmRunsOn() {
        world.withVms(1);
        cannotMoveLive(1);
        int host = hostOf(1);
        world.at(host).uplinkDown = true;
        world.run(20_000);
        assertThat(hostOf(1)).isEqualTo(host);
        assertThat(waits(1)).isEqualTo(Waiting.Reason.MOVE_NOT_LIVE);
        world.at(host).uplinkDown = false;
        world.until(10_000, this::quiet);
        assertThat(world.state.alarms()).isEmpty();
    }

    @Test
    void lostNetworkOfAVmThatCannotMoveLiveRestartsItWhereThePolicySaysSo() {
        world.withVms(1);
        cannotMoveLive(1);
        List<Action> rows = new ArrayList<>(PolicyTable.DEFAULT.rows());
        rows.set(1, Action.MIGRATE_OR_RESTART);
        ClusterSettings settings = world.state.cluster().settings();
        assertThat(world.request(new Request.ChangeSettings(settings.withPolicy(new PolicyTable(rows)))))
                .isNull();
        int host = hostOf(1);
        world.at(host).uplinkDown = true;
        world.until(30_000, () -> quiet() && hostOf(1) != 0 && hostOf(1) != host);
    }

    @Test
    void strictRulesThatComeToHoldMoveVmsLive() {
        world.withVms(3);
        int host = hostOf(1);
        rule(only(1, otherThan(host), true));
        world.until(20_000, () -> quiet() && hostOf(1) == otherThan(host));
        rule(new Rule.Together(new RuleId("together"), true, List.of(World.vm(1), World.vm(2), World.vm(3))));
        world.until(30_000, () -> quiet() && hostOf(1) == hostOf(2) && hostOf(2) == hostOf(3));
        assertThat(hostOf(1)).isEqualTo(otherThan(host));
        assertThat(world.request(new Request.RemoveRule(new RuleId("together"))))
                .isNull();
        rule(new Rule.Apart(new RuleId("apart"), true, List.of(World.vm(1), World.vm(2), World.vm(3))));
        world.until(
                30_000, () -> quiet() && hostOf(1) != hostOf(2) && hostOf(2) != hostOf(3) && hostOf(1) != hostOf(3));
        assertThat(world.sent(Command.StopVm.class)).isEmpty();
    }

    @Test
    void strictApartHoldsForBothHostsOfAMigration() {
        world.withVms(4);
        VmId mate = world.on(hostOf(1)).stream()
                .filter(vm -> !vm.equals(World.vm(1)))
                .findFirst()
                .orElseThrow();
        int host = hostOf(1);
        assertThat(world.request(new Request.StopVm(mate, true, 0))).isNull();
        world.run(3000);
        rule(new Rule.Apart(new RuleId("apart"), true, List.of(World.vm(1), mate)));
        world.copyMillis = 20_000;
        assertThat(world.request(new Request.MoveVm(World.vm(1), World.host(otherThan(host)), true)))
                .isNull();
        world.run(1000);
        assertThat(world.request(new Request.StartVm(mate))).isNull();
        world.run(3000);
        assertThat(world.placement(1).migrating()).isTrue();
        assertThat(world.runningOn(mate)).isNotNull().isNotIn(World.host(host), World.host(otherThan(host)));
    }

    private void firstToStart(VmId vm) {
        Vm present = world.state.vms().get(vm);
        assertThat(world.request(new Request.ChangeVm(new Vm(
                        present.id(),
                        present.name(),
                        present.cpuCores(),
                        present.memoryBytes(),
                        present.disks(),
                        present.nics(),
                        present.boot(),
                        present.requested(),
                        RestartPriority.HIGHEST,
                        present.ownershipIndex(),
                        present.ha()))))
                .isNull();
    }

    /** Found by the simulator: a move began to the host on which a VM that must be apart was planned, but waited for its turn to start. */
    @Test
    void strictApartHoldsAgainstAVmThatIsPlannedButNotStarted() {
        world.withVms(6);
        int host = hostOf(2);
        int other = hostOf(1);
        assertThat(other).isNotEqualTo(host);
        world.on(host).stream().filter(vm -> !vm.equals(World.vm(2))).forEach(this::firstToStart);
        rule(new Rule.Apart(new RuleId("apart"), true, List.of(World.vm(1), World.vm(2))));
        assertThat(world.request(new Request.SetHaMode(HaMode.FREEZE))).isNull();
        world.at(host).storageCut = true;
        world.at(other).uplinkDown = true;
        world.run(10_000);
        assertThat(world.request(new Request.SetHaMode(HaMode.ACTIVE))).isNull();
        for (int step = 0; step < 3000; step++) {
            Placement one = world.placement(1);
            Placement two = world.placement(2);
            if (two.live()) {
                assertThat(two.host()).isNotIn(one.host(), one.servingHost());
            }
            world.run(10);
        }
    }

    @Test
    void pausedHaMovesNothingByItselfAndMakesUpForIt() {
        world.withVms(1);
        assertThat(world.request(new Request.SetHaMode(HaMode.FREEZE))).isNull();
        int host = hostOf(1);
        rule(only(1, otherThan(host), true));
        world.run(15_000);
        assertThat(hostOf(1)).isEqualTo(host);
        assertThat(waits(1)).isEqualTo(Waiting.Reason.HA_PAUSED);
        assertThat(world.request(new Request.SetHaMode(HaMode.ACTIVE))).isNull();
        world.until(20_000, () -> quiet() && hostOf(1) == otherThan(host));
    }

    @Test
    void coldMoveGoesToTheHostThatWasNamed() {
        world.withVms(3);
        int host = hostOf(1);
        rule(only(1, host, false));
        assertThat(world.request(new Request.MoveVm(World.vm(1), World.host(otherThan(host)), false)))
                .isNull();
        world.until(20_000, () -> quiet() && hostOf(1) == otherThan(host));
        assertThat(world.sent(Command.MigrateVm.class)).isEmpty();
    }

    @Test
    void moveAgainstAStrictRuleOrWithoutRoomIsRefused() {
        world.withVms(2);
        int host = hostOf(1);
        rule(new Rule.Apart(new RuleId("apart"), true, List.of(World.vm(1), World.vm(2))));
        Rejected rejected = world.request(new Request.MoveVm(World.vm(1), World.host(hostOf(2)), true));
        assertThat(rejected.message()).isEqualTo(Message.REJECT_MOVE);
        assertThat(rejected.arguments().getLast()).contains("apart");
        assertThat(hostOf(1)).isEqualTo(host);
    }

    @Test
    void rebootFreezesAndTheSameHostBringsThemBack() {
        world.withVms(3);
        int host = hostOf(1);
        assertThat(world.request(new Request.ShutDownHost(World.host(host), true)))
                .isNull();
        world.until(10_000, () -> world.on(host).isEmpty());
        world.at(host).powerOff();
        world.run(60_000);
        assertThat(hostOf(1)).as("not recovered elsewhere meanwhile").isZero();
        assertThat(world.state.recoveries().get(World.vm(1)).waiting().reason()).isEqualTo(Waiting.Reason.FROZEN);
        world.restartManager();
        world.run(10_000);
        assertThat(hostOf(1)).isZero();
        world.at(host).powerOn(world.nanos);
        world.until(
                30_000,
                () -> quiet() && hostOf(1) == host && world.state.hostWork().isEmpty());
    }

    @Test
    void stopForAnOrderlyRebootThatWasLostIsSentAgainByTheNextLeader() {
        world.withVms(1);
        int host = hostOf(1);
        world.lost = command -> command instanceof Command.StopVm;
        assertThat(world.request(new Request.ShutDownHost(World.host(host), true)))
                .isNull();
        world.restartManager();
        world.lost = command -> false;
        world.until(10_000, () -> world.on(host).isEmpty());
    }

    @Test
    void hostThatIsEnabledInsteadOfComingBackLetsItsFrozenVmsGo() {
        world.withVms(1);
        int host = hostOf(1);
        assertThat(world.request(new Request.ShutDownHost(World.host(host), true)))
                .isNull();
        world.until(10_000, () -> world.on(host).isEmpty());
        world.at(host).powerOff();
        world.run(20_000);
        admin(host, AdminState.ENABLED);
        world.until(20_000, () -> quiet() && hostOf(1) != 0 && hostOf(1) != host);
    }

    @Test
    void shutdownRestartsElsewhere() {
        world.withVms(3);
        int host = hostOf(1);
        assertThat(world.request(new Request.ShutDownHost(World.host(host), false)))
                .isNull();
        world.until(20_000, () -> quiet() && world.on(host).isEmpty() && hostOf(1) != 0);
        assertThat(world.sent(Command.PowerOff.class)).isEmpty();
    }

    @Test
    void shutdownPolicyMigrateDrainsFirstAndBringsThemBack() {
        world.withVms(3);
        shutdownPolicy(ShutdownPolicy.MIGRATE);
        int host = hostOf(1);
        List<VmId> before = world.on(host);
        assertThat(world.request(new Request.ShutDownHost(World.host(host), true)))
                .isNull();
        world.until(20_000, () -> quiet() && world.on(host).isEmpty());
        assertThat(world.sent(Command.StopVm.class)).isEmpty();
        world.at(host).powerOff();
        world.run(30_000);
        world.at(host).powerOn(world.nanos);
        world.until(60_000, () -> quiet() && world.on(host).equals(before));
    }

    @Test
    void vmGoesBackToTheHostThatItPrefersOnceThatIsStable() {
        world.withVms(1);
        int host = hostOf(1);
        rule(only(1, host, false));
        world.at(host).powerOff();
        world.until(60_000, () -> quiet() && hostOf(1) != 0);
        world.at(host).powerOn(world.nanos);
        world.run(30_000);
        assertThat(hostOf(1)).as("not before it has been stable for a minute").isNotEqualTo(host);
        world.until(60_000, () -> quiet() && hostOf(1) == host);
        assertThat(world.sent(Command.MigrateVm.class)).hasSize(1);
    }

    @Test
    void withoutFailbackTheVmStaysWhereItIs() {
        world.withVms(1);
        int host = hostOf(1);
        rule(only(1, host, false));
        Vm vm = world.state.vms().get(World.vm(1));
        HaSettings stays = new HaSettings(1, 1, false, null, HaSettings.NextWhen.STARTED, 0, true);
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
                        stays))))
                .isNull();
        world.at(host).powerOff();
        world.until(60_000, () -> quiet() && hostOf(1) != 0);
        world.at(host).powerOn(world.nanos);
        world.run(300_000);
        assertThat(hostOf(1)).isNotEqualTo(host);
        assertThat(world.sent(Command.MigrateVm.class)).isEmpty();
    }

    @Test
    void failedLiveMoveIsTriedAgainLater() {
        world.withVms(1);
        int host = hostOf(1);
        world.lastPhaseLost = true;
        admin(host, AdminState.MAINTENANCE);
        world.until(10_000, () -> waits(1) == Waiting.Reason.MOVE_FAILED);
        assertThat(hostOf(1)).isEqualTo(host);
        world.lastPhaseLost = false;
        world.until(60_000, () -> quiet() && hostOf(1) != host);
    }

    @Test
    void stoppedVmsOfADrainedHostNeedNothing() {
        world.withVms(1);
        int host = hostOf(1);
        assertThat(world.request(new Request.StopVm(World.vm(1), true, 0))).isNull();
        world.run(3000);
        admin(host, AdminState.MAINTENANCE);
        world.run(10_000);
        assertThat(world.state.moves()).isEmpty();
        assertThat(hostOf(1)).isZero();
    }
}
