package io.holdfast.simulator.world;

/** The only source of chance (SplitMix64): the same seed gives the same throws on every machine and every release of Java. */
public final class Dice {
    private long state;

    public Dice(long seed) {
        state = seed * 0x9E3779B97F4A7C15L + 0x632BE59BD9B4E019L;
    }

    private long next() {
        state += 0x9E3779B97F4A7C15L;
        long z = state;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** From {@code low} to {@code high}, both included. */
    public long between(long low, long high) {
        return low >= high ? low : low + Long.remainderUnsigned(next(), high - low + 1);
    }

    /** From 0 to {@code bound} - 1. */
    public int below(int bound) {
        return (int) between(0, bound - 1L);
    }

    /** True in {@code percent} of a hundred throws. */
    public boolean percent(int percent) {
        return below(100) < percent;
    }

    /** A stream of its own, so that adding throws in one place does not change all others. */
    public Dice split() {
        return new Dice(next());
    }
}
