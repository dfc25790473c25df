package io.holdfast.lab;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PauseLogTest {

    private static final long MILLI = 1_000_000;
    private static final long FAULT = 100_000 * MILLI;

    @Test
    void countsAPauseThatBeginsWithTheFaultFromTheFaultOn() {
        PauseLog log = new PauseLog();
        steady(log, 0, 200);
        log.note(FAULT + 1_400 * MILLI);
        steady(log, 1_430, 2_000);

        assertThat(log.longestMillis(FAULT, FAULT + 2_000 * MILLI)).isEqualTo(1_400);
    }

    @Test
    void countsALaterPauseFromItsOwnBegin() {
        PauseLog log = new PauseLog();
        steady(log, 0, 3_000);
        log.note(FAULT + 4_000 * MILLI);
        steady(log, 4_030, 5_000);

        assertThat(log.longestMillis(FAULT, FAULT + 5_000 * MILLI)).isBetween(1_000L, 1_030L);
    }

    @Test
    void steadyOperationIsNoPause() {
        PauseLog log = new PauseLog();
        steady(log, 0, 5_000);

        assertThat(log.longestMillis(FAULT, FAULT + 5_000 * MILLI)).isLessThanOrEqualTo(30);
    }

    @Test
    void aPauseThatHasNotEndedCounts() {
        PauseLog log = new PauseLog();

        assertThat(log.longestMillis(FAULT, FAULT + 7_000 * MILLI)).isEqualTo(7_000);
        assertThat(log.since(FAULT)).isFalse();
    }

    private static void steady(PauseLog log, long fromMillis, long toMillis) {
        for (long at = fromMillis; at <= toMillis; at += 30) {
            log.note(FAULT + at * MILLI);
        }
    }
}
