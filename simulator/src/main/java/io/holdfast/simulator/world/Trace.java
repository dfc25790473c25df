package io.holdfast.simulator.world;

/** The story of one history, line by line. Off unless somebody wants to read it, for speed. */
public final class Trace {
    private final boolean on;
    private final StringBuilder text = new StringBuilder();

    public Trace(boolean on) {
        this.on = on;
    }

    public boolean on() {
        return on;
    }

    /** One line: total simulated time, who, what. */
    public void line(long totalNanos, String who, String what) {
        long millis = totalNanos / 1_000_000;
        text.append("t=").append(millis / 1000).append('.');
        String rest = Long.toString(1000 + millis % 1000);
        text.append(rest, 1, 4)
                .append("  ")
                .append(who)
                .append("  ")
                .append(what)
                .append('\n');
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
