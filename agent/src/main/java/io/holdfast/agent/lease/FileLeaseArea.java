package io.holdfast.agent.lease;

import io.holdfast.agent.system.LibC;
import io.holdfast.protocol.lease.LeaseAreaLayout;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A lease area in a file of a shared directory, or on a shared block device, by O_DIRECT. The C library's calls are used rather than
 * {@code FileChannel}, whose direct mode demands the file system's block size (4096) where disks take the 512 of an ownership record.
 */
public final class FileLeaseArea implements LeaseArea {
    private static final String FILE_NAME = ".holdfast-leases";
    private static final int CHUNK = 1 << 16;
    private static final int CLOSED = -1;

    private final Path path;
    private final Arena arena = Arena.ofShared();
    private final MemorySegment buffer = arena.allocate(CHUNK, LeaseAreaLayout.SECTOR_BYTES);
    private int descriptor = CLOSED;

    /** {@code location}: a directory or block device that every host sees under the same path. */
    public FileLeaseArea(Path location) {
        path = Files.isDirectory(location) ? location.resolve(FILE_NAME) : location;
    }

    /** Makes the file of a shared directory when it's missing; the directory itself must be there, or the storage isn't mounted. */
    public static void create(Path location) throws IOException {
        if (!Files.exists(location)) {
            throw new IOException("asked to lay out a lease area at " + location
                    + ", which does not exist on this host; mount the shared storage there");
        }
        if (!Files.isDirectory(location)) {
            return;
        }
        int file = LibC.open(location.resolve(FILE_NAME).toString(), LibC.O_RDWR | LibC.O_CREAT);
        try {
            LibC.truncate(file, LeaseAreaLayout.AREA_BYTES);
            LibC.fsync(file);
        } finally {
            LibC.close(file);
        }
    }

    @Override
    public synchronized byte[] read(long offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        for (int done = 0; done < length; done += CHUNK) {
            int part = Math.min(CHUNK, length - done);
            transferred(part, offset + done, "read", LibC.pread(opened(), buffer, part, offset + done));
            MemorySegment.copy(buffer, ValueLayout.JAVA_BYTE, 0, bytes, done, part);
        }
        return bytes;
    }

    @Override
    public synchronized void write(long offset, byte[] data, Durability durability) throws IOException {
        if (data.length > CHUNK) {
            throw new IllegalArgumentException("a record of " + data.length + " bytes, at most " + CHUNK);
        }
        MemorySegment.copy(data, 0, buffer, ValueLayout.JAVA_BYTE, 0, data.length);
        transferred(data.length, offset, "write", LibC.pwrite(opened(), buffer, data.length, offset));
    }

    private void transferred(int asked, long offset, String what, long done) throws IOException {
        if (done != asked) {
            throw new IOException("asked to " + what + " " + asked + " bytes at " + offset + " of " + path + ", got "
                    + done + "; the area is smaller than " + LeaseAreaLayout.AREA_BYTES + " bytes");
        }
    }

    private int opened() throws IOException {
        if (descriptor == CLOSED) {
            descriptor = LibC.open(path.toString(), LibC.O_RDWR | LibC.O_DIRECT | LibC.O_DSYNC);
        }
        return descriptor;
    }

    @Override
    public synchronized void close() {
        if (descriptor != CLOSED) {
            LibC.close(descriptor);
            descriptor = CLOSED;
        }
        if (arena.scope().isAlive()) {
            arena.close();
        }
    }
}
