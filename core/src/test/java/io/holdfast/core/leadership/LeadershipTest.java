package io.holdfast.core.leadership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Walks the transition table of {@link Leadership}, row by row. */
class LeadershipTest {

    private static final LeadershipTerms TERMS =
            new LeadershipTerms(Duration.ofMillis(1000), Duration.ofMillis(200), Duration.ofMillis(300));
    private static final LeadershipRow OTHERS = new LeadershipRow("other", 7, 40);

    private Leadership state = Leadership.watching("me", TERMS, 0);

    @Test
    void aWatcherReadsWhenDueAndNotWhileARequestIsUnderWay() {
        assertThat(on(new LeadershipEvent.Tick(millis(0)))).containsExactly(new LeadershipAction.ReadRow(1));
        assertThat(on(new LeadershipEvent.Tick(millis(50)))).isEmpty();
        assertThat(on(new LeadershipEvent.RowRead(1, OTHERS, millis(60)))).isEmpty();
        assertThat(on(new LeadershipEvent.Tick(millis(66)))).isEmpty();
        assertThat(on(new LeadershipEvent.Tick(millis(67)))).containsExactly(new LeadershipAction.ReadRow(2));
    }

    @Test
    void takesOnlyAfterTheBeatStoodStillForTheWholeLeaseSinceTheReadThatFirstShowedIt() {
        watch(OTHERS, 100, 700);
        assertThat(read(millis(900), OTHERS, millis(1099))).isEmpty();
        assertThat(read(millis(1100), OTHERS, millis(1100)))
                .containsExactly(new LeadershipAction.TakeRow(7, OTHERS, new LeadershipRow("me", 8, 41)));
    }

    @Test
    void aCandidateThatWasBlindItselfLooksForTwoRenewalIntervalsMore() {
        read(millis(0), OTHERS, millis(100));
        assertThat(read(millis(200), OTHERS, millis(1300)))
                .as("the stall that kept it from reading may have kept the leader from renewing")
                .isEmpty();
        assertThat(read(millis(1500), OTHERS, millis(1500))).isEmpty();
        assertThat(read(millis(1700), OTHERS, millis(1700))).hasSize(1);
    }

    @Test
    void aBeatThatWasOnlyGlimpsedBeforeTheDatabaseStoodStillCountsFromThere() {
        read(millis(0), OTHERS, millis(0));
        LeadershipRow last = new LeadershipRow("other", 7, 41);
        assertThat(on(new LeadershipEvent.RowGlimpsed(last, millis(100)))).isEmpty();
        read(millis(200), last, millis(1300));
        assertThat(read(millis(1500), last, millis(1500))).isEmpty();
        assertThat(read(millis(1700), last, millis(1700)))
                .containsExactly(new LeadershipAction.TakeRow(5, last, new LeadershipRow("me", 8, 42)));
    }

    @Test
    void anOlderRowGlimpsedChangesNothing() {
        watch(OTHERS, 100, 700);
        LeadershipRow older = new LeadershipRow("other", 7, 39);
        for (long at = 750; at < 1100; at += 50) {
            assertThat(on(new LeadershipEvent.RowGlimpsed(older, millis(at)))).isEmpty();
        }
        assertThat(read(millis(900), OTHERS, millis(900))).isEmpty();
        assertThat(read(millis(1100), OTHERS, millis(1100))).hasSize(1);
    }

    @Test
    void nobodyTakesByGlimpsesAlone() {
        LeadershipRow free = new LeadershipRow("", 8, 1);
        for (long at = 0; at < 5000; at += 50) {
            assertThat(on(new LeadershipEvent.RowGlimpsed(at < 4000 ? OTHERS : free, millis(at))))
                    .isEmpty();
        }
    }

    @Test
    void whoGaveTheRowUpWatchesAgainAsSoonAsAnotherOneHasIt() {
        lead();
        on(new LeadershipEvent.StepDown(millis(1150)));
        on(new LeadershipEvent.Tick(millis(1151)));
        on(new LeadershipEvent.Committed(8, millis(1160)));
        on(new LeadershipEvent.RowGlimpsed(new LeadershipRow("me", 8, 44), millis(1170)));
        on(new LeadershipEvent.RowGlimpsed(new LeadershipRow("", 8, 45), millis(1180)));
        assertThat(on(new LeadershipEvent.Tick(millis(1190)))).isEmpty();
        on(new LeadershipEvent.RowGlimpsed(new LeadershipRow("other", 9, 46), millis(1200)));
        assertThat(on(new LeadershipEvent.Tick(millis(1210))))
                .hasExactlyElementsOfTypes(LeadershipAction.ReadRow.class);
    }

    @Test
    void aLeaderIsNotMovedByAGlimpse() {
        lead();
        assertThat(on(new LeadershipEvent.RowGlimpsed(new LeadershipRow("other", 9, 90), millis(1150))))
                .isEmpty();
        assertThat(state.epoch()).contains(8L);
    }

    @Test
    void aFreeRowIsTakenAtOnce() {
        LeadershipRow free = new LeadershipRow("", 7, 40);
        assertThat(read(millis(0), free, millis(10)))
                .containsExactly(new LeadershipAction.TakeRow(2, free, new LeadershipRow("me", 8, 41)));
    }

    @Test
    void aLeaderThatCouldNotRenewInTimeTakesItsOwnRowAnewWithoutWaiting() {
        lead();
        on(new LeadershipEvent.Tick(millis(1300)));
        assertThat(on(new LeadershipEvent.Tick(millis(1850))))
                .containsExactly(new LeadershipAction.EndActing(8, LeadershipEnd.NOT_RENEWED));
        LeadershipRow own = new LeadershipRow("me", 8, 44);
        assertThat(read(millis(1860), own, millis(2300)))
                .containsExactly(new LeadershipAction.TakeRow(10, own, new LeadershipRow("me", 9, 45)));
        assertThat(on(new LeadershipEvent.Committed(10, millis(2310))))
                .containsExactly(new LeadershipAction.BeginActing(9));
    }

    @Test
    void anOutcomeInDoubtEndsTheEpoch() {
        lead();
        assertThat(on(new LeadershipEvent.OutcomeInDoubt(7, millis(1150)))).isEmpty();
        assertThat(on(new LeadershipEvent.OutcomeInDoubt(8, millis(1160))))
                .containsExactly(new LeadershipAction.EndActing(8, LeadershipEnd.BEGINS_ANEW));
        assertThat(state.mayAct(millis(1160))).isFalse();
    }

    @Test
    void aBeatThatMovesStartsTheCountAgain() {
        read(millis(0), OTHERS, millis(10));
        LeadershipRow moved = new LeadershipRow("other", 7, 41);
        watch(moved, 910, 1510);
        assertThat(read(millis(1710), moved, millis(1909))).isEmpty();
        assertThat(read(millis(2000), moved, millis(2001))).hasSize(1);
    }

    @Test
    void aRowOfThisVeryProcessIsTakenAnewAndNotLedBy() {
        LeadershipRow own = new LeadershipRow("me", 3, 1);
        assertThat(read(millis(0), own, millis(0)))
                .containsExactly(new LeadershipAction.TakeRow(2, own, new LeadershipRow("me", 4, 2)));
        assertThat(state.mayAct(millis(0))).isFalse();
    }

    @Test
    void aRowOfAnotherProcessOfTheSameNodeIsWaitedFor() {
        assertThat(read(millis(0), new LeadershipRow("me/earlier", 3, 1), millis(0)))
                .isEmpty();
        assertThat(read(millis(500), new LeadershipRow("me/earlier", 3, 1), millis(500)))
                .isEmpty();
    }

    @Test
    void beginsToActOnceTheTakingIsCommitted() {
        assertThat(lead()).containsExactly(new LeadershipAction.BeginActing(8));
        assertThat(state.epoch()).contains(8L);
        assertThat(state.mayAct(millis(1100))).isTrue();
    }

    @Test
    void aTakingThatSomebodyForestalledOrThatIsUncertainLeadsNobody() {
        for (boolean forestalled : List.of(true, false)) {
            state = Leadership.watching("me", TERMS, 0);
            long take = take();
            assertThat(on(
                            forestalled
                                    ? new LeadershipEvent.ChangedNothing(take, millis(1110))
                                    : new LeadershipEvent.OutcomeUnknown(take, millis(1110))))
                    .isEmpty();
            assertThat(state.mayAct(millis(1110))).isFalse();
            assertThat(on(new LeadershipEvent.Committed(take, millis(1111))))
                    .as("answer that came after all")
                    .isEmpty();
            assertThat(state.mayAct(millis(1112))).isFalse();
        }
    }

    @Test
    void aTakingAcknowledgedTooLateLeadsNobody() {
        long take = take();
        assertThat(on(new LeadershipEvent.Committed(take, millis(1100 + 750)))).isEmpty();
        assertThat(state.mayAct(millis(1850))).isFalse();
    }

    @Test
    void aLeaderRenewsAndCountsFromTheStartOfTheRenewal() {
        lead();
        assertThat(on(new LeadershipEvent.Tick(millis(1300))))
                .containsExactly(new LeadershipAction.RenewRow(8, "me", 8));
        on(new LeadershipEvent.Committed(8, millis(1500)));
        assertThat(state.mayAct(millis(1300 + 749))).isTrue();
        assertThat(state.mayAct(millis(1300 + 750))).isFalse();
    }

    @Test
    void anUncertainRenewalIsRepeatedWhileTheAgeGoesOn() {
        lead();
        on(new LeadershipEvent.Tick(millis(1300)));
        on(new LeadershipEvent.OutcomeUnknown(8, millis(1320)));
        assertThat(on(new LeadershipEvent.Tick(millis(1330))))
                .containsExactly(new LeadershipAction.RenewRow(9, "me", 8));
        assertThat(on(new LeadershipEvent.Tick(millis(1630)))).as("given up").isEmpty();
        assertThat(on(new LeadershipEvent.Tick(millis(1640))))
                .containsExactly(new LeadershipAction.RenewRow(10, "me", 8));
        assertThat(on(new LeadershipEvent.Tick(millis(1850))))
                .containsExactly(new LeadershipAction.EndActing(8, LeadershipEnd.NOT_RENEWED));
    }

    @Test
    void anAcknowledgementAfterThreeQuartersOfTheLeaseDoesNotReviveTheLeadership() {
        lead();
        on(new LeadershipEvent.Tick(millis(1300)));
        assertThat(on(new LeadershipEvent.Committed(8, millis(1900))))
                .containsExactly(new LeadershipAction.EndActing(8, LeadershipEnd.NOT_RENEWED));
        assertThat(state.epoch()).isEmpty();
    }

    @Test
    void aDeposedLeaderStops() {
        lead();
        on(new LeadershipEvent.Tick(millis(1300)));
        assertThat(on(new LeadershipEvent.ChangedNothing(8, millis(1310))))
                .containsExactly(new LeadershipAction.EndActing(8, LeadershipEnd.DEPOSED));
        state = Leadership.watching("me", TERMS, 0);
        lead();
        assertThat(on(new LeadershipEvent.FoundDeposed(7, millis(1150))))
                .as("of an older epoch")
                .isEmpty();
        assertThat(on(new LeadershipEvent.FoundDeposed(8, millis(1160))))
                .containsExactly(new LeadershipAction.EndActing(8, LeadershipEnd.DEPOSED));
    }

    @Test
    void whoStepsDownStopsAtOnceAndLeavesTheOtherTimeToTakeOver() {
        lead();
        assertThat(on(new LeadershipEvent.StepDown(millis(1150))))
                .containsExactly(new LeadershipAction.EndActing(8, LeadershipEnd.STEPPED_DOWN));
        assertThat(on(new LeadershipEvent.Tick(millis(1151))))
                .as("only after it has stopped acting")
                .containsExactly(new LeadershipAction.ReleaseRow(8, "me", 8));
        on(new LeadershipEvent.Committed(8, millis(1160)));
        assertThat(on(new LeadershipEvent.Tick(millis(1150 + 1999)))).isEmpty();
        assertThat(on(new LeadershipEvent.Tick(millis(1150 + 2000))))
                .hasExactlyElementsOfTypes(LeadershipAction.ReadRow.class);
    }

    @Test
    void aReleaseWithoutAnAnswerIsRepeatedForTwoLeases() {
        lead();
        on(new LeadershipEvent.StepDown(millis(1150)));
        on(new LeadershipEvent.Tick(millis(1151)));
        on(new LeadershipEvent.OutcomeUnknown(8, millis(1200)));
        assertThat(on(new LeadershipEvent.Tick(millis(1210))))
                .containsExactly(new LeadershipAction.ReleaseRow(9, "me", 8));
        on(new LeadershipEvent.Tick(millis(1150 + 2000)));
        assertThat(on(new LeadershipEvent.Tick(millis(1150 + 2500))))
                .hasExactlyElementsOfTypes(LeadershipAction.ReadRow.class);
    }

    @Test
    void termsThatOneLostRenewalWouldBreakAreRefused() {
        assertThatThrownBy(() ->
                        new LeadershipTerms(Duration.ofMillis(1000), Duration.ofMillis(251), Duration.ofMillis(300)))
                .hasMessageContaining("above a quarter of the lease");
        assertThatThrownBy(() ->
                        new LeadershipTerms(Duration.ofMillis(1000), Duration.ofMillis(250), Duration.ofMillis(200)))
                .hasMessageContaining("below the renewal interval");
        assertThatThrownBy(() -> new LeadershipTerms(Duration.ZERO, Duration.ofMillis(1), Duration.ofMillis(200)))
                .hasMessageContaining("must be positive");
    }

    /** Watches {@link #OTHERS} until it may be taken at 1.1 s; the number of the taking. */
    private long take() {
        watch(OTHERS, 100, 900);
        List<LeadershipAction> actions = read(millis(1100), OTHERS, millis(1100));
        return ((LeadershipAction.TakeRow) actions.getFirst()).attempt();
    }

    /** Reads the row every 0.2 s from the first instant to the last, answered at once. */
    private void watch(LeadershipRow row, long firstMillis, long lastMillis) {
        for (long at = firstMillis; at <= lastMillis; at += 200) {
            read(millis(at), row, millis(at));
        }
    }

    private List<LeadershipAction> lead() {
        long take = take();
        return on(new LeadershipEvent.Committed(take, millis(1100)));
    }

    private List<LeadershipAction> read(long askedNanos, LeadershipRow row, long answeredNanos) {
        List<LeadershipAction> asked = on(new LeadershipEvent.Tick(askedNanos));
        return on(new LeadershipEvent.RowRead(
                ((LeadershipAction.ReadRow) asked.getFirst()).attempt(), row, answeredNanos));
    }

    private List<LeadershipAction> on(LeadershipEvent event) {
        Leadership.Step step = state.on(event);
        state = step.state();
        return step.actions();
    }

    private static long millis(long millis) {
        return millis * 1_000_000;
    }
}
