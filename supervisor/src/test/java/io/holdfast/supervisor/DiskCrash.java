package io.holdfast.supervisor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/** Crashes an ext4 file system as a power cut does: nothing that isn't on the disk yet gets there any more ({@code EXT4_IOC_SHUTDOWN}). */
final class DiskCrash {

    private static final int O_RDONLY = 0;
    private static final long EXT4_IOC_SHUTDOWN = 0x8004587DL;
    private static final int WITHOUT_FLUSHING_THE_JOURNAL = 2;

    private DiskCrash() {}

    static void crash(Path directory) throws IOException {
        Linker linker = Linker.nativeLinker();
        MethodHandle open = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("open"),
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT),
                Linker.Option.firstVariadicArg(2));
        MethodHandle control = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("ioctl"),
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
                Linker.Option.firstVariadicArg(2));
        MethodHandle close = linker.downcallHandle(
                linker.defaultLookup().findOrThrow("close"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) open.invokeExact(arena.allocateFrom(directory.toString()), O_RDONLY);
            MemorySegment flags = arena.allocateFrom(JAVA_INT, WITHOUT_FLUSHING_THE_JOURNAL);
            int crashed = descriptor < 0 ? -1 : (int) control.invokeExact(descriptor, EXT4_IOC_SHUTDOWN, flags);
            int closed = descriptor < 0 ? 0 : (int) close.invokeExact(descriptor);
            if (crashed != 0 || closed != 0) {
                throw new IOException("the disk under " + directory + " can't be crashed");
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
