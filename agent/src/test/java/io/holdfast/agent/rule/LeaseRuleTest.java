package io.holdfast.agent.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.agent.rule.LeaseRule.Phase;
import org.junit.jupiter.api.Test;

class LeaseRuleTest {
    private static final long S = 1_000_000_000L;
    private static final LeaseTimes TIMES = LeaseTimes.standard();
    private static final LeaseRule HELD = LeaseRule.none(TIMES).begin(4, false).renewAcknowledged(4, 10 * S, 11 * S);

    @Test
    void ageCountsFromTheStartOfTheRenewalAndNotFromItsAcknowledgement() {
        assertThat(HELD.ageNanos(11 * S)).isEqualTo(S);
        assertThat(HELD.held(15 * S - 1)).isTrue();
        assertThat(HELD.held(15 * S)).isFalse();
        assertThat(HELD.lossNanos()).isEqualTo(15 * S);
    }

    @Test
    void aLateAcknowledgementNeverRevivesALostLease() {
        LeaseRule lost = HELD.tick(15 * S);
        assertThat(lost.phase()).isEqualTo(Phase.LOST);
        assertThat(lost.renewAcknowledged(4, 14 * S, 15 * S + 1).phase()).isEqualTo(Phase.LOST);
        assertThat(HELD.renewAcknowledged(4, 14 * S, 15 * S).phase())
                .as("the loss is noticed by the acknowledgement itself")
                .isEqualTo(Phase.LOST);
    }

    @Test
    void anAcknowledgementThatTookLongerThanTheLossTimeHoldsNothing() {
        LeaseRule beginning = LeaseRule.none(TIMES).begin(1, false);
        assertThat(beginning.renewAcknowledged(1, 0, 5 * S).phase()).isEqualTo(Phase.LOST);
    }

    @Test
    void anAcknowledgementOfAnotherGenerationOrAnOlderStartChangesNothing() {
        assertThat(HELD.renewAcknowledged(3, 12 * S, 12 * S)).isEqualTo(HELD);
        assertThat(HELD.renewAcknowledged(4, 9 * S, 12 * S)).isEqualTo(HELD);
        assertThat(HELD.renewAcknowledged(4, 12 * S, 12 * S).lastStartNanos()).isEqualTo(12 * S);
    }

    @Test
    void aNewGenerationBeginsOnlyAfterALossWithNoVmAliveAndWithAHigherNumber() {
        LeaseRule lost = HELD.tick(15 * S);
        assertThatThrownBy(() -> HELD.begin(5, false)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> lost.begin(5, true)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> lost.begin(4, false)).isInstanceOf(IllegalArgumentException.class);
        assertThat(lost.begin(5, false).held(15 * S)).isFalse();
        assertThat(lost.begin(5, false).renewAcknowledged(5, 16 * S, 16 * S).held(17 * S))
                .isTrue();
    }

    @Test
    void aRestartedAgentKeepsItsGenerationOnlyWhenTheAgeIsBelowTheLossTime() {
        assertThat(LeaseRule.restored(TIMES, 4, 10 * S, 15 * S - 1).phase()).isEqualTo(Phase.HELD);
        assertThat(LeaseRule.restored(TIMES, 4, 10 * S, 15 * S).phase()).isEqualTo(Phase.LOST);
    }

    @Test
    void aLostLeaseOwesTheKillAndNoFeedWhileAVmLivesAndNothingElse() {
        assertThat(HELD.duty(true, 14 * S)).isEqualTo(new LeaseRule.Duty(false, true));
        assertThat(HELD.duty(true, 15 * S)).isEqualTo(new LeaseRule.Duty(true, false));
        assertThat(HELD.duty(false, 15 * S)).isEqualTo(new LeaseRule.Duty(false, true));
        assertThat(LeaseRule.none(TIMES).duty(true, 0)).isEqualTo(new LeaseRule.Duty(true, false));
    }

    @Test
    void anObserverCountsFromTheEndOfTheFirstReadToTheStartOfTheLatest() {
        ObserverRule<String> first = ObserverRule.<String>unread().read("a", 10 * S, 11 * S);
        assertThat(first.unchangedNanos()).isZero();
        ObserverRule<String> later = first.read("a", 26 * S - 1, 27 * S);
        assertThat(later.unchangedNanos()).isEqualTo(15 * S - 1);
        assertThat(later.expired(TIMES, true)).isFalse();
        ObserverRule<String> expired = later.read("a", 26 * S, 27 * S);
        assertThat(expired.expired(TIMES, true)).isTrue();
        assertThat(expired.expired(TIMES, false))
                .as("only an observer that holds its own lease can tell")
                .isFalse();
        assertThat(expired.read("b", 28 * S, 28 * S).unchangedNanos()).isZero();
        assertThat(first.expiryReadNanos(TIMES)).isEqualTo(26 * S);
    }
}
