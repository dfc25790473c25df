package io.holdfast.lab;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A thread that lives in a machine's network namespace (setns(2) moves the calling thread only): what it asks, it asks as that machine. Looking from
 * inside costs no process, and tells an address of an interface from the same one on the loopback, which the tables in /proc don't.
 */
final class NetworkNamespace implements AutoCloseable {

    private static final int READ_ONLY_CLOSE_ON_EXEC = 0x80000;
    private static final int NEW_NETWORK = 0x40000000;
    private static final long ANSWER_LIMIT_MILLIS = 3_000;
    private static final MethodHandle OPEN = function("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SETNS = function("setns", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE = function("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final ExecutorService inside = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("in-namespace").daemon().factory());

    private NetworkNamespace() {}

    private static MethodHandle function(String name, FunctionDescriptor type) {
        return Linker.nativeLinker()
                .downcallHandle(Linker.nativeLinker().defaultLookup().findOrThrow(name), type);
    }

    /** The namespace of this process. */
    static NetworkNamespace of(long pid) {
        NetworkNamespace namespace = new NetworkNamespace();
        namespace.inside.execute(() -> enter(pid));
        return namespace;
    }

    private static void enter(long pid) {
        try (Arena arena = Arena.ofConfined()) {
            int file = (int) OPEN.invokeExact(arena.allocateFrom("/proc/" + pid + "/ns/net"), READ_ONLY_CLOSE_ON_EXEC);
            int entered = (int) SETNS.invokeExact(file, NEW_NETWORK);
            int closed = (int) CLOSE.invokeExact(file);
            if (entered != 0 || closed != 0) {
                throw new LabException("the network namespace of process " + pid + " can't be entered");
            }
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new IllegalStateException("setns can't be called", e);
        }
    }

    /** What this gives when it is asked inside; empty when it fails or takes longer than 3 s. */
    <T> Optional<T> ask(Callable<T> question) {
        try {
            return Optional.ofNullable(inside.submit(question).get(ANSWER_LIMIT_MILLIS, TimeUnit.MILLISECONDS));
        } catch (ExecutionException | TimeoutException | RejectedExecutionException none) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Whether this interface has that address; empty when that could not be seen, as while the kernel's interfaces are locked for long. */
    Optional<Boolean> has(String networkInterface, String address) {
        return ask(() -> holds(networkInterface, address));
    }

    private static boolean holds(String networkInterface, String address) throws SocketException {
        NetworkInterface found = NetworkInterface.getByName(networkInterface);
        return found != null
                && found.inetAddresses().anyMatch(one -> one.getHostAddress().equals(address));
    }

    /** Its thread ends, which else would keep the namespace of a dead machine. */
    @Override
    public void close() {
        inside.shutdownNow();
    }
}
