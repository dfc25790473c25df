package io.holdfast.simulator.world;

/**
 * A clock of one machine: it runs too fast or too slow by a fixed rate and started at a point of its own. Instants are nanoseconds.
 *
 * @param ppm rate error in parts per million
 */
public record Clock(long offsetNanos, long ppm) {
    /** What this clock shows at a true instant. */
    public long local(long trueNanos) {
        return offsetNanos + trueNanos + trueNanos / 1_000_000 * ppm + trueNanos % 1_000_000 * ppm / 1_000_000;
    }

    /** The true length of a time that this clock measures as {@code nanos}, rounded up. */
    public long trueLength(long nanos) {
        return (long) Math.ceil(nanos / (1 + ppm / 1e6)) + 1;
    }
}
