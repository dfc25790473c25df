package io.holdfast.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.placement.Planner;
import org.junit.jupiter.api.Test;

/** The benchmarks measure what they say: small ones of the same make come to the end that they should. Figures are no matter of the tests. */
class BenchmarksTest {
    @Test
    void clusterAtRestDecidesNothing() {
        Mill mill = new Mill(10, 50);
        assertThat(mill.interval(0)).isEmpty();
        assertThat(mill.state.recoveries()).isEmpty();
    }

    @Test
    void everyVmOfALostRackIsStartedElsewhere() {
        Mill mill = new Mill(30, 120);
        assertThat(RackBenchmark.lose(mill, 4, 16)).isLessThanOrEqualTo(10);
        assertThat(mill.state.recoveries()).isEmpty();
        assertThat(mill.state.placements().values())
                .allMatch(placement -> placement.live() && placement.host().compareTo(Mill.host(4)) >= 0);
    }

    @Test
    void planThatHasRoomPlacesEverything() {
        assertThat(Planner.plan(PlanProblems.random(1, 20, 100, 20, 0.7)).refused())
                .isEmpty();
    }
}
