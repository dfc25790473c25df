package io.holdfast.agent.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The inequality of safety argument, section 4, attacked with random histories. */
class LeaseRulePropertyTest {
    private static final int HISTORIES = 1500;
    private static final long BEYOND_THE_SLACK = 1_500_000_000L;

    /** One constant made wrong, by more than the slack between E and what the inequality asks. */
    enum Sabotage {
        LOSS,
        KILL,
        WATCHDOG,
        IN_FLIGHT,
        EXPIRY
    }

    private static long violations(LeaseTimes host, LeaseTimes observer) {
        long violations = 0;
        for (long seed = 0; seed < HISTORIES; seed++) {
            violations += new LeaseHistory(seed, host, observer).violates() ? 1 : 0;
        }
        return violations;
    }

    private static LeaseTimes lengthened(LeaseTimes t, Sabotage what) {
        long d = BEYOND_THE_SLACK;
        return new LeaseTimes(
                t.renewNanos(),
                t.lossNanos() + (what == Sabotage.LOSS ? d : 0),
                t.killNanos() + (what == Sabotage.KILL ? d : 0),
                t.watchdogNanos() + (what == Sabotage.WATCHDOG ? d : 0),
                t.inFlightNanos() + (what == Sabotage.IN_FLIGHT ? d : 0),
                t.expiryNanos() - (what == Sabotage.EXPIRY ? d : 0),
                t.clockRateError());
    }

    @Test
    void noWriteLandsAfterExpiryWithTheStandardTimes() {
        assertThat(LeaseTimes.standard().inequalityHolds()).isTrue();
        assertThat(violations(LeaseTimes.standard(), LeaseTimes.standard())).isZero();
    }

    @Test
    void noWriteLandsAfterExpiryWithTheFastTimes() {
        assertThat(LeaseTimes.fast().inequalityHolds()).isTrue();
        assertThat(violations(LeaseTimes.fast(), LeaseTimes.fast())).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void oneConstantBeyondTheBudgetIsFoundOut(Sabotage sabotage) {
        LeaseTimes good = LeaseTimes.standard();
        LeaseTimes bad = lengthened(good, sabotage);
        assertThat(bad.inequalityHolds()).isFalse();
        boolean observersFault = sabotage == Sabotage.EXPIRY;
        assertThat(violations(observersFault ? good : bad, observersFault ? bad : good))
                .isPositive();
    }
}
