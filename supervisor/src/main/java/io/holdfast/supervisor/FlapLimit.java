package io.holdfast.supervisor;

import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/**
 * The one flap limit: at most {@link #MOST} of the same kind of action in any {@link #WINDOW}. It forgets by itself, so nothing stays given up
 * for longer than the window and nobody has to reset it.
 */
public record FlapLimit(List<Long> recentNanos) {

    /** Five, because a service that needs more than five restarts in a minute isn't helped by a sixth. */
    public static final int MOST = 5;

    public static final Duration WINDOW = Duration.ofSeconds(60);

    /** Nothing done so far. */
    public static final FlapLimit UNUSED = new FlapLimit(List.of());

    public FlapLimit {
        recentNanos = List.copyOf(recentNanos);
    }

    public boolean allows(long nowNanos) {
        return recentNanos.stream().filter(past -> within(past, nowNanos)).count() < MOST;
    }

    /** The limit after one more action. */
    public FlapLimit noted(long nowNanos) {
        return new FlapLimit(Stream.concat(
                        recentNanos.stream().filter(past -> within(past, nowNanos)), Stream.of(nowNanos))
                .toList());
    }

    private static boolean within(long pastNanos, long nowNanos) {
        return nowNanos - pastNanos < WINDOW.toNanos();
    }
}
