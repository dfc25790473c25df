package io.holdfast.supervisor;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Tells systemd that this process is ready and lives (sd_notify(3)): one datagram to the socket in {@code NOTIFY_SOCKET}. Java has no datagrams
 * over Unix sockets, hence the three calls of the C library.
 */
final class SystemdNotify {

    private static final int AF_UNIX = 1;
    private static final int SOCK_DGRAM_CLOEXEC = 2 | 0x80000;
    private static final int PATH_BYTES = 108;

    private final byte[] path;
    private final MethodHandle socket;
    private final MethodHandle sendTo;
    private final MethodHandle close;

    private SystemdNotify(byte[] path) {
        this.path = path;
        Linker linker = Linker.nativeLinker();
        this.socket = handle(linker, "socket", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT));
        this.sendTo = handle(
                linker,
                "sendto",
                FunctionDescriptor.of(JAVA_LONG, JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, JAVA_INT));
        this.close = handle(linker, "close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
    }

    private static MethodHandle handle(Linker linker, String name, FunctionDescriptor descriptor) {
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), descriptor);
    }

    /** Empty when not started by systemd. */
    static Optional<SystemdNotify> of(@Nullable String notifySocket) {
        if (notifySocket == null || notifySocket.isBlank()) {
            return Optional.empty();
        }
        byte[] path = notifySocket.getBytes(StandardCharsets.UTF_8);
        if (path[0] == '@') {
            path[0] = 0;
        }
        if (path.length >= PATH_BYTES) {
            throw new IllegalArgumentException(
                    "NOTIFY_SOCKET is longer than " + PATH_BYTES + " bytes: " + notifySocket);
        }
        return Optional.of(new SystemdNotify(path));
    }

    /** For example {@code READY=1} or {@code WATCHDOG=1}. */
    void send(String message) throws IOException {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(2 + PATH_BYTES);
            address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
            MemorySegment.copy(path, 0, address, ValueLayout.JAVA_BYTE, 2, path.length);
            byte[] text = message.getBytes(StandardCharsets.UTF_8);
            MemorySegment data = arena.allocateFrom(ValueLayout.JAVA_BYTE, text);
            int descriptor = (int) socket.invokeExact(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
            if (descriptor < 0) {
                throw new IOException("no socket to tell systemd '" + message + "'");
            }
            long sent = (long) sendTo.invokeExact(descriptor, data, (long) text.length, 0, address, 2 + path.length);
            int closed = (int) close.invokeExact(descriptor);
            if (sent != text.length || closed != 0) {
                throw new IOException("systemd couldn't be told '" + message + "'");
            }
        } catch (IOException | RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException(e);
        }
    }
}
