package io.holdfast.bench;

import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One step of the core with 100 hosts and 2,000 VMs: the average over report intervals, in each of which every host reports and five ticks pass. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 2)
@Measurement(iterations = 5, time = 2)
public class StepBenchmark {
    private static final int HOSTS = 100;

    private Mill mill = new Mill(0, 0);
    private Mill suspecting = new Mill(0, 0);

    /** A cluster at rest, and one in which a host has been silent for a while, with nothing to prove it dead. */
    @Setup
    public void build() {
        mill = new Mill(HOSTS, 2_000);
        suspecting = new Mill(HOSTS, 2_000);
        for (int round = 0; round < 6; round++) {
            suspecting.interval(1);
        }
    }

    /** Nothing is wrong. */
    @Benchmark
    @OperationsPerInvocation(HOSTS + 5)
    public Object step() {
        mill.interval(0);
        return mill.state;
    }

    /** One host is suspect: every report of the others is looked at for what it says of that one. */
    @Benchmark
    @OperationsPerInvocation(HOSTS - 1 + 5)
    public Object stepWithASuspectHost() {
        suspecting.interval(1);
        return suspecting.state;
    }
}
