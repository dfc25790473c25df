package io.holdfast.core.arbiter;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.arbiter.ArbiterCandidate.Obstacle;
import io.holdfast.core.arbiter.ArbiterPlacement.Cause;
import io.holdfast.core.arbiter.ArbiterRule.Move;
import io.holdfast.core.arbiter.ArbiterRule.Outcome;
import io.holdfast.core.arbiter.ArbiterRule.Seen;
import io.holdfast.core.inventory.HostId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The rule over time, with nobody's clock: each look is a second after the one before. */
class ArbiterRuleTest {
    private static final long SECOND = 1_000_000_000L;
    private static final ArbiterPlacement.Group GROUP =
            new ArbiterPlacement.Group(List.of("10.0.0.1:4567", "10.0.0.2:4567"), "holdfast", "");
    private static final int BOTH = 2;
    private static final int ALL = 3;
    private static final int ONE_MORE = 4;
    private static final String MACHINE = "10.0.0.3";

    private final List<ArbiterCandidate> hosts = new ArrayList<>(List.of(host("a"), host("b"), host("c")));
    private ArbiterPlacement placement =
            new ArbiterPlacement(4, new HostId("a"), "a", "10.0.1.1", GROUP, Cause.ASKED, "", 0, "");
    private ArbiterRule rule = ArbiterRule.BEGIN;
    private boolean pair = true;
    private boolean settingUp;
    private boolean bothPrimary = true;
    private long now = 1_000 * SECOND;

    private static ArbiterCandidate host(String name) {
        return new ArbiterCandidate(
                new HostId(name), name, "10.0.1." + name, true, false, true, true, false, false, false);
    }

    private void change(int at, boolean reporting, boolean dead, boolean enabled, boolean degraded) {
        ArbiterCandidate before = hosts.get(at);
        hosts.set(
                at,
                new ArbiterCandidate(
                        before.host(),
                        before.name(),
                        before.address(),
                        reporting,
                        dead,
                        enabled,
                        before.installed(),
                        before.onNode(),
                        degraded,
                        before.running()));
    }

    private Outcome look(int members) {
        now += SECOND;
        Outcome outcome = rule.step(placement, new Seen(now, pair, settingUp, bothPrimary, members, hosts));
        rule = outcome.next();
        outcome.move().ifPresent(this::done);
        return outcome;
    }

    private void done(Move move) {
        ArbiterCandidate to = move.to();
        placement = to == null
                ? move.cause() == Cause.HOME_BACK ? placement.movedHome(0) : placement.withdrawn(move.cause(), 0)
                : placement.movedTo(to.host(), to.name(), to.address(), move.cause(), 0);
    }

    /** Looks so often, or until something is done. */
    private Optional<Move> look(int members, int seconds) {
        for (int second = 0; second < seconds; second++) {
            Outcome outcome = look(members);
            if (outcome.move().isPresent()) {
                return outcome.move();
            }
        }
        return Optional.empty();
    }

    @Test
    void anArbiterThatIsCountedStaysWhateverItsHostShows() {
        change(0, false, true, true, true);
        assertThat(look(ALL, 1_000)).isEmpty();
        assertThat(look(ALL).vote()).isTrue();
    }

    @Test
    void aDeadHostsArbiterIsMovedWithinTwoSecondsOfItsVotesLoss() {
        look(ALL);
        change(0, false, true, true, false);
        Move move = look(BOTH, 2).orElseThrow();
        assertThat(move.cause()).isEqualTo(Cause.HOST_DEAD);
        assertThat(placement.hostName()).isEqualTo("b");
        assertThat(placement.generation()).isEqualTo(5);
        assertThat(placement.fromName()).isEqualTo("a");
    }

    @Test
    void aVoteThatIsMissingForLongIsSetUpOnAnotherHostAndNotSooner() {
        look(ALL);
        assertThat(look(BOTH, 12)).isEmpty();
        assertThat(look(BOTH).vote()).isFalse();
        assertThat(placement.hostName()).isEqualTo("b");
        assertThat(placement.cause()).isEqualTo(Cause.NOT_COUNTED);
    }

    @Test
    void aShortAbsenceMovesNothing() {
        for (int round = 0; round < 10; round++) {
            assertThat(look(BOTH, 12)).isEmpty();
            look(ALL);
        }
    }

    @Test
    void nothingIsDoneUnlessBothDatabasesAreInThePrimaryComponent() {
        look(ALL);
        bothPrimary = false;
        change(0, false, true, false, false);
        assertThat(look(BOTH, 1_000)).isEmpty();
        bothPrimary = true;
        assertThat(look(BOTH, 1))
                .as("what was seen before counts for nothing")
                .isEqualTo(Optional.of(new Move(hosts.get(1), Cause.HOST_WORK)));
    }

    @Test
    void theTimeBeforeTheOtherNodeWasBackCountsForNothing() {
        look(ALL);
        look(BOTH, 11);
        bothPrimary = false;
        look(BOTH, 60);
        bothPrimary = true;
        assertThat(look(BOTH, 11)).isEmpty();
    }

    @Test
    void itLeavesAHostThatIsWorkedOnAtOnce() {
        look(ALL);
        change(0, true, false, false, false);
        assertThat(look(ALL, 1).orElseThrow().cause()).isEqualTo(Cause.HOST_WORK);
    }

    @Test
    void aHostThatIsWorkedOnAndCannotBeToldKeepsItWhileItsVoteCounts() {
        look(ALL);
        change(0, false, false, false, false);
        assertThat(look(ALL, 100)).isEmpty();
        assertThat(look(BOTH, 1).orElseThrow().cause()).isEqualTo(Cause.HOST_WORK);
    }

    @Test
    void theNewOneHasTimeAndAHostThatFailedIsTakenLast() {
        look(ALL);
        look(BOTH, 13);
        assertThat(placement.hostName()).isEqualTo("b");
        assertThat(look(BOTH, 20)).as("it may start").isEmpty();
        look(BOTH, 5);
        assertThat(placement.hostName()).isEqualTo("c");
        look(BOTH, 25);
        assertThat(placement.hostName()).as("all have failed: the first again").isEqualTo("a");
    }

    @Test
    void withoutAnyHostThatCanTakeItItStaysAndThatIsSaid() {
        look(ALL);
        change(1, true, false, false, false);
        change(2, false, false, true, false);
        change(0, false, true, true, false);
        for (int second = 0; second < 100; second++) {
            Outcome outcome = look(BOTH);
            assertThat(outcome.move()).isEmpty();
            assertThat(outcome.stuck()).isEqualTo(second >= 1);
        }
        change(2, true, false, true, false);
        assertThat(look(BOTH, 1)).isPresent();
        assertThat(placement.hostName()).isEqualTo("c");
    }

    @Test
    void aSoundHostComesBeforeADegradedOneAndTheNameDecidesTheRest() {
        change(1, true, false, true, true);
        look(ALL);
        look(BOTH, 13);
        assertThat(placement.hostName()).isEqualTo("c");
    }

    @Test
    void neitherNodesMachineNorOneWithoutTheProgramIsTaken() {
        ArbiterCandidate onNode =
                new ArbiterCandidate(new HostId("b"), "b", "10.0.0.1", true, false, true, true, true, false, false);
        ArbiterCandidate without =
                new ArbiterCandidate(new HostId("c"), "c", "10.0.1.3", true, false, true, false, false, false, false);
        assertThat(onNode.obstacle()).contains(Obstacle.ON_NODE);
        assertThat(without.obstacle()).contains(Obstacle.NOT_INSTALLED);
        hosts.set(1, onNode);
        hosts.set(2, without);
        look(ALL);
        assertThat(look(BOTH, 100)).isEmpty();
    }

    @Test
    void withoutAPairItIsWithdrawnButNotWhileOneIsSetUp() {
        pair = false;
        settingUp = true;
        assertThat(look(0, 100)).isEmpty();
        settingUp = false;
        assertThat(look(0, 6)).isEmpty();
        assertThat(look(0, 1).orElseThrow().cause()).isEqualTo(Cause.NO_PAIR);
        assertThat(placement.placed()).isFalse();
        assertThat(look(0, 100)).isEmpty();
    }

    @Test
    void whatTheFormerLeaderSawDoesNotCountForANewOne() {
        look(ALL);
        look(BOTH, 11);
        rule = ArbiterRule.BEGIN;
        assertThat(look(BOTH, 12)).isEmpty();
        assertThat(look(BOTH, 1)).isPresent();
    }

    private void onMachine() {
        placement = ArbiterPlacement.onMachine(4, MACHINE, GROUP);
        look(ALL);
    }

    /** A host stands in for the machine, and is counted. */
    private void onHostForMachine() {
        onMachine();
        look(BOTH, 13);
        assertThat(placement.hostName()).isEqualTo("a");
        look(ALL);
    }

    /** An agent says that an arbiter runs there. */
    private void runs(int at, boolean running) {
        ArbiterCandidate before = hosts.get(at);
        hosts.set(
                at,
                new ArbiterCandidate(
                        before.host(),
                        before.name(),
                        before.address(),
                        before.reporting(),
                        before.dead(),
                        before.enabled(),
                        before.installed(),
                        before.onNode(),
                        before.degraded(),
                        running));
    }

    @Test
    void oneOnAMachineThatIsCountedStaysThere() {
        onMachine();
        assertThat(look(ALL, 1_000)).isEmpty();
        assertThat(look(ALL).vote()).isTrue();
        assertThat(look(ONE_MORE, 1_000)).isEmpty();
    }

    @Test
    void aMachineWhoseVoteIsMissingForLongIsStoodInForByAHostAndNotSooner() {
        onMachine();
        assertThat(look(BOTH, 12)).isEmpty();
        assertThat(look(BOTH).vote()).isFalse();
        assertThat(placement.hostName()).isEqualTo("a");
        assertThat(placement.cause()).isEqualTo(Cause.NOT_COUNTED);
        assertThat(placement.fromName()).isEqualTo(MACHINE);
        assertThat(placement.home()).isEqualTo(MACHINE);
    }

    @Test
    void aMachineIsStoodInForOnlyWhileBothDatabasesArePrimary() {
        onMachine();
        bothPrimary = false;
        assertThat(look(BOTH, 1_000)).isEmpty();
        bothPrimary = true;
        assertThat(look(BOTH, 12)).as("what was seen before counts for nothing").isEmpty();
        assertThat(look(BOTH, 1)).isPresent();
    }

    @Test
    void theMachinesOwnAgentIsNotAskedToStandInForIt() {
        placement = ArbiterPlacement.onMachine(4, hosts.getFirst().address(), GROUP);
        look(ALL);
        look(BOTH, 13);
        assertThat(placement.hostName()).isEqualTo("b");
    }

    @Test
    void withoutAnyHostThatCanStandInThatIsSaid() {
        hosts.clear();
        onMachine();
        look(BOTH, 12);
        assertThat(look(BOTH).stuck()).isTrue();
        assertThat(look(ALL).stuck()).isFalse();
    }

    @Test
    void theHostGivesWayWhenTheMachineIsCountedAgain() {
        onHostForMachine();
        assertThat(look(ONE_MORE, 5)).isEmpty();
        Move move = look(ONE_MORE, 1).orElseThrow();
        assertThat(move).isEqualTo(new Move(null, Cause.HOME_BACK));
        assertThat(placement.atHome()).isTrue();
        assertThat(placement.address()).isEqualTo(MACHINE);
        assertThat(look(ALL, 1_000)).isEmpty();
    }

    @Test
    void theHostDoesNotGiveWayWhileThreeAreCounted() {
        onHostForMachine();
        assertThat(look(ALL, 1_000)).isEmpty();
        for (int round = 0; round < 10; round++) {
            assertThat(look(ONE_MORE, 5)).as("a fourth for a short time").isEmpty();
            look(ALL);
        }
    }

    @Test
    void theHostDoesNotGiveWayToAnotherHostsFormerArbiter() {
        onHostForMachine();
        runs(0, true);
        runs(1, true);
        assertThat(look(ONE_MORE, 100)).isEmpty();
        runs(1, false);
        assertThat(look(ONE_MORE, 6)).isPresent();
    }

    @Test
    void whatASilentAgentSaidLastDoesNotKeepTheHostFromGivingWay() {
        onHostForMachine();
        runs(1, true);
        change(1, false, true, true, false);
        assertThat(look(ONE_MORE, 6)).isPresent();
    }

    @Test
    void theHostDoesNotGiveWayForWhatWasSeenBeforeALookWithoutBothDatabases() {
        onHostForMachine();
        look(ONE_MORE, 5);
        bothPrimary = false;
        assertThat(look(ONE_MORE, 100)).isEmpty();
        bothPrimary = true;
        assertThat(look(ONE_MORE, 5)).isEmpty();
        assertThat(look(ONE_MORE, 1)).isPresent();
    }

    @Test
    void fourMembersNeverEndOneThatBelongsOnItsHost() {
        look(ALL);
        assertThat(look(ONE_MORE, 1_000)).isEmpty();
    }

    @Test
    void aHostThatStandsInIsReplacedLikeAnyOtherAndTheMachineStaysItsHome() {
        onHostForMachine();
        change(0, true, false, false, false);
        assertThat(look(ALL, 1).orElseThrow().cause()).isEqualTo(Cause.HOST_WORK);
        assertThat(placement.hostName()).isEqualTo("b");
        assertThat(placement.home()).isEqualTo(MACHINE);
        assertThat(look(ONE_MORE, 6).orElseThrow().cause()).isEqualTo(Cause.HOME_BACK);
    }

    @Test
    void ifTheFourthWasNotTheMachineAHostGetsItAgain() {
        onHostForMachine();
        look(ONE_MORE, 6);
        assertThat(look(BOTH, 20)).as("it has time to be counted").isEmpty();
        assertThat(look(BOTH, 1).orElseThrow().cause()).isEqualTo(Cause.NOT_COUNTED);
    }

    @Test
    void oneThatAPersonHasEndedStaysEnded() {
        look(ALL);
        placement = placement.withdrawn(Cause.ASKED, 0);
        assertThat(look(BOTH, 1_000)).isEmpty();
        assertThat(look(BOTH).vote()).isNull();
    }

    @Test
    void withoutAPairItIsForgottenThatAPersonHadEndedItOrWhereItBelonged() {
        pair = false;
        for (ArbiterPlacement before : List.of(
                placement.withdrawn(Cause.ASKED, 0),
                placement.movedHome(0),
                ArbiterPlacement.onMachine(9, MACHINE, GROUP))) {
            placement = before;
            assertThat(look(0, 6)).isEmpty();
            assertThat(look(0, 1).orElseThrow().cause()).isEqualTo(Cause.NO_PAIR);
            assertThat(placement.home()).isEmpty();
            assertThat(look(0, 100)).isEmpty();
        }
    }
}
