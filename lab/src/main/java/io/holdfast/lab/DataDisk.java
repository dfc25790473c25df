package io.holdfast.lab;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;

/** The disk of a management machine: an ext4 image of its own, so that a power cut loses what has not been flushed. */
final class DataDisk {

    private static final long BYTES = 3L << 30;
    private static final long FREE_LIMIT_MILLIS = 20_000;
    private static final int O_RDONLY = 0;
    private static final long EXT4_IOC_SHUTDOWN = 0x8004587DL;
    private static final int WITHOUT_FLUSHING_THE_JOURNAL = 2;

    private final Path image;

    DataDisk(Path image) {
        this.image = image;
    }

    /** Makes an empty file system when there is none; else waits until the machine's former life has let go of it. */
    void prepare() {
        if (Files.exists(image)) {
            awaitFree();
            return;
        }
        try (RandomAccessFile disk = new RandomAccessFile(image.toFile(), "rw")) {
            disk.setLength(BYTES);
        } catch (IOException e) {
            throw new LabException("the disk " + image + " can't be made: " + e.getMessage(), e);
        }
        Shell.run("mkfs.ext4", "-q", "-m0", "-E", "lazy_itable_init=1,lazy_journal_init=1", image.toString());
    }

    private void awaitFree() {
        Waiting.until(
                () -> Shell.run("losetup", "-j", image.toString()).isBlank(),
                20,
                FREE_LIMIT_MILLIS,
                () -> "the disk " + image + " is still in use by the machine's former life");
    }

    /** It is gone; {@link #prepare} makes an empty one. */
    void lose() {
        awaitFree();
        try {
            Files.delete(image);
        } catch (IOException e) {
            throw new LabException("the disk " + image + " can't be removed: " + e.getMessage(), e);
        }
    }

    /**
     * Crashes the file system as a power cut does: nothing that isn't on the disk yet gets there any more (EXT4_IOC_SHUTDOWN).
     *
     * @param directory any directory of it
     * @throws LabException when the file system can't do that
     */
    static void crash(Path directory) {
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
                throw new LabException("the disk under " + directory + " can't be crashed");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("ioctl can't be called", e);
        }
    }
}
