package io.holdfast.manager.lead;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.function.LongSupplier;

/**
 * CLOCK_BOOTTIME in nanoseconds: monotonic, and counts the time that the machine was suspended, which {@link System#nanoTime} does not. A leader
 * that was suspended must not believe that its lease is still young.
 */
public final class BootClock implements LongSupplier {
    private static final int CLOCK_BOOTTIME = 7;
    private static final MethodHandle GETTIME = Linker.nativeLinker()
            .downcallHandle(
                    Linker.nativeLinker()
                            .defaultLookup()
                            .find("clock_gettime")
                            .orElseThrow(() -> new IllegalStateException("the C library has no clock_gettime")),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT, ValueLayout.ADDRESS));

    @Override
    public long getAsLong() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(16, 8);
            int result = (int) GETTIME.invokeExact(CLOCK_BOOTTIME, time);
            if (result != 0) {
                throw new IllegalStateException("this kernel has no CLOCK_BOOTTIME; Linux 2.6.39 or later is needed");
            }
            return time.get(ValueLayout.JAVA_LONG, 0) * 1_000_000_000L + time.get(ValueLayout.JAVA_LONG, 8);
        } catch (RuntimeException failure) {
            throw failure;
        } catch (Throwable impossible) {
            throw new IllegalStateException(impossible);
        }
    }
}
