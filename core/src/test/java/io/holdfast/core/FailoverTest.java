package io.holdfast.core;

import static io.holdfast.core.World.host;
import static io.holdfast.core.World.vm;
import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.PowerState;
import io.holdfast.core.health.Verdict;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.recovery.Failover;
import io.holdfast.core.recovery.VmOutcome;
import io.holdfast.core.recovery.Waiting;
import io.holdfast.core.text.Message;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What happens when a host fails, from the cut to the last VM. */
class FailoverTest {
    private final World world = new World(3).withVms(6);

    private List<VmId> victims = List.of();

    private void cutPower(int number) {
        victims = world.on(number);
        assertThat(victims).isNotEmpty();
        world.at(number).powerOff();
    }

    private boolean allBack() {
        return victims.stream().allMatch(vm -> world.runningOn(vm) != null)
                && world.state.recoveries().isEmpty();
    }

    private Failover onlyFailover() {
        assertThat(world.database.failovers).hasSize(1);
        return world.database.failovers.firstEntry().getValue();
    }

    @Test
    void powerSeenOffTwiceBringsEverythingBackInAboutOneAndAHalfSeconds() {
        cutPower(1);
        long millis = world.until(2500, () -> !world.commands.isEmpty() && lastStartIsFor(victims.getFirst()));
        assertThat(millis).isLessThan(2000);
        world.until(3000, this::allBack);
        Failover failover = onlyFailover();
        assertThat(failover.verdict()).isEqualTo(Verdict.DEAD);
        assertThat(failover.open()).isFalse();
        assertThat(failover.vms()).extracting(VmOutcome::vm).containsExactlyElementsOf(victims);
        assertThat(failover.vms()).allSatisfy(outcome -> {
            assertThat(outcome.result()).isEqualTo(VmOutcome.Result.RUNNING);
            assertThat(outcome.proofs().getFirst()).isInstanceOf(Proof.PoweredOff.class);
            assertThat(outcome.provenWallMillis()).isPositive();
            assertThat(outcome.startCommandedWallMillis()).isGreaterThanOrEqualTo(outcome.provenWallMillis());
            assertThat(outcome.runningWallMillis()).isGreaterThan(outcome.startCommandedWallMillis());
        });
        assertThat(failover.evidence()).isNotEmpty();
        assertThat(world.sent(Command.PowerOff.class)).isEmpty();
    }

    private boolean lastStartIsFor(VmId vm) {
        return world.sent(Command.StartVm.class).stream()
                .anyMatch(start -> start.vm().id().equals(vm) && start.run() == 2);
    }

    @Test
    void deadBmcMeansThatTheLeaseMustExpireFirst() {
        world.at(1).bmcDead = true;
        cutPower(1);
        long millis = world.until(20_000, () -> lastStartIsFor(victims.getFirst()));
        assertThat(millis).isBetween(14_000L, 17_500L);
        world.until(3000, this::allBack);
        assertThat(onlyFailover().vms())
                .allSatisfy(outcome -> assertThat(outcome.proofs())
                        .singleElement()
                        .isInstanceOfSatisfying(Proof.LeaseExpired.class, proof -> {
                            assertThat(proof.unchangedMillis()).isGreaterThanOrEqualTo(15_000);
                            assertThat(proof.watchdogArmed()).isTrue();
                        }));
    }

    @Test
    void withoutWatchdogAnExpiredLeaseProvesNothingUnlessTheClusterAcceptsIt() {
        world.hosts.values().forEach(each -> each.watchdogArmed = false);
        world.run(2000);
        world.at(1).bmcDead = true;
        cutPower(1);
        world.run(60_000);
        assertThat(victims).allMatch(vm -> world.runningOn(vm) == null);
        assertThat(world.database.alarms.keySet()).anyMatch(key -> key.startsWith("ALARM_HOST_DOWN"));
        world.request(
                new Request.ChangeSettings(world.state.cluster().settings().withAcceptLeaseWithoutWatchdog(true)));
        world.until(3000, this::allBack);
    }

    @Test
    void operatorMayConfirmTheIsolationOfASilentHostButNotOfALivingOne() {
        world.hosts.values().forEach(each -> each.watchdogArmed = false);
        world.run(1000);
        var confirm = new Request.ConfirmIsolation(host(1), "host1", "pulled the plug");
        assertThat(world.request(confirm)).extracting(Rejected::message).isEqualTo(Message.REJECT_HOST_ALIVE);
        world.at(1).bmcDead = true;
        cutPower(1);
        world.run(20_000);
        assertThat(world.request(new Request.ConfirmIsolation(host(1), "host2", "x")))
                .extracting(Rejected::field)
                .isEqualTo("hostNameAgain");
        assertThat(world.request(confirm)).isNull();
        world.until(3000, this::allBack);
    }

    @Test
    void hungHostIsPoweredOffByForceAndReadBack() {
        victims = world.on(1);
        world.at(1).managementCut = true;
        world.at(1).storageCut = true;
        world.at(1).watchdogArmed = true;
        world.at(1).agent = false; // hangs as a whole: neither answers nor writes
        long millis = world.until(14_000, () -> lastStartIsFor(victims.getFirst()));
        assertThat(millis).isLessThan(9000);
        assertThat(world.sent(Command.PowerOff.class)).hasSize(1);
        world.until(3000, this::allBack);
        assertThat(onlyFailover().vms().getFirst().proofs().getFirst())
                .isInstanceOfSatisfying(
                        Proof.PoweredOff.class,
                        proof -> assertThat(proof.how()).isEqualTo(Proof.PoweredOff.How.AFTER_COMMAND));
    }

    @Test
    void killedAgentStopsNoVm() {
        victims = world.on(1);
        world.at(1).agent = false;
        world.disconnect(1);
        world.run(4000);
        assertThat(world.state.health().get(host(1)).suspicion().verdict()).isEqualTo(Verdict.AGENT_DOWN);
        world.at(1).agent = true;
        world.run(5000);
        assertThat(world.sent(Command.PowerOff.class)).isEmpty();
        assertThat(world.sent(Command.StopVm.class)).isEmpty();
        assertThat(world.database.failovers).isEmpty();
        assertThat(world.on(1)).isEqualTo(victims);
    }

    /** Its lease has long been stale then, and no peer has answered the new leader: silence of peers who were not asked is no sign of death. */
    @Test
    void newLeaderHearsThePeersBeforeItHoldsAHostForDead() {
        victims = world.on(1);
        world.at(1).watchdogArmed = false;
        world.run(1000);
        world.at(1).agent = false;
        world.disconnect(1);
        world.run(40_000);
        assertThat(world.state.health().get(host(1)).suspicion().verdict()).isEqualTo(Verdict.AGENT_DOWN);
        world.feed(new Event.LostLeadership(world.now()));
        world.feed(new Event.BecameLeader(world.now(), world.database.epoch + 1));
        world.run(10_000);
        assertThat(world.state.health().get(host(1)).suspicion().verdict()).isEqualTo(Verdict.AGENT_DOWN);
        assertThat(world.sent(Command.PowerOff.class)).isEmpty();
        assertThat(world.database.failovers).isEmpty();
        assertThat(world.on(1)).isEqualTo(victims);
    }

    @Test
    void agentThatStaysDownIsEndedByItsWatchdogAndTheExpiredLease() {
        victims = world.on(1);
        world.at(1).agent = false;
        world.at(1).bmcDead = true;
        world.disconnect(1);
        world.until(22_000, this::allBack);
        assertThat(world.sent(Command.PowerOff.class)).isEmpty();
    }

    @Test
    void hostWithoutManagementNetworkKeepsItsVms() {
        victims = world.on(1);
        world.at(1).managementCut = true;
        world.run(60_000);
        assertThat(world.on(1)).isEqualTo(victims);
        assertThat(world.state.health().get(host(1)).suspicion().verdict()).isEqualTo(Verdict.PARTITIONED);
        assertThat(world.sent(Command.PowerOff.class)).isEmpty();
        assertThat(world.database.failovers).isEmpty();
        world.at(1).managementCut = false;
        world.run(2000);
        assertThat(world.database.alarms).isEmpty();
    }

    @Test
    void hostWithoutManagementAndUplinksIsStoppedThroughTheMailbox() {
        victims = world.on(1);
        world.at(1).managementCut = true;
        world.at(1).uplinkDown = true;
        world.until(30_000, this::allMoved);
        assertThat(world.sent(Command.WriteMailbox.class)).isNotEmpty();
        assertThat(world.sent(Command.PowerOff.class)).isEmpty();
    }

    private boolean allMoved() {
        return victims.stream().allMatch(vm -> world.runningOn(vm) != null && !host(1).equals(world.runningOn(vm)));
    }

    @Test
    void lostStorageMovesTheVmsAfterTheAgentKilledThem() {
        victims = world.on(1);
        world.at(1).storageCut = true;
        world.until(9000, this::allMoved);
        world.until(1000, () -> !onlyFailover().open());
        assertThat(onlyFailover().verdict()).isEqualTo(Verdict.STORAGE_LOST);
        assertThat(onlyFailover().vms())
                .allSatisfy(
                        outcome -> assertThat(outcome.proofs()).singleElement().isInstanceOf(Proof.ProcessEnded.class));
    }

    @Test
    void crashedProcessIsStartedAgainOnTheSameHost() {
        VmId crashed = world.on(1).getFirst();
        world.at(1).end(crashed, EndCause.CRASHED);
        world.until(2000, () -> host(1).equals(world.runningOn(crashed)));
        world.run(200);
        assertThat(onlyFailover().verdict()).isEqualTo(Verdict.VM_ENDED);
        assertThat(onlyFailover().open()).isFalse();
    }

    @Test
    void guestShutdownIsRespected() {
        VmId stopped = world.on(1).getFirst();
        world.at(1).end(stopped, EndCause.GUEST_SHUTDOWN);
        world.run(10_000);
        assertThat(world.runningOn(stopped)).isNull();
        assertThat(world.state.vms().get(stopped).requested()).isEqualTo(RequestedState.STOPPED);
        assertThat(world.state.recoveries()).isEmpty();
        assertThat(world.at(1).ended).as("acknowledged").isEmpty();
    }

    @Test
    void rebootedHostProvesTheEndOfEverythingOfItsOlderBoot() {
        victims = world.on(1);
        world.at(1).bmcDead = true;
        world.at(1).powerOff();
        world.run(300);
        world.at(1).powerOn(world.nanos);
        world.until(4000, this::allBack);
        assertThat(onlyFailover().verdict()).isEqualTo(Verdict.REBOOTED);
    }

    @Test
    void allHostsVanishingAtOnceFencesNobody() {
        world.hosts.values().forEach(each -> each.managementCut = true);
        world.run(60_000);
        assertThat(world.sent(Command.PowerOff.class)).isEmpty();
        assertThat(world.database.failovers).isEmpty();
        assertThat(world.database.alarms).containsKey("ALARM_MANAGER_SIDE/c1");
        world.hosts.values().forEach(each -> each.managementCut = false);
        world.run(3000);
        assertThat(world.database.alarms).isEmpty();
        for (int number = 1; number <= 6; number++) {
            assertThat(world.placement(number).run()).isEqualTo(1);
        }
    }

    @Test
    void managerThatJustStartedFencesNobodyWhileHostsAreStillConnecting() {
        world.stopManager();
        world.hosts.values().forEach(each -> each.managementCut = true);
        world.run(30_000);
        world.restartManager();
        world.commands.clear();
        world.run(4500);
        assertThat(world.sent(Command.ReadPower.class)).isEmpty();
        world.hosts.values().forEach(each -> each.managementCut = false);
        world.run(5000);
        assertThat(world.database.failovers).isEmpty();
        assertThat(world.state.recoveries()).isEmpty();
    }

    @Test
    void bmcThatLiesIsContradictedByTheLease() {
        victims = world.on(1);
        world.at(1).bmcLying = true;
        world.at(1).bmcLies = PowerState.OFF;
        world.at(1).managementCut = true;
        world.at(2).renew(world.nanos, world.hosts.values());
        for (int round = 0; round < 60; round++) {
            world.at(1).renew(world.nanos, world.hosts.values());
            world.at(2).renew(world.nanos, world.hosts.values());
            world.at(3).renew(world.nanos, world.hosts.values());
            world.run(100);
        }
        assertThat(world.on(1)).isEqualTo(victims);
        assertThat(world.database.failovers).isEmpty();
    }

    @Test
    void hostThatComesBackBeforeAnyProofKeepsItsVms() {
        victims = world.on(1);
        world.hosts.values().forEach(each -> each.bmcDead = true);
        world.at(1).managementCut = true;
        world.at(1).agent = false; // stopped, not killed: its VMs run on
        world.until(9000, () -> !world.database.failovers.isEmpty());
        world.at(1).agent = true;
        world.at(1).managementCut = false;
        world.at(1).held = true;
        world.at(1).renewedNanos = world.nanos;
        world.until(2000, () -> !onlyFailover().open());
        assertThat(onlyFailover().vms()).allMatch(outcome -> outcome.result() == VmOutcome.Result.KEPT);
        assertThat(world.on(1)).isEqualTo(victims);
    }

    @Test
    void secondHostDyingDuringRecoverySupersedesTheFirstFailover() {
        world.startDelayMillis = 3000;
        cutPower(1);
        world.until(4000, () -> lastStartIsFor(victims.getFirst()));
        VmId first = victims.getFirst();
        int second = Integer.parseInt(
                world.state.placements().get(first).host().value().substring(4));
        world.at(second).powerOff();
        world.startDelayMillis = 50;
        world.until(20_000, () -> world.runningOn(first) != null);
        assertThat(world.state.placements().get(first).run()).isEqualTo(3);
        world.run(3000);
        assertThat(world.database.failovers.values()).noneMatch(Failover::open);
    }

    @Test
    void stoppedVmIsNotBroughtBack() {
        VmId target = world.on(1).getFirst();
        assertThat(world.request(new Request.StopVm(target, true, 0))).isNull();
        world.run(2000);
        assertThat(world.runningOn(target)).isNull();
        cutPower(1);
        world.run(5000);
        assertThat(world.runningOn(target)).isNull();
        assertThat(world.request(new Request.StartVm(target))).isNull();
        world.run(2000);
        assertThat(world.runningOn(target)).isNotNull();
        assertThat(vm(1)).isNotNull();
    }

    @Test
    void failedStartIsRetriedThenMovedThenWaitsAndThenGoesOn() {
        cutPower(1);
        VmId first = victims.getFirst();
        world.startFails = vm -> vm.equals(first);
        world.until(20_000, () -> world.database.alarms.containsKey("ALARM_VM_DOWN/" + first));
        assertThat(world.state.recoveries().get(first).waiting().reason())
                .isEqualTo(Waiting.Reason.START_FAILED_EVERYWHERE);
        assertThat(world.state.recoveries().get(first).waiting().arguments()).containsExactly("no such kernel");
        world.startFails = vm -> false;
        world.until(45_000, () -> world.runningOn(first) != null);
        world.run(1000);
        assertThat(world.database.alarms.keySet()).noneMatch(key -> key.startsWith("ALARM_VM_DOWN"));
    }

    @Test
    void lostStartCommandIsSentAgainUnderTheSameOperation() {
        boolean[] loseNext = {true};
        world.lost = command -> command instanceof Command.StartVm && loseNext[0];
        cutPower(1);
        world.until(4000, () -> lastStartIsFor(victims.getFirst()));
        loseNext[0] = false;
        world.until(15_000, this::allBack);
        VmId first = victims.getFirst();
        assertThat(world.sent(Command.StartVm.class).stream()
                        .filter(start -> start.vm().id().equals(first) && start.run() == 2)
                        .map(Command.StartVm::operation)
                        .distinct())
                .hasSize(1);
    }

    @Test
    void secondFailureOfAHostWhoseFirstStoryStillWaitsIsAStoryOfItsOwn() {
        VmId waits = world.on(1).getFirst();
        world.request(new Request.PutRule(new Rule.VmHost(
                new RuleId("only-one"), true, List.of(waits), List.of(new Rule.HostPriority(host(1), 0)))));
        world.at(1).powerOff();
        world.run(70_000);
        assertThat(onlyFailover().open()).isTrue();
        world.request(new Request.SetRequestedState(vm(3), RequestedState.STARTED));
        world.at(1).bmcDead = true;
        world.at(1).powerOn(world.nanos);
        world.until(20_000, () -> world.runningOn(waits) != null);
        world.run(1000);
        assertThat(onlyFailover().open()).isFalse();
        world.at(1).reboot(world.nanos);
        world.until(20_000, () -> world.database.failovers.size() == 2);
        world.until(20_000, () -> world.runningOn(waits) != null);
        world.run(1000);
        assertThat(world.database.failovers.values()).noneMatch(Failover::open);
    }
}
