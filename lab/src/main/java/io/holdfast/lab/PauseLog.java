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

    /**
     * The longest pause between two instants in milliseconds: from the fault to the next time when it stopped with the fault; when it went on for
     * more than half a second, the longest later one.
     */
    synchronized long longestMillis(long fromNanos, long toNanos) {
        long longest = 0;
        long last = fromNanos;
        for (long time : times) {
            if (time > fromNanos && time <= toNanos) {
                long begin = last - fromNanos < SAME_PAUSE_NANOS ? fromNanos : last;
                // Steady operation right after the fault is no pause from the fault on.
                longest = Math.max(longest, time - last > SAME_PAUSE_NANOS / 2 ? time - begin : time - last);
                last = time;
            }
        }
        return Math.max(longest, toNanos - last) / 1_000_000;
    }
}
