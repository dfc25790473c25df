package io.holdfast.bench;

import io.holdfast.core.Command;
import io.holdfast.core.Event;
import io.holdfast.core.Step;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * 5,000 hosts with 30,000 VMs in one state, of which a rack of 40 hosts loses its power at once: the computing time of all steps from the first missed report until every VM of
 * the rack has been proven isolated, planned, and its start commanded; reports of the other hosts and the BMCs' answers included.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3)
@Measurement(iterations = 5)
public class RackBenchmark {
    private static final int HOSTS = 5_000;
    private static final int VMS = 30_000;
    private static final int RACK = 40;

    private Mill mill = new Mill(0, 0);

    /** All hosts report. */
    @Setup(Level.Iteration)
    public void build() {
        mill = new Mill(HOSTS, VMS);
        mill.interval(0);
    }

    /** The rack is lost. */
    @Benchmark
    public int rackOfFortyHostsLost() {
        return lose(mill, RACK, RACK * VMS / HOSTS);
    }

    /** The first hosts fall silent; returns after how many report intervals all of their VMs were started. */
    static int lose(Mill mill, int rack, int wanted) {
        int started = 0;
        int intervals = 0;
        while (started < wanted) {
            if (++intervals > 20) {
                throw new IllegalStateException(started + " of " + wanted + " started");
            }
            ArrayDeque<Event> events = new ArrayDeque<>();
            for (Step step : mill.interval(rack)) {
                started += starts(step);
                events.addAll(mill.answers(step));
            }
            while (!events.isEmpty()) {
                Step step = mill.feed(events.poll());
                started += starts(step);
                events.addAll(mill.answers(step));
            }
        }
        return intervals;
    }

    private static int starts(Step step) {
        return (int) step.commands().stream()
                .filter(Command.StartVm.class::isInstance)
                .count();
    }
}
