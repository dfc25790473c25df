package io.holdfast.cli;

import java.util.Locale;

/** Spans of time for people. */
public final class Elapsed {

    private static final long SECOND = 1_000;
    private static final long MINUTE = 60 * SECOND;
    private static final long HOUR = 60 * MINUTE;

    private Elapsed() {}

    /** {@code 4 ms} below a tenth of a second, {@code 1.4 s} below a minute, {@code 3 m 07 s} below an hour, {@code 2 h 05 m} above. */
    public static String text(long millis) {
        if (millis < SECOND / 10) {
            return millis + " ms";
        }
        if (millis < MINUTE) {
            return String.format(Locale.ROOT, "%.1f s", millis / (double) SECOND);
        }
        if (millis < HOUR) {
            return String.format(Locale.ROOT, "%d m %02d s", millis / MINUTE, millis % MINUTE / SECOND);
        }
        return String.format(Locale.ROOT, "%d h %02d m", millis / HOUR, millis % HOUR / MINUTE);
    }
}
