package io.holdfast.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.Evidence;
import io.holdfast.core.health.PowerState;
import io.holdfast.core.health.Suspicion;
import io.holdfast.core.health.Verdict;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Rung;
import io.holdfast.core.policy.Action;
import io.holdfast.core.policy.PolicyTable;
import io.holdfast.core.recovery.Failover;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.recovery.VmOutcome;
import io.holdfast.core.recovery.Waiting;
import io.holdfast.core.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Every verdict is kept with what it was founded on, every way to a proof with what came of it, and whoever is not placed with the reason. */
class EvidenceTest {
    private final World world = new World(3).withVms(6);

    private Failover failover(Verdict verdict) {
        return world.database.failovers.values().stream()
                .filter(failover -> failover.verdict() == verdict)
                .findFirst()
                .orElseThrow();
    }

    private static void shows(List<Evidence> evidence, Message... messages) {
        assertThat(evidence).extracting(Evidence::message).contains(messages);
        assertThat(evidence).allSatisfy(each -> {
            assertThat(each.arguments()).hasSize(each.message().arity());
            assertThat(each.wallMillis()).isPositive();
        });
    }

    private Suspicion suspicion(int host) {
        return Objects.requireNonNull(world.state.health().get(World.host(host)).suspicion());
    }

    @Test
    void dead() {
        world.at(1).bmcDead = true;
        world.at(1).powerOff();
        world.until(30_000, () -> world.on(2).size() + world.on(3).size() == 6);
        world.run(2_000);
        shows(failover(Verdict.DEAD).evidence(), Message.SEEN_REPORT_MISSED, Message.SEEN_PEER, Message.SEEN_LEASE);
    }

    @Test
    void partitioned() {
        world.at(1).managementCut = true;
        world.at(1).uplinkDown = true;
        world.until(30_000, () -> world.on(1).isEmpty());
        shows(failover(Verdict.PARTITIONED).evidence(), Message.SEEN_LEASE_ALIVE);
    }

    @Test
    void storageLost() {
        world.at(1).storageCut = true;
        world.until(30_000, () -> world.on(1).isEmpty());
        world.run(1_000);
        Failover failover = failover(Verdict.STORAGE_LOST);
        assertThat(failover.evidence()).extracting(Evidence::plane).contains(Evidence.Plane.STORAGE);
        shows(failover.evidence(), Message.SEEN_LEASE_LOST);
    }

    @Test
    void uplinkLost() {
        List<Action> rows = new ArrayList<>(PolicyTable.DEFAULT.rows());
        rows.set(1, Action.STOP_AND_RESTART);
        Rejected rejected = world.request(
                new Request.ChangeSettings(world.state.cluster().settings().withPolicy(new PolicyTable(rows))));
        assertThat(rejected).isNull();
        world.at(1).uplinkDown = true;
        world.until(30_000, () -> world.on(1).isEmpty());
        shows(failover(Verdict.UPLINK_LOST).evidence(), Message.SEEN_UPLINK_DOWN);
    }

    @Test
    void agentDown() {
        world.at(1).agent = false;
        world.run(3_000);
        assertThat(suspicion(1).verdict()).isEqualTo(Verdict.AGENT_DOWN);
        shows(suspicion(1).evidence(), Message.SEEN_REPORT_MISSED, Message.SEEN_PEER);
    }

    @Test
    void managerSide() {
        for (int host = 1; host <= 3; host++) {
            world.at(host).managementCut = true;
        }
        world.run(3_000);
        assertThat(suspicion(2).verdict()).isEqualTo(Verdict.MANAGER_SIDE);
        shows(suspicion(2).evidence(), Message.SEEN_REPORT_MISSED);
    }

    @Test
    void rebooted() {
        world.at(1).reboot(world.nanos);
        world.run(2_000);
        shows(failover(Verdict.REBOOTED).evidence(), Message.SEEN_NEW_BOOT);
    }

    @Test
    void processEnded() {
        VmId vm = world.on(1).getFirst();
        world.at(1).end(vm, EndCause.CRASHED);
        world.run(2_000);
        shows(failover(Verdict.VM_ENDED).evidence(), Message.SEEN_VM_ENDED);
    }

    @Test
    void operator() {
        world.at(1).agent = false;
        world.at(1).managementCut = true;
        world.at(1).storageCut = true;
        world.at(1).watchdogArmed = false;
        world.at(1).bmcDead = true;
        world.run(3_000);
        world.at(1).powerOff();
        assertThat(world.request(new Request.ConfirmIsolation(World.host(1), "host1", "pulled the plug")))
                .isNull();
        world.run(2_000);
        Failover failover = failover(Verdict.OPERATOR);
        shows(failover.evidence(), Message.SEEN_REPORT_MISSED, Message.SEEN_PEER);
        assertThat(failover.rungs()).anySatisfy(rung -> {
            assertThat(rung.kind()).isEqualTo(Rung.Kind.OPERATOR);
            assertThat(rung.outcome()).isEqualTo(Rung.Outcome.PROVEN);
            assertThat(rung.arguments()).contains("tester");
        });
    }

    @Test
    void everyWayToAProofThatWasTriedIsKeptWithWhatCameOfIt() {
        world.at(1).bmcDead = true;
        world.at(1).powerOff();
        world.until(30_000, () -> world.on(2).size() + world.on(3).size() == 6);
        world.run(2_000);
        Failover failover = failover(Verdict.DEAD);
        assertThat(failover.open()).isFalse();
        assertThat(failover.rungs())
                .anySatisfy(rung -> {
                    assertThat(rung.kind()).isEqualTo(Rung.Kind.POWER_SEEN_OFF);
                    assertThat(rung.outcome()).isNotEqualTo(Rung.Outcome.PROVEN);
                    assertThat(rung.message()).isEqualTo(Message.RUNG_POWER_NO_ANSWER);
                })
                .anySatisfy(rung -> {
                    assertThat(rung.kind()).isEqualTo(Rung.Kind.LEASE_EXPIRED);
                    assertThat(rung.outcome()).isEqualTo(Rung.Outcome.PROVEN);
                });
        assertThat(failover.vms())
                .allSatisfy(outcome -> assertThat(outcome.proofs()).isNotEmpty());
    }

    /** Its BMC is dead and it has no watchdog: nothing proves anything. */
    private List<VmId> withoutAnyProof() {
        List<VmId> victims = world.on(1);
        world.at(1).watchdogArmed = false;
        world.run(1_000);
        world.at(1).bmcDead = true;
        world.at(1).powerOff();
        return victims;
    }

    private Waiting waits(VmId vm) {
        Recovery recovery = Objects.requireNonNull(world.state.recoveries().get(vm));
        return Objects.requireNonNull(recovery.waiting());
    }

    @Test
    void whoeverIsNotRestartedForWantOfAProofIsToldSo() {
        List<VmId> victims = withoutAnyProof();
        world.run(40_000);
        for (VmId vm : victims) {
            assertThat(waits(vm)).isEqualTo(new Waiting(Waiting.Reason.NO_PROOF, List.of("host1")));
            assertThat(world.state.alarms()).containsKey(Message.ALARM_VM_DOWN.name() + "/" + vm.value());
        }
        assertThat(failover(Verdict.DEAD).vms())
                .allSatisfy(outcome -> assertThat(outcome.result()).isEqualTo(VmOutcome.Result.WAITING));
        assertThat(world.sent(Command.StartVm.class))
                .as("nobody was started again")
                .hasSize(6);
        world.request(new Request.ConfirmIsolation(World.host(1), "host1", "pulled both feeds"));
        world.until(10_000, () -> victims.stream().allMatch(vm -> world.runningOn(vm) != null));
        assertThat(failover(Verdict.DEAD).open()).isFalse();
        assertThat(world.state.alarms()).doesNotContainKey(Message.ALARM_VM_DOWN.name() + "/vm1");
    }

    @Test
    void hostThatComesBackTakesTheReasonWithIt() {
        List<VmId> victims = world.on(1);
        world.at(1).watchdogArmed = false;
        world.run(1_000);
        world.at(1).bmcLying = true;
        world.at(1).bmcLies = PowerState.ERROR;
        world.at(1).managementCut = true;
        world.at(1).agent = false;
        world.run(60_000);
        assertThat(waits(victims.getFirst()).reason()).isEqualTo(Waiting.Reason.NO_PROOF);
        HostId host = World.host(1);
        world.at(1).managementCut = false;
        world.at(1).agent = true;
        world.run(20_000);
        assertThat(world.state.recoveries()).isEmpty();
        assertThat(victims).allMatch(vm -> world.runningOn(vm) != null);
        assertThat(world.state.alarms().values())
                .noneMatch(alarm -> alarm.message() == Message.ALARM_VM_DOWN)
                .noneMatch(alarm -> alarm.message() == Message.ALARM_HOST_DOWN
                        && alarm.subject().equals(host.value()));
    }
}
