package io.holdfast.agent.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.agent.rule.ArbiterDuty.Order;
import org.junit.jupiter.api.Test;

class ArbiterDutyTest {
    private static final long START = 100;
    private final ArbiterDuty nothing = ArbiterDuty.unknown(START);

    @Test
    void beforeAnythingWasToldWhatRunsIsLeftAndNothingStarts() {
        assertThat(nothing.order(true, Long.MAX_VALUE)).isEqualTo(Order.LEAVE);
        assertThat(nothing.order(false, Long.MAX_VALUE)).isEqualTo(Order.LEAVE);
    }

    @Test
    void theLeadersWordCountsAtOnceBothWays() {
        assertThat(nothing.told(3, 7, true, START).order(false, START)).isEqualTo(Order.RUN);
        assertThat(nothing.told(3, 7, false, START).order(true, START)).isEqualTo(Order.END);
    }

    @Test
    void anOlderWordIsNotTaken() {
        ArbiterDuty duty = nothing.told(3, 7, true, START);
        assertThat(duty.accepts(2, 9)).as("of a deposed leader").isFalse();
        assertThat(duty.accepts(3, 6)).as("overtaken on its way").isFalse();
        assertThat(duty.accepts(3, 7)).isTrue();
        assertThat(duty.accepts(3, 8)).isTrue();
        assertThat(duty.accepts(4, 1)).as("a new leader's, whatever was before").isTrue();
    }

    @Test
    void afterARestartWhatRunsGoesOnAndANewOneWaitsForTheLeader() {
        ArbiterDuty duty = nothing.remembered(3, 7, true);
        assertThat(duty.order(true, START)).isEqualTo(Order.RUN);
        assertThat(duty.order(false, START + ArbiterDuty.FROM_MEMORY_NANOS - 1)).isEqualTo(Order.LEAVE);
        assertThat(duty.order(false, START + ArbiterDuty.FROM_MEMORY_NANOS)).isEqualTo(Order.RUN);
        assertThat(nothing.remembered(3, 7, false).order(true, START)).isEqualTo(Order.END);
    }
}
