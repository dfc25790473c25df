package io.holdfast.agent.system;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;

/** The few calls of the C library that Java has no class for. Each failure is an IOException with errno's text. Linux x86-64 numbers. */
public final class LibC {
    public static final int O_WRONLY = 1;
    public static final int O_RDWR = 2;
    public static final int O_CREAT = 0x40;
    public static final int O_NONBLOCK = 0x800;
    public static final int O_DSYNC = 0x1000;
    public static final int O_DIRECT = 0x4000;
    public static final int O_CLOEXEC = 0x80000;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int ENXIO = 6;
    public static final int EAGAIN = 11;
    public static final int EINVAL = 22;
    public static final int ENOTTY = 25;

    private static final int SYS_READ = 0;
    private static final int SYS_EVENTFD2 = 290;
    private static final int CLOCK_BOOTTIME = 7;
    private static final int SOL_SOCKET = 1;
    private static final int SO_LINGER = 13;
    private static final short POLLIN = 1;

    private static final StructLayout CAPTURE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO = CAPTURE.varHandle(MemoryLayout.PathElement.groupElement("errno"));
    private static final Linker.Option KEEP_ERRNO = Linker.Option.captureCallState("errno");

    /** An errno with its meaning. */
    public static final class NativeException extends IOException {
        private final int errno;

        NativeException(String what, int errno) {
            super(what + ": " + errorText(errno));
            this.errno = errno;
        }

        public int errno() {
            return errno;
        }
    }

    private LibC() {}

    private static MethodHandle handle(String name, FunctionDescriptor descriptor, Linker.Option... options) {
        return Foreign.handle(Foreign.LINKER.defaultLookup(), name, descriptor, options);
    }

    private static final class Clock {
        static final MethodHandle GETTIME = handle("clock_gettime", FunctionDescriptor.of(JAVA_INT, JAVA_INT, ADDRESS));
    }

    private static final class Files {
        static final MethodHandle OPEN = handle(
                "open",
                FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
                KEEP_ERRNO,
                Linker.Option.firstVariadicArg(2));
        static final MethodHandle CLOSE = handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT), KEEP_ERRNO);
        private static final FunctionDescriptor TRANSFER =
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_LONG);
        static final MethodHandle PREAD = handle("pread", TRANSFER, KEEP_ERRNO);
        static final MethodHandle PWRITE = handle("pwrite", TRANSFER, KEEP_ERRNO);
        static final MethodHandle WRITE =
                handle("write", FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG), KEEP_ERRNO);
        static final MethodHandle TRUNCATE =
                handle("ftruncate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG), KEEP_ERRNO);
        static final MethodHandle FSYNC = handle("fsync", FunctionDescriptor.of(JAVA_INT, JAVA_INT), KEEP_ERRNO);
        static final MethodHandle IOCTL = handle(
                "ioctl",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG, ADDRESS),
                KEEP_ERRNO,
                Linker.Option.firstVariadicArg(2));
    }

    private static final class Sockets {
        static final MethodHandle SETSOCKOPT = handle(
                "setsockopt",
                FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT),
                KEEP_ERRNO);
    }

    private static final class Processes {
        static final MethodHandle SYSCALL = handle(
                "syscall",
                FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
                KEEP_ERRNO,
                Linker.Option.firstVariadicArg(1));
        static final MethodHandle POLL =
                handle("poll", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT), KEEP_ERRNO);
    }

    private static final class Memory {
        static final MethodHandle TRIM = handle("malloc_trim", FunctionDescriptor.of(JAVA_INT, JAVA_LONG));
    }

    private static final class Texts {
        static final MethodHandle STRERROR = handle("strerror", FunctionDescriptor.of(ADDRESS, JAVA_INT));
    }

    /** Gives the C library's free memory back to the system: of the JIT compiler's start, of libvirt, of TLS handshakes. */
    public static void trimMemory() {
        try {
            int ignored = (int) Memory.TRIM.invokeExact(0L);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    private static String errorText(int errno) {
        try {
            return Foreign.string((MemorySegment) Texts.STRERROR.invokeExact(errno));
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    /** CLOCK_BOOTTIME in nanoseconds: monotonic, and counts the time that the host was suspended. */
    public static long bootNanos() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment time = arena.allocate(16, 8);
            int result = (int) Clock.GETTIME.invokeExact(CLOCK_BOOTTIME, time);
            if (result != 0) {
                throw new IllegalStateException("this kernel has no CLOCK_BOOTTIME; Linux 2.6.39 or later is needed");
            }
            return time.get(JAVA_LONG, 0) * 1_000_000_000L + time.get(JAVA_LONG, 8);
        } catch (RuntimeException e) {
            throw e;
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    public static int open(String path, int flags) throws NativeException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CAPTURE);
            int result = (int) Files.OPEN.invokeExact(state, arena.allocateFrom(path), flags | O_CLOEXEC, 0600);
            return (int) checked(result, state, "can't open " + path);
        } catch (NativeException e) {
            throw e;
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    /** Closes a descriptor; an error is of no use to anybody and ignored. */
    public static void close(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            int ignored = (int) Files.CLOSE.invokeExact(arena.allocate(CAPTURE), descriptor);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    public static long pread(int descriptor, MemorySegment buffer, long length, long offset) throws NativeException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CAPTURE);
            return checked((long) Files.PREAD.invokeExact(state, descriptor, buffer, length, offset), state, "read");
        } catch (NativeException e) {
            throw e;
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    public static long pwrite(int descriptor, MemorySegment buffer, long length, long offset) throws NativeException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CAPTURE);
            return checked((long) Files.PWRITE.invokeExact(state, descriptor, buffer, length, offset), state, "write");
        } catch (NativeException e) {
            throw e;
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    public static long write(int descriptor, byte[] bytes) throws NativeException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CAPTURE);
            MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes);
            return checked(
                    (long) Files.WRITE.invokeExact(state, descriptor, data, (long) bytes.length), state, "write");
        } catch (NativeException e) {
            throw e;
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    public static void truncate(int descriptor, long length) throws NativeException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CAPTURE);
            checked((int) Files.TRUNCATE.invokeExact(state, descriptor, length), state, "set length");
        } catch (NativeException e) {
            throw e;
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    public static void fsync(int descriptor) throws NativeException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CAPTURE);
            checked((int) Files.FSYNC.invokeExact(state, descriptor), state, "fsync");
        } catch (NativeException e) {
            throw e;
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    /** An ioctl with one int in and out; gives the int that the driver left there. */
    public static int ioctlInt(int descriptor, long request, int value) throws NativeException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CAPTURE);
            MemorySegment cell = arena.allocateFrom(JAVA_INT, value);
            checked((int) Files.IOCTL.invokeExact(state, descriptor, request, cell), state, "ioctl");
            return cell.get(JAVA_INT, 0);
        } catch (NativeException e) {
            throw e;
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    /** Closing this socket will discard what is queued and reset the connection, so that nothing is sent after its owner's death. */
    public static void discardOnClose(int socket) throws NativeException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CAPTURE);
            MemorySegment linger = arena.allocateFrom(JAVA_INT, 1, 0);
            checked(
                    (int) Sockets.SETSOCKOPT.invokeExact(state, socket, SOL_SOCKET, SO_LINGER, linger, 8),
                    state,
                    "setsockopt SO_LINGER");
        } catch (NativeException e) {
            throw e;
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    /** A descriptor that {@link #signalEvent} makes readable, to wake a thread in {@link #poll}. */
    static int eventDescriptor() {
        try {
            return (int) syscall("eventfd2", SYS_EVENTFD2, 0, O_NONBLOCK | O_CLOEXEC, 0, 0);
        } catch (NativeException e) {
            throw new IllegalStateException("no event descriptor to be had", e);
        }
    }

    static void signalEvent(int descriptor) {
        try {
            write(descriptor, new byte[] {1, 0, 0, 0, 0, 0, 0, 0});
        } catch (NativeException e) {
            throw new IllegalStateException("an event can't be signalled", e);
        }
    }

    static void drainEvent(int descriptor) {
        try (Arena arena = Arena.ofConfined()) {
            syscall("read", SYS_READ, descriptor, arena.allocate(8, 8).address(), 8, 0);
        } catch (NativeException drained) {
            // Another wake-up took it.
        }
    }

    /** A raw system call, for the pidfd family that older C libraries lack. */
    static long syscall(String what, long number, long a, long b, long c, long d) throws NativeException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CAPTURE);
            return checked((long) Processes.SYSCALL.invokeExact(state, number, a, b, c, d), state, what);
        } catch (NativeException e) {
            throw e;
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    /** Waits until one of the descriptors is readable or {@code timeoutMillis} have passed; tells which are. */
    static boolean[] poll(int[] descriptors, int timeoutMillis) throws NativeException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(CAPTURE);
            MemorySegment entries = arena.allocate(8L * Math.max(1, descriptors.length), 4);
            for (int i = 0; i < descriptors.length; i++) {
                entries.set(JAVA_INT, 8L * i, descriptors[i]);
                entries.set(ValueLayout.JAVA_SHORT, 8L * i + 4, POLLIN);
            }
            checked(
                    (int) Processes.POLL.invokeExact(state, entries, (long) descriptors.length, timeoutMillis),
                    state,
                    "poll");
            boolean[] ready = new boolean[descriptors.length];
            for (int i = 0; i < descriptors.length; i++) {
                ready[i] = entries.get(ValueLayout.JAVA_SHORT, 8L * i + 6) != 0;
            }
            return ready;
        } catch (NativeException e) {
            throw e;
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    private static long checked(long result, MemorySegment state, String what) throws NativeException {
        if (result < 0) {
            throw new NativeException(what, (int) ERRNO.get(state, 0L));
        }
        return result;
    }
}
