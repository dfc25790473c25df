package io.holdfast.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Walks the health table of {@link Supervision} and the rows of {@link DatabaseWatch} that no whole pair is needed for. */
class SupervisionTest {

    private static final Position POSITION = new Position(PairModel.HISTORY, 100);

    private long nowNanos = 5_000_000_000L;
    private long seenMillis = 100;
    private Optional<String> lastLeader = Optional.empty();
    private SupervisionState state = SupervisionState.started("mn1", true, GaleraRecovery.PATIENCE, false, nowNanos);

    @Test
    void offersItselfOnlyAfterAllServicesWorkedForAWhileAndStopsAtOnce() {
        peer(report(true, "standby"));
        assertThat(allGood()).noneMatch(Action.WriteHealth.class::isInstance);
        later(Supervision.RETURN_AFTER);
        assertThat(tick()).contains(new Action.WriteHealth(true, "all services work"));
        assertThat(database(new DatabaseView.Stopped())).contains(new Action.WriteHealth(false, "not fit: database"));
    }

    @Test
    void offersItselfAtOnceWhenNobodyElseServes() {
        assertThat(allGood()).contains(new Action.WriteHealth(true, "all services work"));
    }

    @Test
    void aDatabaseOutsideThePrimaryComponentNeverServes() {
        fit();
        assertThat(database(answering(false, 1))).contains(new Action.WriteHealth(false, "not fit: database"));
    }

    @Test
    void oneMissedAnswerOfTheDatabaseIsForgivenTwoAreNot() {
        fit();
        assertThat(database(new DatabaseView.NoAnswer())).isEmpty();
        assertThat(database(new DatabaseView.NoAnswer())).contains(new Action.WriteHealth(false, "not fit: database"));
    }

    @Test
    void aHungDatabaseIsEndedAndAStoppedOneReadAtOnce() {
        fit();
        database(new DatabaseView.NoAnswer());
        later(DatabaseWatch.HUNG_AFTER);
        assertThat(database(new DatabaseView.NoAnswer())).contains(new Action.EndAndReadPosition());
        assertThat(read(Optional.of(POSITION)))
                .contains(new Action.StartDatabase(StartMode.JOIN, Optional.of(POSITION)));
    }

    @Test
    void aDatabaseThatDiesBesideAServingPeerComesBackWithoutItsSavedView() {
        peer(report(true, "leader"));
        database(new DatabaseView.Stopped());
        assertThat(read(Optional.of(POSITION)))
                .contains(new Action.StartDatabase(StartMode.JOIN_PEER, Optional.of(POSITION)));
    }

    @Test
    void aDatabaseThatDiesBesideAServingPeerStaysAwayUntilThatOneLeads() {
        fit();
        peer(report(true, "standby"));
        database(new DatabaseView.Stopped());
        assertThat(read(Optional.of(POSITION))).noneMatch(Action.StartDatabase.class::isInstance);
        later(DatabaseWatch.REST.minusMillis(1));
        assertThat(tick()).noneMatch(Action.StartDatabase.class::isInstance);
        later(Duration.ofMillis(1));
        assertThat(tick()).contains(new Action.StartDatabase(StartMode.JOIN_PEER, Optional.of(POSITION)));
    }

    @Test
    void aDatabaseThatRestsIsStartedAtOnceWhenThePeerServesNoMore() {
        fit();
        peer(report(true, "standby"));
        database(new DatabaseView.Stopped());
        read(Optional.of(POSITION));
        assertThat(peer(report(false, "standby")))
                .contains(new Action.StartDatabase(StartMode.JOIN, Optional.of(POSITION)));
    }

    @Test
    void anUnreadableCopyIsReplacedOnlyWhileThePeerIsPrimary() {
        assertThat(database(new DatabaseView.Stopped())).contains(new Action.EndAndReadPosition());
        assertThat(read(Optional.empty())).noneMatch(Action.StartDatabase.class::isInstance);
        assertThat(peer(report(false, "standby"))).noneMatch(Action.StartDatabase.class::isInstance);
        assertThat(peer(report(true, "leader")))
                .contains(new Action.StartDatabase(StartMode.FULL_COPY, Optional.empty()));
    }

    @Test
    void aStalePeerReportDecidesNothing() {
        database(new DatabaseView.Stopped());
        peer(report(true, "leader"));
        later(GaleraRecovery.FRESH.plusMillis(1));
        assertThat(read(Optional.empty())).noneMatch(Action.StartDatabase.class::isInstance);
    }

    @Test
    void aReceivedCopyIsFlushedOnceSyncedAndAgainUntilItSucceeds() {
        assertThat(database(answering(true, 3))).doesNotContain(new Action.MakeDurable());
        List<Action> synced = new ArrayList<>(database(answering(true, 4)));
        assertThat(synced).contains(new Action.MakeDurable());
        assertThat(database(answering(true, 4))).doesNotContain(new Action.MakeDurable());
        step(new Observation.MadeDurable(false, nowNanos));
        assertThat(database(answering(true, 4))).contains(new Action.MakeDurable());
        step(new Observation.MadeDurable(true, nowNanos));
        assertThat(database(answering(true, 4))).doesNotContain(new Action.MakeDurable());
        database(answering(true, 1));
        assertThat(database(answering(true, 4))).as("joined again").contains(new Action.MakeDurable());
    }

    @Test
    void aDatabaseThatDiesAgainAndAgainIsLeftAloneForAWhile() {
        int reads = 0;
        for (int death = 0; death < 10; death++) {
            reads += database(new DatabaseView.Stopped()).contains(new Action.EndAndReadPosition()) ? 1 : 0;
            read(Optional.of(POSITION));
            later(DatabaseWatch.APPEARS_WITHIN);
        }
        assertThat(reads).isEqualTo(FlapLimit.MOST);
        assertThat(alarms()).contains(Alarms.Code.SERVICE_FLAPPING);
        later(FlapLimit.WINDOW);
        assertThat(database(new DatabaseView.Stopped())).contains(new Action.EndAndReadPosition());
    }

    @Test
    void managerAndConsoleInOneProcessAreRestartedOnce() {
        fit();
        assertThat(service(Service.MANAGER, ProbeOutcome.GONE)).contains(new Action.Restart(Service.MANAGER));
        assertThat(service(Service.CONSOLE, ProbeOutcome.GONE)).isEmpty();
    }

    @Test
    void aConsoleThatFailsBesideAWorkingManagerRestartsTheirProcess() {
        fit();
        service(Service.CONSOLE, ProbeOutcome.SILENT);
        service(Service.CONSOLE, ProbeOutcome.SILENT);
        assertThat(service(Service.CONSOLE, ProbeOutcome.SILENT)).contains(new Action.Restart(Service.MANAGER));
        assertThat(service(Service.MANAGER, ProbeOutcome.REFUSED)).noneMatch(Action.Restart.class::isInstance);
    }

    @Test
    void aNodeThatIsNotFitKeepsTheVipUntilThePeerIs() {
        fit();
        later(SupervisionState.SETTLE);
        step(new Observation.VipSeen(true, nowNanos));
        peer(report(false, "standby"));
        database(new DatabaseView.Stopped());
        assertThat(state.fit()).isFalse();
        assertThat(state.vip().healthy()).as("nobody else could serve").isTrue();
        peer(report(true, "standby"));
        assertThat(state.vip().healthy()).isFalse();
    }

    @Test
    void theVipStaysWhileNobodyLeads() {
        fit();
        step(new Observation.VipSeen(true, nowNanos));
        manager("standby", Optional.empty(), false);
        database(answering(true, 4));
        later(Supervision.ELSEWHERE_AFTER.multipliedBy(3));
        assertThat(tick()).as("peer silent, the database still counts three").isEmpty();
        peer(report(true, "standby"));
        later(Supervision.ELSEWHERE_AFTER.multipliedBy(3));
        assertThat(tick()).as("peer a standby too").isEmpty();
        assertThat(state.vip().healthy()).isTrue();
    }

    @Test
    void whoGetsTheVipOfADeadLeaderKeepsItThoughTheRowStillNamesThatOne() {
        fit();
        peer(report(true, "leader"));
        later(Duration.ofMillis(600));
        seenMillis = 600;
        step(new Observation.VipSeen(true, nowNanos));
        for (int look = 0; look < 10; look++) {
            manager("standby", Optional.of("mn2"), false);
            database(answering(true, 4));
            later(Duration.ofMillis(100));
            seenMillis += 100;
        }
        assertThat(state.vip().healthy()).isTrue();
    }

    @Test
    void theLeaderKeepsTheVipWhateverAnOlderReportSays() {
        fit();
        step(new Observation.VipSeen(true, nowNanos));
        manager("leader");
        peer(report(true, "leader"));
        later(Supervision.ELSEWHERE_AFTER.multipliedBy(3));
        assertThat(tick()).isEmpty();
    }

    @Test
    void aHandOverMovesTheVipAtOnceIfThePeerCanTakeIt() {
        fit();
        step(new Observation.VipSeen(true, nowNanos));
        peer(report(false, "standby"));
        assertThat(manager("standby", Optional.empty(), true)).isEmpty();
        assertThat(peer(report(true, "standby")))
                .contains(new Action.WriteHealth(false, "the leader is on the other node"));
    }

    @Test
    void aHungManagerLosesTheVipAsSoonAsThePeerLeads() {
        fit();
        step(new Observation.VipSeen(true, nowNanos));
        service(Service.MANAGER, ProbeOutcome.SILENT);
        peer(report(true, "leader"));
        later(Supervision.ELSEWHERE_AFTER);
        assertThat(tick()).contains(new Action.WriteHealth(false, "the leader is on the other node"));
    }

    @Test
    void aLeaderWhoseNodeCannotCarryTheVipIsAskedToHandOver() {
        fit();
        peer(report(true, "standby"));
        Action asked = new Action.HandOver("keepalived doesn't work here");
        assertThat(service(Service.KEEPALIVED, ProbeOutcome.GONE)).contains(asked);
        assertThat(tick()).doesNotContain(asked);
        later(Supervision.HAND_OVER_EVERY);
        peer(report(false, "standby"));
        assertThat(tick()).as("the peer could not lead").doesNotContain(asked);
        peer(report(true, "standby"));
        manager("standby");
        assertThat(tick()).as("it leads no more").doesNotContain(asked);
        manager("leader");
        assertThat(state.vip().handOverNanos()).contains(nowNanos);
    }

    @Test
    void aLeaderIsAskedToHandOverWhenTheVipStaysOnTheOtherNode() {
        fit();
        peer(holding(report(true, "standby")));
        assertThat(tick()).isEmpty();
        later(Supervision.STRANDED_AFTER);
        assertThat(peer(holding(report(true, "standby"))))
                .contains(new Action.HandOver("the VIP stays on the other node"));
    }

    @Test
    void theFlapLimitNeverLeavesTheVipWithoutANode() {
        for (int flap = 0; flap <= FlapLimit.MOST; flap++) {
            peer(report(true, "standby"));
            service(Service.MANAGER, ProbeOutcome.SILENT);
            service(Service.MANAGER, ProbeOutcome.SILENT);
            allGood();
            later(Supervision.RETURN_AFTER);
            peer(report(true, "standby"));
        }
        assertThat(state.vip().healthy()).as("the peer serves").isFalse();
        later(GaleraRecovery.FRESH);
        assertThat(tick()).contains(new Action.WriteHealth(true, "all services work"));
    }

    @Test
    void theVipFollowsTheLeader() {
        fit();
        step(new Observation.VipSeen(true, nowNanos));
        manager("standby");
        peer(report(true, "leader"));
        later(Supervision.ELSEWHERE_AFTER);
        manager("standby");
        assertThat(state.vip().healthy()).isFalse();
        assertThat(state.vip().cause()).contains("leader is on the other node");
        assertThat(step(new Observation.VipSeen(false, nowNanos)))
                .contains(new Action.WriteHealth(true, "all services work"));
    }

    @Test
    void aStandbyGivesUpAVipThatBothTookWhenOnlyTheArbiterSeesBoth() {
        fit();
        step(new Observation.VipSeen(true, nowNanos));
        manager("standby", Optional.of("mn2"), false);
        database(answering(true, 4));
        later(Supervision.ELSEWHERE_UNHEARD_AFTER);
        assertThat(tick()).contains(new Action.WriteHealth(false, "the leader is on the other node"));
        step(new Observation.VipSeen(false, nowNanos));
        later(Supervision.RETURN_AFTER);
        assertThat(tick()).as("it stays away").isEmpty();
        assertThat(manager("standby", Optional.empty(), false))
                .as("until nobody leads any more")
                .contains(new Action.WriteHealth(true, "all services work"));
    }

    @Test
    void whoHandedOverLongAgoKeepsTheVipOfALeaderThatDies() {
        fit();
        peer(report(true, "leader"));
        manager("standby", Optional.of("mn2"), true);
        later(Supervision.SEEN_LATELY.plusMillis(50));
        step(new Observation.VipSeen(true, nowNanos));
        manager("standby", Optional.of("mn2"), true);
        assertThat(database(answering(true, 4))).isEmpty();
        assertThat(state.vip().healthy()).isTrue();
    }

    @Test
    void aVipThatFollowsTheLeaderDoesNotFlap() {
        for (int move = 0; move <= FlapLimit.MOST; move++) {
            fit();
            step(new Observation.VipSeen(true, nowNanos));
            peer(report(true, "standby"));
            assertThat(manager("standby", Optional.empty(), true))
                    .contains(new Action.WriteHealth(false, "the leader is on the other node"));
            step(new Observation.VipSeen(false, nowNanos));
        }
        assertThat(state.vip().healthy()).isTrue();
    }

    @Test
    void aVipThatLeavesIsAnsweredForAMomentLonger() {
        fit();
        assertThat(database(new DatabaseView.Stopped())).noneMatch(Action.AnswerLate.class::isInstance);
        read(Optional.of(POSITION));
        fit();
        step(new Observation.VipSeen(true, nowNanos));
        assertThat(database(new DatabaseView.Stopped()))
                .containsSubsequence(
                        new Action.AnswerLate(Supervision.LATE_ANSWERS),
                        new Action.WriteHealth(false, "not fit: database"));
    }

    @Test
    void whoLedLastKeepsTheVipWhileTheArbiterIsToRelay() {
        outsideThePrimaryComponent(Optional.of("mn1"), true);
        assertThat(state.vip().healthy()).isTrue();
        later(Supervision.RELAY_WITHIN);
        assertThat(arbiter(true)).contains(new Action.WriteHealth(false, "not fit: database"));
    }

    @Test
    void whoLedLastAndIsCutOffFromTheArbiterTooGivesTheVipUp() {
        outsideThePrimaryComponent(Optional.of("mn1"), false);
        assertThat(state.vip().healthy()).isFalse();
    }

    @Test
    void aStandbyOutsideThePrimaryComponentGivesUpTheVipThatItTook() {
        outsideThePrimaryComponent(Optional.of("mn2"), true);
        assertThat(state.vip().healthy()).isFalse();
    }

    @Test
    void aStandbyThatHearsNobodyTakesTheVipOnceItLeads() {
        outsideThePrimaryComponent(Optional.of("mn2"), true);
        manager("standby");
        assertThat(database(answering(true, 4)))
                .as("the other one may lead, behind the cut")
                .isEmpty();
        assertThat(manager("leader")).contains(new Action.WriteHealth(true, "all services work"));
    }

    @Test
    void aStandbyThatHearsNobodyTakesTheVipInTheEndThoughItDoesNotLead() {
        outsideThePrimaryComponent(Optional.of("mn2"), true);
        manager("standby");
        database(answering(true, 4));
        later(Supervision.UNLED_AFTER);
        assertThat(tick()).contains(new Action.WriteHealth(true, "all services work"));
    }

    /** It holds the VIP, hears no peer, and its database has just left the primary component. */
    private void outsideThePrimaryComponent(Optional<String> ledLast, boolean arbiterAnswers) {
        peer(report(true, "standby"));
        fit();
        step(new Observation.VipSeen(true, nowNanos));
        later(GaleraRecovery.FRESH.plusMillis(1));
        lastLeader = ledLast;
        manager("standby");
        database(answering(true, 4));
        arbiter(arbiterAnswers);
        later(Duration.ofMillis(100));
        database(answering(false, 1));
    }

    private List<Action> arbiter(boolean answers) {
        return step(new Observation.EvidenceSeen(Evidence.ARBITER, answers, "", nowNanos));
    }

    @Test
    void aRestartedSupervisorDoesNotMoveTheVipForNothing() {
        state = SupervisionState.started("mn1", true, GaleraRecovery.PATIENCE, true, nowNanos);
        assertThat(tick()).isEmpty();
        allGood();
        later(SupervisionState.SETTLE);
        assertThat(tick()).isEmpty();
        state = SupervisionState.started("mn1", true, GaleraRecovery.PATIENCE, true, nowNanos);
        later(SupervisionState.SETTLE);
        assertThat(tick()).contains(new Action.WriteHealth(false, "not fit: manager, console, database"));
    }

    @Test
    void anOrderIsRefusedWhileThePeerIsPrimary() {
        database(new DatabaseView.Stopped());
        read(Optional.empty());
        peer(report(true, "leader"));
        assertThat(step(new Observation.OperatorOrder(nowNanos)))
                .noneMatch(Action.PromoteComponent.class::isInstance)
                .noneMatch(Action.EndAndReadPosition.class::isInstance);
    }

    @Test
    void anOrderPromotesASurvivorThatStillRuns() {
        database(answering(false, 0));
        assertThat(step(new Observation.OperatorOrder(nowNanos))).contains(new Action.PromoteComponent());
    }

    @Test
    void alarmsNameEachDegradedState() {
        fit();
        assertThat(alarms()).containsExactlyInAnyOrder(Alarms.Code.PEER_SILENT, Alarms.Code.NOT_DURABLE);
        step(new Observation.EvidenceSeen(Evidence.ARBITER, false, "", nowNanos));
        step(new Observation.EvidenceSeen(Evidence.GATEWAY, false, "", nowNanos));
        assertThat(alarms()).contains(Alarms.Code.PROBABLY_ISOLATED, Alarms.Code.ARBITER_SILENT);
        peer(report(true, "leader"));
        assertThat(alarms()).contains(Alarms.Code.VIP_NOWHERE).doesNotContain(Alarms.Code.PROBABLY_ISOLATED);
        database(new DatabaseView.Answering(true, true, 4, Optional.of(POSITION), 2, 0));
        assertThat(alarms()).contains(Alarms.Code.NO_SPARE_VOTE);
        assertThat(alarms()).doesNotContain(Alarms.Code.STANDBY_NOT_IN_SYNC);
        database(new DatabaseView.Answering(true, true, 2, Optional.of(POSITION), 3, 17));
        assertThat(alarms()).contains(Alarms.Code.STANDBY_NOT_IN_SYNC);
    }

    @Test
    void whatANodeTellsPeopleReachesTheOtherAndDoesNotDisturbTheReport() throws IOException {
        fit();
        later(Duration.ofSeconds(3));
        step(new Observation.EvidenceSeen(Evidence.ARBITER, false, "10.77.1.4:4567: C:\\refused\nhere", nowNanos));
        String told = ReportText.write(state.report(nowNanos)) + PeerDetails.write(state, nowNanos);

        assertThat(ReportText.read(told)).isEqualTo(state.report(nowNanos));
        PeerDetails read = PeerDetails.read(told, 5);
        assertThat(read.items())
                .contains(new PeerDetails.Item(
                        Watched.ARBITER, false, Duration.ZERO, "10.77.1.4:4567: C:\\refused here"));
        assertThat(read.alarms())
                .extracting(PeerDetails.Alarm::code)
                .containsExactlyElementsOf(Alarms.of(state, nowNanos).stream()
                        .map(Alarms.Alarm::label)
                        .toList());
        assertThat(PeerDetails.read("nonsense", 5)).isEqualTo(new PeerDetails(0, "", List.of(), List.of(), 5));
    }

    @Test
    void theStatusDocumentCarriesATimeForEveryItem() {
        fit();
        later(Duration.ofSeconds(3));
        String json = StatusDocument.items(state, nowNanos, Instant.parse("2026-11-24T01:00:10Z"));
        assertThat(json)
                .contains(
                        "{\"item\":\"database\",\"good\":true,",
                        "\"seenAt\":\"2026-11-24T01:00:06Z\",\"ageMillis\":4000}");
    }

    private void fit() {
        allGood();
        later(Supervision.RETURN_AFTER);
        tick();
        assertThat(state.vip().healthy()).isTrue();
    }

    private List<Action> allGood() {
        service(Service.KEEPALIVED, ProbeOutcome.GOOD);
        service(Service.CONSOLE, ProbeOutcome.GOOD);
        manager("leader");
        return database(answering(true, 4));
    }

    private List<Action> manager(String role) {
        return manager(role, Optional.empty(), false);
    }

    private List<Action> manager(String role, Optional<String> leader, boolean handedOver) {
        Optional<ManagerAnswer> answer =
                Optional.of(new ManagerAnswer(role, 3, leader, seenMillis, lastLeader, handedOver));
        return step(new Observation.ServiceSeen(Service.MANAGER, ProbeOutcome.GOOD, "", answer, nowNanos));
    }

    private List<Action> service(Service service, ProbeOutcome outcome) {
        return step(new Observation.ServiceSeen(service, outcome, "", Optional.empty(), nowNanos));
    }

    private List<Action> database(DatabaseView view) {
        return step(new Observation.DatabaseSeen(view, nowNanos));
    }

    private List<Action> read(Optional<Position> position) {
        return step(new Observation.PositionRead(position, nowNanos));
    }

    private List<Action> peer(PeerReport report) {
        return step(new Observation.PeerSeen(Optional.of(report), nowNanos, nowNanos));
    }

    private List<Action> tick() {
        return step(new Observation.Tick(nowNanos));
    }

    private List<Action> step(Observation observation) {
        Supervision.Step step = Supervision.step(state, observation);
        state = step.state();
        return step.actions().stream()
                .filter(action -> !(action instanceof Action.Note))
                .toList();
    }

    private List<Alarms.Code> alarms() {
        return Alarms.of(state, nowNanos).stream().map(Alarms.Alarm::code).toList();
    }

    private void later(Duration duration) {
        nowNanos += duration.toNanos();
    }

    private static DatabaseView answering(boolean primary, int localState) {
        return new DatabaseView.Answering(primary, primary, localState, Optional.of(POSITION), 3, 0);
    }

    private static PeerReport holding(PeerReport peer) {
        return new PeerReport(
                peer.name(),
                peer.fit(),
                true,
                peer.role(),
                peer.epoch(),
                peer.primary(),
                Duration.ZERO,
                false,
                peer.position());
    }

    private static PeerReport report(boolean primary, String role) {
        return new PeerReport(
                "mn2", primary, false, Optional.of(role), 3, primary, Duration.ZERO, false, Optional.of(POSITION));
    }
}
