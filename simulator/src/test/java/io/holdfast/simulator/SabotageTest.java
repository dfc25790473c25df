package io.holdfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.simulator.world.Violation;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulator must be able to fail: it finds each broken rule within a bounded number of seeds (table in docs/simulator.md). */
class SabotageTest {
    private static final int SEEDS = 2000;

    @ParameterizedTest
    @EnumSource(Sabotage.class)
    void isFound(Sabotage sabotage) {
        for (long seed = 1; seed <= SEEDS; seed++) {
            Options options = sabotage.options();
            Violation violation =
                    History.run(seed, options, sabotage.rules(), null, false).violation();
            if (violation != null) {
                System.out.println("sabotage " + sabotage + ": found by seed " + seed + ", " + violation.invariant());
                return;
            }
        }
        assertThat(sabotage).as("not found in " + SEEDS + " seeds").isNull();
    }

    @Test
    void thereAreAtLeastTwenty() {
        assertThat(List.of(Sabotage.values())).hasSizeGreaterThanOrEqualTo(20);
    }
}
