package io.holdfast.bench;

import io.holdfast.core.placement.Plan;
import io.holdfast.core.placement.PlanProblem;
import io.holdfast.core.placement.Planner;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One joint plan: 1,000 VMs to restart over 99 hosts with 200 rules. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class PlanBenchmark {
    /** How much of what is free the VMs would fill, in percent: easy, tight, hard (the dearest case: everything is tried). */
    @Param({"70", "90", "98"})
    public int fillPercent;

    private PlanProblem problem = PlanProblems.random(0, 1, 4, 0, 1);

    /** Makes the problem. */
    @Setup
    public void build() {
        problem = PlanProblems.random(42, 99, 1_000, 200, fillPercent / 100.0);
    }

    /** Plans it. */
    @Benchmark
    public Plan plan() {
        return Planner.plan(problem);
    }
}
