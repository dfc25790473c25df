package io.holdfast.lab;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The kernel's clocks of clock_gettime(2). All processes of the lab share one kernel, so that instants of different
 * processes compare: CLOCK_BOOTTIME is what /proc/PID/stat counts in, CLOCK_MONOTONIC what the agent reports.
 */
final class Clock {

    private static final int MONOTONIC = 1;
    private static final int BOOTTIME = 7;
    private static final long NANOS = 1_000_000_000L;
    private static final MethodHandle CLOCK_GETTIME = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker().defaultLookup().findOrThrow("clock_gettime"),
                    FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));

    private Clock() {}

    /** Nanoseconds of CLOCK_BOOTTIME, which counts suspend. */
    static long bootNanos() {
        return read(BOOTTIME);
    }

    /** Nanoseconds of CLOCK_MONOTONIC. */
    static long monotonicNanos() {
        return read(MONOTONIC);
    }

    private static long read(int clock) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(JAVA_LONG, 2);
            int result = (int) CLOCK_GETTIME.invokeExact(clock, time);
            if (result != 0) {
                throw new IllegalStateException("clock_gettime(" + clock + ") failed");
            }
            return time.getAtIndex(JAVA_LONG, 0) * NANOS + time.getAtIndex(JAVA_LONG, 1);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("clock_gettime can't be called", e);
        }
    }
}
