package io.holdfast.core;

import static io.holdfast.core.Script.A;
import static io.holdfast.core.Script.B;
import static io.holdfast.core.Script.H1;
import static io.holdfast.core.Script.H2;
import static io.holdfast.core.Script.VM;
import static io.holdfast.core.Script.seen;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.Hello;
import io.holdfast.core.health.HostFacts;
import io.holdfast.core.health.LeaseObservation;
import io.holdfast.core.health.PeerAnswer;
import io.holdfast.core.health.PlaneState;
import io.holdfast.core.health.PowerState;
import io.holdfast.core.health.SlotVm;
import io.holdfast.core.health.VmState;
import io.holdfast.core.health.VmStatus;
import io.holdfast.core.placement.Placement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is a proof and what is not, event by event (safety argument, sections 3 and 4). */
class IsolationTest {
    private final Script script = new Script(true);

    private void silence(List<LeaseObservation> seen, int rounds) {
        for (int round = 0; round < rounds; round++) {
            script.onlookers(seen);
        }
    }

    @Test
    void everyWritableDiskNeedsItsProof() {
        silence(List.of(seen(A, 3, 15_000, true), seen(B, 3, 14_999, true)), 20);
        assertThat(script.proven()).isFalse();
        silence(List.of(seen(A, 3, 15_500, true), seen(B, 3, 15_000, true)), 1);
        assertThat(script.restarted()).isTrue();
    }

    @Test
    void leaseOfAnotherGenerationSaysNothing() {
        silence(List.of(seen(A, 2, 60_000, true), seen(B, 2, 60_000, true)), 20);
        assertThat(script.proven()).isFalse();
    }

    @Test
    void observerThatLostItsOwnLeaseSaysNothing() {
        silence(List.of(seen(A, 3, 60_000, false), seen(B, 3, 60_000, false)), 20);
        assertThat(script.proven()).isFalse();
    }

    @Test
    void observerWithAnOlderValueSaysNothing() {
        LeaseObservation newer =
                new LeaseObservation(B, H1, 3, 101, 100, true, PlaneState.OK, PlaneState.OK, 0, List.of());
        silence(List.of(seen(A, 3, 60_000, true), seen(B, 3, 60_000, true), newer), 10);
        silence(List.of(newer, seen(A, 3, 60_000, true), seen(B, 3, 60_000, true)), 10);
        assertThat(script.proven()).isFalse();
    }

    @Test
    void expiredLeaseWithoutWatchdogIsNoProof() {
        Script without = new Script(false);
        for (int round = 0; round < 40; round++) {
            without.onlookers(List.of(seen(A, 3, 60_000, true), seen(B, 3, 60_000, true)));
        }
        assertThat(without.proven()).isFalse();
    }

    @Test
    void laterGenerationInTheSlotProvesThatTheRunWasReaped() {
        LeaseObservation later =
                new LeaseObservation(A, H1, 4, 1, 10, true, PlaneState.OK, PlaneState.OK, 0, List.of());
        silence(List.of(later, seen(B, 3, 100, true)), 6);
        assertThat(script.restarted()).isTrue();
    }

    @Test
    void slotThatShowsTheRunEndedIsAProof() {
        LeaseObservation slot = new LeaseObservation(
                A, H1, 3, 100, 10, true, PlaneState.OK, PlaneState.OK, 0, List.of(new SlotVm(VM, 7, true)));
        silence(List.of(slot), 6);
        assertThat(script.restarted()).isTrue();
    }

    @Test
    void oneReadThatSaysOffIsNotEnough() {
        silence(List.of(), 3);
        script.answer(PowerState.OFF);
        assertThat(script.proven()).isFalse();
        script.answer(PowerState.ON);
        silence(List.of(), 3);
        script.answer(PowerState.OFF);
        assertThat(script.proven()).as("a row of two, not two of three").isFalse();
        script.answer(PowerState.OFF);
        assertThat(script.restarted()).isTrue();
    }

    @Test
    void answerOfAPeerAfterTheFirstReadContradictsTheBmc() {
        silence(List.of(), 3);
        script.answer(PowerState.OFF);
        Command.ProbePeer probe = script.commands.stream()
                .filter(command ->
                        command instanceof Command.ProbePeer ask && ask.target().equals(H1))
                .map(Command.ProbePeer.class::cast)
                .reduce((first, second) -> second)
                .orElseThrow();
        script.millis += 10;
        script.feed(new Event.PeerProbed(script.now(), probe.host(), H1, probe.operation(), PeerAnswer.REFUSED));
        script.answer(PowerState.OFF);
        assertThat(script.proven()).isFalse();
    }

    @Test
    void answersToQuestionsOfBeforeTheSuspicionDoNotCount() {
        silence(List.of(), 3);
        Command.ReadPower old = script.lastRead();
        script.report(H1, List.of(), List.of(new VmStatus(VM, 7, VmState.RUNNING, EndCause.NONE, "")), true);
        silence(List.of(), 3);
        script.feed(new Event.PowerRead(script.now(), H1, old.operation(), PowerState.OFF, ""));
        script.answer(PowerState.OFF);
        assertThat(script.proven()).isFalse();
    }

    @Test
    void newBootProvesTheEndOfTheOlderOne() {
        script.feed(new Event.HostConnected(script.now(), H1, new Hello("boot-later", 1, "1", 0, 8, 64L << 30, "KVM")));
        assertThat(script.proven()).isTrue();
    }

    private void otherLeaderKnowsBoot(String boot) {
        script.feed(new Event.LostLeadership(script.now()));
        Durable was = script.state.durable();
        List<HostFacts> facts = was.facts().stream()
                .map(each -> each.host().equals(H1)
                        ? new HostFacts(H1, boot, 8, 64L << 30, "KVM", "1", true, 6000, List.of())
                        : each)
                .toList();
        script.state = script.state.reload(new Durable(
                was.epoch(),
                was.cluster(),
                was.hosts(),
                facts,
                was.datastores(),
                was.vms(),
                was.rules(),
                was.placements().stream()
                        .map(each -> Placement.of(VM, 7, H1, boot, each.generations(), List.of()))
                        .toList(),
                was.failovers(),
                was.recoveries(),
                was.moves(),
                was.hostWork(),
                was.alarms()));
    }

    /** Found by the simulator: the VM was started a second time. */
    @Test
    void leaderThatMissedARebootDoesNotTakeTheBootBeforeForALaterOne() {
        otherLeaderKnowsBoot("boot-later");
        script.feed(new Event.BecameLeader(script.now(), 6));
        assertThat(script.proven()).isFalse();
        script.feed(new Event.HostConnected(script.now(), H1, new Hello("boot-later", 1, "1", 0, 8, 64L << 30, "KVM")));
        assertThat(script.proven()).isFalse();
    }

    @Test
    void rebootThatOnlyTheStandbyHeardOfIsProvenByTheHostsNextWord() {
        otherLeaderKnowsBoot("boot-before");
        script.feed(new Event.BecameLeader(script.now(), 6));
        assertThat(script.proven()).isFalse();
        script.report(H1, List.of(), List.of(), true);
        assertThat(script.proven()).isTrue();
    }

    @Test
    void agentsWordAboutAnotherRunEndsNothing() {
        script.report(
                H1,
                List.of(),
                List.of(
                        new VmStatus(VM, 6, VmState.ENDED, EndCause.CRASHED, ""),
                        new VmStatus(VM, 7, VmState.RUNNING, EndCause.NONE, "")),
                true);
        assertThat(script.proven()).isFalse();
        assertThat(script.commands)
                .anyMatch(command -> command instanceof Command.AcknowledgeEnded ack && ack.run() == 6);
    }

    @Test
    void anotherHostsWordEndsNothing() {
        script.report(H2, List.of(), List.of(new VmStatus(VM, 7, VmState.ENDED, EndCause.CRASHED, "")), true);
        assertThat(script.proven()).isFalse();
    }

    @Test
    void standbyFollowsButDecidesNothing() {
        script.feed(new Event.LostLeadership(script.now()));
        script.commands.clear();
        silence(List.of(seen(A, 3, 60_000, true), seen(B, 3, 60_000, true)), 20);
        assertThat(script.commands).isEmpty();
        assertThat(script.proven()).isFalse();
        Durable durable = script.state.durable();
        script.state = script.state.reload(durable);
        script.feed(new Event.BecameLeader(script.now(), 6));
        silence(List.of(seen(A, 3, 60_000, true), seen(B, 3, 60_000, true)), 1);
        assertThat(script.restarted()).as("one detection, not two").isTrue();
    }

    @Test
    void leaderThatStoodStillHearsItsQueueBeforeItSuspectsAnybody() {
        script.millis += 30_000;
        script.feed(new Event.Tick(script.now()));
        assertThat(script.state.health().values()).allMatch(health -> health.suspicion() == null);
    }

    @Test
    void epochIsNeverUsedTwice() {
        assertThatThrownBy(() -> script.feed(new Event.BecameLeader(script.now(), 5)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void placementIsNeverReplacedWithoutItsEnd() {
        Turn turn = new Turn(script.state, script.now());
        Placement live = script.state.placements().get(VM);
        Placement next = Placement.of(VM, 8, H2, "boot-h2", live.generations(), List.of());
        assertThatThrownBy(() -> turn.put(next)).isInstanceOf(IllegalStateException.class);
    }
}
