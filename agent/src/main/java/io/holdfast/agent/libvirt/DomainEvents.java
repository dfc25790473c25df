package io.holdfast.agent.libvirt;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import io.holdfast.agent.system.Foreign;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** Upcalls from libvirt's event thread. They only enqueue, and never throw: an exception in an upcall would end the process. */
final class DomainEvents {
    /** What libvirt tells. */
    sealed interface Event {
        /** Numbers of virDomainEventType and its detail. */
        record Lifecycle(String uuid, int kind, int detail) implements Event {}

        /** The connection of this number is gone. */
        record Closed(long connection) implements Event {}
    }

    private final BlockingQueue<Event> queue = new LinkedBlockingQueue<>();
    private final MemorySegment lifecycleStub;
    private final MemorySegment closedStub;
    private final MemorySegment errorStub;

    DomainEvents() {
        MethodHandles.Lookup lookup = MethodHandles.lookup();
        Class<?> pointer = MemorySegment.class;
        try {
            lifecycleStub = stub(
                    lookup.bind(
                            this,
                            "lifecycle",
                            MethodType.methodType(int.class, pointer, pointer, int.class, int.class, pointer)),
                    FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
            closedStub = stub(
                    lookup.bind(this, "closed", MethodType.methodType(void.class, pointer, int.class, pointer)),
                    FunctionDescriptor.ofVoid(ADDRESS, JAVA_INT, ADDRESS));
            errorStub = stub(
                    lookup.findStatic(
                            DomainEvents.class, "silence", MethodType.methodType(void.class, pointer, pointer)),
                    FunctionDescriptor.ofVoid(ADDRESS, ADDRESS));
        } catch (NoSuchMethodException | IllegalAccessException e) {
            throw new AssertionError(e);
        }
    }

    private static MemorySegment stub(MethodHandle target, FunctionDescriptor descriptor) {
        return Foreign.LINKER.upcallStub(target, descriptor, Arena.global());
    }

    MemorySegment lifecycleStub() {
        return lifecycleStub;
    }

    MemorySegment closedStub() {
        return closedStub;
    }

    /** Keeps libvirt from printing errors; each is reported where the call was made. */
    MemorySegment errorStub() {
        return errorStub;
    }

    BlockingQueue<Event> queue() {
        return queue;
    }

    @SuppressWarnings("unused") // called by libvirt
    private int lifecycle(MemorySegment connection, MemorySegment domain, int event, int detail, MemorySegment opaque) {
        try {
            queue.add(new Event.Lifecycle(LibVirtConnection.uuid(domain), event, detail));
        } catch (RuntimeException | Error e) {
            // Nothing may leave an upcall; the inventory is read again from time to time.
        }
        return 0;
    }

    @SuppressWarnings("unused") // called by libvirt
    private void closed(MemorySegment connection, int reason, MemorySegment opaque) {
        queue.add(new Event.Closed(connection.address()));
    }

    @SuppressWarnings("unused") // called by libvirt
    private static void silence(MemorySegment data, MemorySegment error) {}
}
