package io.holdfast.agent.lease;

import io.holdfast.agent.system.Foreign;
import io.holdfast.agent.system.LibC;
import io.holdfast.protocol.lease.LeaseAreaLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;

/**
 * A lease area on an iSCSI LUN by libiscsi, in user space: a hung path never leaves this thread in the kernel's D state. On any error or
 * time-out the context is destroyed with its queue discarded, and the next use connects anew.
 *
 * <p>libiscsi looks at its time-outs once a second, so an access takes up to {@code timeoutSeconds} + 1; a connection to nowhere up to 3 s.
 */
public final class IscsiLeaseArea implements LeaseArea {
    private static final int CHUNK = 1 << 16;
    private static final int SYN_RETRIES = 1;
    private static final long IOVEC_BYTES = 16;

    private final String portal;
    private final String target;
    private final int lun;
    private final String initiator;
    private final int timeoutSeconds;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(CHUNK, LeaseAreaLayout.SECTOR_BYTES);
    private MemorySegment context = MemorySegment.NULL;
    private int blockBytes;

    /** {@code portal}: address:port. */
    public IscsiLeaseArea(String portal, String target, int lun, String initiator, int timeoutSeconds) {
        this.portal = portal;
        this.target = target;
        this.lun = lun;
        this.initiator = initiator;
        this.timeoutSeconds = timeoutSeconds;
    }

    @Override
    public synchronized byte[] read(long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        for (int done = 0; done < length; done += CHUNK) {
            int part = Math.min(CHUNK, length - done);
            readChunk(offset + done, part);
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, done, part);
        }
        return bytes;
    }

    private void readChunk(long offset, int length) throws IOException {
        int block = block(offset, length);
        try (Arena call = Arena.ofConfined()) {
            MemorySegment vector = call.allocate(IOVEC_BYTES, 8);
            vector.set(ValueLayout.ADDRESS, 0, buffer);
            vector.set(ValueLayout.JAVA_LONG, 8, length);
            MemorySegment task = (MemorySegment)
                    LibIscsi.READ.invokeExact(context, lun, block, length, blockBytes, 0, 0, 0, 0, 0, vector, 1);
            finish(task, "read " + length + " bytes at " + offset);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    @Override
    public synchronized void write(long offset, byte[] data, Durability durability) throws IOException {
        int block = block(offset, data.length);
        MemorySegment.copy(data, 0, buffer, ValueLayout.JAVA_BYTE, 0, data.length);
        int forceUnitAccess = durability == Durability.FLUSHED ? 1 : 0;
        try {
            MemorySegment task = (MemorySegment) LibIscsi.WRITE.invokeExact(
                    context, lun, block, buffer, data.length, blockBytes, 0, 0, forceUnitAccess, 0, 0);
            finish(task, "write " + data.length + " bytes at " + offset);
        } catch (IOException e) {
            throw e;
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    private int block(long offset, int length) throws IOException {
        if (context.address() == 0) {
            connect();
        }
        if (offset % blockBytes != 0 || length % blockBytes != 0) {
            throw new IOException("asked for " + length + " bytes at " + offset + " of " + name()
                    + ", whose blocks are " + blockBytes + " bytes; use a LUN with 512-byte blocks for the lease area");
        }
        return (int) (offset / blockBytes);
    }

    private void finish(MemorySegment task, String what) throws Throwable {
        if (task.address() == 0) {
            throw broken(what, error());
        }
        int status = task.reinterpret(4).get(ValueLayout.JAVA_INT, 0);
        String error = status == LibIscsi.STATUS_GOOD ? "" : "status " + status + " " + error();
        LibIscsi.FREE_TASK.invokeExact(task);
        if (status != LibIscsi.STATUS_GOOD) {
            throw broken(what, error);
        }
    }

    private void connect() throws IOException {
        try (Arena call = Arena.ofConfined()) {
            context = (MemorySegment) LibIscsi.CREATE.invokeExact(call.allocateFrom(initiator));
            if (context.address() == 0) {
                throw new IOException("libiscsi refuses the initiator name " + initiator);
            }
            int result = (int) LibIscsi.SET_TARGET.invokeExact(context, call.allocateFrom(target));
            result |= (int) LibIscsi.SET_SESSION_TYPE.invokeExact(context, LibIscsi.SESSION_NORMAL);
            result |= (int) LibIscsi.SET_TIMEOUT.invokeExact(context, timeoutSeconds);
            LibIscsi.SET_NO_RECONNECT.invokeExact(context, 1);
            LibIscsi.SET_TCP_USER_TIMEOUT.invokeExact(context, timeoutSeconds * 1000);
            LibIscsi.SET_TCP_SYN_COUNT.invokeExact(context, SYN_RETRIES);
            if (result != 0) {
                throw broken("set up a session", error());
            }
            if ((int) LibIscsi.CONNECT.invokeExact(context, call.allocateFrom(portal), lun) != 0) {
                throw broken("connect", error());
            }
            LibC.discardOnClose((int) LibIscsi.GET_DESCRIPTOR.invokeExact(context));
            blockBytes = capacity();
        } catch (IOException e) {
            disconnect();
            throw e;
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    /** Checks the LUN's size and gives its block size. */
    private int capacity() throws Throwable {
        MemorySegment task = (MemorySegment) LibIscsi.READ_CAPACITY.invokeExact(context, lun, 0, 0);
        if (task.address() == 0) {
            throw broken("read the capacity", error());
        }
        MemorySegment fields = task.reinterpret(LibIscsi.TASK_DATA + 8);
        int status = fields.get(ValueLayout.JAVA_INT, 0);
        boolean good = status == LibIscsi.STATUS_GOOD && fields.get(ValueLayout.JAVA_INT, LibIscsi.TASK_DATA_SIZE) >= 8;
        byte[] answer = good
                ? fields.get(ValueLayout.ADDRESS, LibIscsi.TASK_DATA)
                        .reinterpret(8)
                        .toArray(ValueLayout.JAVA_BYTE)
                : new byte[8];
        LibIscsi.FREE_TASK.invokeExact(task);
        if (!good) {
            throw broken("read the capacity", "status " + status);
        }
        ByteBuffer numbers = ByteBuffer.wrap(answer);
        long blocks = Integer.toUnsignedLong(numbers.getInt()) + 1;
        int size = numbers.getInt();
        if (blocks * size < LeaseAreaLayout.AREA_BYTES) {
            throw broken(
                    "use it as a lease area",
                    "it has " + blocks * size + " bytes, " + LeaseAreaLayout.AREA_BYTES + " are needed");
        }
        return size;
    }

    private String error() throws Throwable {
        return Foreign.string((MemorySegment) LibIscsi.GET_ERROR.invokeExact(context));
    }

    private IOException broken(String what, String error) {
        disconnect();
        return new IOException(
                "asked to " + what + " of " + name() + ": " + (error.isBlank() ? "no answer" : error.strip()));
    }

    private void disconnect() {
        if (context.address() == 0) {
            return;
        }
        MemorySegment old = context;
        context = MemorySegment.NULL;
        try {
            int ignored = (int) LibIscsi.DESTROY.invokeExact(old);
        } catch (Throwable e) {
            throw Foreign.broken(e);
        }
    }

    private String name() {
        return "iscsi://" + portal + "/" + target + "/" + lun;
    }

    @Override
    public synchronized void close() {
        disconnect();
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
