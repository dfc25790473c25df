package io.holdfast.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Walks the table of {@link ServiceWatch}. */
class ServiceWatchTest {

    private ServiceWatch watch = ServiceWatch.unknown(Service.MANAGER);
    private long nowNanos;

    @Test
    void aGoodAnswerMakesItFit() {
        assertThat(on(ProbeOutcome.GOOD)).isFalse();
        assertThat(watch.fit()).isTrue();
    }

    @Test
    void aGoneProcessIsRestartedAtOnceButNotInATightLoop() {
        on(ProbeOutcome.GOOD);
        assertThat(on(ProbeOutcome.GONE)).isTrue();
        assertThat(watch.fit()).isFalse();
        assertThat(on(ProbeOutcome.GONE)).isFalse();
        later(Duration.ofSeconds(1));
        assertThat(on(ProbeOutcome.GONE)).isTrue();
    }

    @Test
    void oneSilenceIsAPauseTwoMoveTheVipAndFourAreAHungManager() {
        on(ProbeOutcome.GOOD);
        assertThat(on(ProbeOutcome.SILENT)).isFalse();
        assertThat(watch.fit()).isTrue();
        assertThat(on(ProbeOutcome.SILENT)).isFalse();
        assertThat(watch.fit()).isFalse();
        assertThat(on(ProbeOutcome.SILENT)).isFalse();
        assertThat(on(ProbeOutcome.SILENT)).isTrue();
    }

    @Test
    void theStartAllowanceEndsWithTheFirstGoodAnswer() {
        on(ProbeOutcome.GONE);
        later(Duration.ofSeconds(2));
        on(ProbeOutcome.GOOD);
        for (int probe = 1; probe < Service.MANAGER.missesUntilHung(); probe++) {
            assertThat(on(ProbeOutcome.REFUSED)).isFalse();
        }
        assertThat(on(ProbeOutcome.REFUSED)).isTrue();
    }

    @Test
    void aServiceThatIsStartingIsGivenItsTime() {
        on(ProbeOutcome.GONE);
        for (int probe = 0; probe < 10; probe++) {
            later(Duration.ofMillis(500));
            assertThat(on(ProbeOutcome.REFUSED)).isFalse();
            assertThat(on(ProbeOutcome.SILENT)).isFalse();
        }
        later(Service.MANAGER.startAllowance());
        assertThat(on(ProbeOutcome.REFUSED)).isTrue();
    }

    @Test
    void refusedIsNotFitAtOnceThoughRestartedOnlyWhenItStays() {
        on(ProbeOutcome.GOOD);
        assertThat(on(ProbeOutcome.REFUSED)).isFalse();
        assertThat(watch.fit()).isFalse();
        on(ProbeOutcome.REFUSED);
        on(ProbeOutcome.REFUSED);
        assertThat(on(ProbeOutcome.REFUSED)).isTrue();
    }

    @Test
    void errorsAreToleratedAWhile() {
        on(ProbeOutcome.GOOD);
        for (int probe = 1; probe < Service.MANAGER.errorsUntilBroken(); probe++) {
            assertThat(on(ProbeOutcome.BAD)).isFalse();
            assertThat(watch.fit()).isTrue();
        }
        assertThat(on(ProbeOutcome.BAD)).isTrue();
        assertThat(watch.fit()).isFalse();
    }

    @Test
    void theFlapLimitLeavesItAloneAndForgetsByItself() {
        for (int start = 0; start < FlapLimit.MOST; start++) {
            assertThat(on(ProbeOutcome.GONE)).isTrue();
            later(Duration.ofSeconds(2));
        }
        assertThat(on(ProbeOutcome.GONE)).isFalse();
        assertThat(watch.flapping()).isTrue();
        later(FlapLimit.WINDOW);
        assertThat(on(ProbeOutcome.GONE)).isTrue();
        on(ProbeOutcome.GOOD);
        assertThat(watch.flapping()).isFalse();
    }

    @Test
    void aRestartThatTakesLongIsNotOrderedTwice() {
        watch = watch.on(ProbeOutcome.GONE, nowNanos).watch();
        later(Duration.ofSeconds(10));
        assertThat(on(ProbeOutcome.GONE)).isFalse();
        watch = watch.restarted(nowNanos);
        assertThat(on(ProbeOutcome.GONE)).as("started this instant").isFalse();
        later(Duration.ofSeconds(1));
        assertThat(on(ProbeOutcome.GONE)).as("and dead again").isTrue();
    }

    private boolean on(ProbeOutcome outcome) {
        ServiceWatch.Verdict verdict = watch.on(outcome, nowNanos);
        watch = verdict.restart() ? verdict.watch().restarted(nowNanos) : verdict.watch();
        return verdict.restart();
    }

    private void later(Duration duration) {
        nowNanos += duration.toNanos();
    }
}
