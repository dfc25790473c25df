package io.holdfast.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** When something that should happen all the time has happened, and how long it didn't. Thread-safe. */
final class PauseLog {

    /** A pause that begins this soon after a fault is counted from the fault itself. */
    private static final long SAME_PAUSE_NANOS = 500_000_000L;

    private final List<Long> times = new ArrayList<>();

    /** It happens now. */
    void note() {
        note(Clock.bootNanos());
    }

    /** It happened then, by CLOCK_BOOTTIME. */
    synchronized void note(long nanos) {
        times.add(nanos);
    }

    /** Whether it has happened since. */
    synchronized boolean since(long nanos) {
        return !times.isEmpty() && times.getLast() > nanos;
    }

    /** The first time after that instant. */
    synchronized Optional<Long> firstAfter(long nanos) {
        return times.stream().filter(time -> time > nanos).findFirst();
    }

    /** So long before this instant it has happened again and again, no further apart than a pause counts from. */
    synchronized boolean steadyFor(long nanos, long untilNanos) {
        long last = untilNanos - nanos;
        for (long time : times) {
            if (time > untilNanos - nanos && time <= untilNanos) {
                if (time - last > SAME_PAUSE_NANOS / 2) {
                    return false;
                }
                last = time;
            }
        }
        return untilNanos - last <= SAME_PAUSE_NANOS / 2;
    }

    /** A time without it. */
    record Pause(long fromNanos, long millis) {}

    /** {@link #longest} in milliseconds. */
    long longestMillis(long fromNanos, long toNanos) {
        return longest(fromNanos, toNanos).millis();
    }

    /**
     * The longest pause between two instants: from the fault to the next time when it stopped with the fault; when it went on for more than half a
     * second, the longest later one.
     */
    synchronized Pause longest(long fromNanos, long toNanos) {
        long longest = 0;
        long where = fromNanos;
        long last = fromNanos;
        for (long time : times) {
            if (time > fromNanos && time <= toNanos) {
                long begin = last - fromNanos < SAME_PAUSE_NANOS ? fromNanos : last;
                // Steady operation right after the fault is no pause from the fault on.
                long pause = time - last > SAME_PAUSE_NANOS / 2 ? time - begin : time - last;
                if (pause > longest) {
                    longest = pause;
                    where = last;
                }
                last = time;
            }
        }
        return toNanos - last > longest
                ? new Pause(last, (toNanos - last) / 1_000_000)
                : new Pause(where, longest / 1_000_000);
    }
}
