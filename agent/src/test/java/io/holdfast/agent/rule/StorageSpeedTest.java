package io.holdfast.agent.rule;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StorageSpeedTest {
    private static final long MILLI = 1_000_000L;

    private StorageSpeed speed = StorageSpeed.unknown(LeaseTimes.standard());

    private void renewals(int count, long millis) {
        for (int i = 0; i < count; i++) {
            speed = speed.took(millis * MILLI);
        }
    }

    @Test
    void healthyStorageIsNotSlow() {
        renewals(1000, 20);
        assertThat(speed.slow()).isFalse();
        renewals(1000, 499);
        assertThat(speed.slow()).isFalse();
    }

    @Test
    void slowRenewalsMakeItSlowOnlyWhenTheyPersist() {
        renewals(7, 500);
        assertThat(speed.slow()).isFalse();
        renewals(1, 500);
        assertThat(speed.slow()).isTrue();
    }

    @Test
    void aSingleStallOrAPathThatIsSwitchedOverIsNone() {
        for (int round = 0; round < 20; round++) {
            renewals(3, 3000);
            renewals(5, 10);
            assertThat(speed.slow()).isFalse();
        }
    }

    @Test
    void itIsOverWhenAlmostAllAreQuickAgain() {
        renewals(10, 800);
        renewals(7, 10);
        assertThat(speed.slow()).as("three of ten are slow").isTrue();
        renewals(1, 10);
        assertThat(speed.slow()).isFalse();
    }

    @Test
    void renewalsThatFailAreSlow() {
        for (int i = 0; i < 8; i++) {
            speed = speed.failed();
        }
        assertThat(speed.slow()).isTrue();
    }

    @Test
    void theLimitFollowsTheLeaseTimes() {
        assertThat(StorageSpeed.unknown(LeaseTimes.standard()).limitNanos()).isEqualTo(500 * MILLI);
        assertThat(StorageSpeed.unknown(LeaseTimes.fast()).limitNanos()).isEqualTo(250 * MILLI);
    }
}
