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
        assertThat(on(new LeadershipEvent.Tick(millis(199)))).isEmpty();
        assertThat(on(new LeadershipEvent.Tick(millis(200)))).containsExactly(new LeadershipAction.ReadRow(2));
    }

    @Test
    void takesOnlyAfterTheBeatStoodStillForTheWholeLeaseSinceTheReadThatFirstShowedIt() {
        read(millis(0), OTHERS, millis(100));
        assertThat(read(millis(200), OTHERS, millis(1099))).isEmpty();
        assertThat(read(millis(1100), OTHERS, millis(1100)))
                .containsExactly(new LeadershipAction.TakeRow(4, OTHERS, new LeadershipRow("me", 8, 41)));
    }

    @Test
    void aBeatThatMovesStartsTheCountAgain() {
        read(millis(0), OTHERS, millis(10));
        read(millis(900), new LeadershipRow("other", 7, 41), millis(910));
        assertThat(read(millis(1800), new LeadershipRow("other", 7, 41), millis(1909)))
                .isEmpty();
        assertThat(read(millis(2000), new LeadershipRow("other", 7, 41), millis(2001)))
                .hasSize(1);
    }

    @Test
    void aRowOfThisVeryProcessIsWaitedForLikeAnybodysWhenItDoesNotLead() {
        read(millis(0), new LeadershipRow("me", 3, 1), millis(0));
        assertThat(read(millis(500), new LeadershipRow("me", 3, 1), millis(500)))
                .isEmpty();
        assertThat(state.mayAct(millis(500))).isFalse();
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
                .containsExactly(new LeadershipAction.RenewRow(4, "me", 8));
        on(new LeadershipEvent.Committed(4, millis(1500)));
        assertThat(state.mayAct(millis(1300 + 749))).isTrue();
        assertThat(state.mayAct(millis(1300 + 750))).isFalse();
    }

    @Test
    void anUncertainRenewalIsRepeatedWhileTheAgeGoesOn() {
        lead();
        on(new LeadershipEvent.Tick(millis(1300)));
        on(new LeadershipEvent.OutcomeUnknown(4, millis(1320)));
        assertThat(on(new LeadershipEvent.Tick(millis(1330))))
                .containsExactly(new LeadershipAction.RenewRow(5, "me", 8));
        assertThat(on(new LeadershipEvent.Tick(millis(1630)))).as("given up").isEmpty();
        assertThat(on(new LeadershipEvent.Tick(millis(1640))))
                .containsExactly(new LeadershipAction.RenewRow(6, "me", 8));
        assertThat(on(new LeadershipEvent.Tick(millis(1850))))
                .containsExactly(new LeadershipAction.EndActing(8, LeadershipEnd.NOT_RENEWED));
    }

    @Test
    void anAcknowledgementAfterThreeQuartersOfTheLeaseDoesNotReviveTheLeadership() {
        lead();
        on(new LeadershipEvent.Tick(millis(1300)));
        assertThat(on(new LeadershipEvent.Committed(4, millis(1900))))
                .containsExactly(new LeadershipAction.EndActing(8, LeadershipEnd.NOT_RENEWED));
        assertThat(state.epoch()).isEmpty();
    }

    @Test
    void aDeposedLeaderStops() {
        lead();
        on(new LeadershipEvent.Tick(millis(1300)));
        assertThat(on(new LeadershipEvent.ChangedNothing(4, millis(1310))))
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
        assertThat(on(new LeadershipEvent.Tick(millis(1150 + 1999)))).isEmpty();
        assertThat(on(new LeadershipEvent.Tick(millis(1150 + 2000)))).hasSize(1);
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
        read(millis(0), OTHERS, millis(100));
        List<LeadershipAction> actions = read(millis(1100), OTHERS, millis(1100));
        return ((LeadershipAction.TakeRow) actions.getFirst()).attempt();
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
