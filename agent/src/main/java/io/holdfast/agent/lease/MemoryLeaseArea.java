package io.holdfast.agent.lease;

import io.holdfast.protocol.lease.LeaseAreaLayout;
import java.io.IOException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/** In-memory twin for tests: a disk that can be cut off, whose acknowledgements can be lost. Several areas may share one disk. */
public final class MemoryLeaseArea implements LeaseArea {
    /** The shared medium, in sectors of 512 bytes. */
    public static final class Disk {
        private final ConcurrentMap<Long, byte[]> sectors = new ConcurrentHashMap<>();
    }

    private static final int SECTOR = LeaseAreaLayout.OWNERSHIP_BYTES;
    private final Disk disk;
    private volatile boolean cut;
    private volatile boolean losingAcknowledgements;

    public MemoryLeaseArea(Disk disk) {
        this.disk = disk;
    }

    /** While cut, every access fails and nothing lands. */
    public void cut(boolean value) {
        cut = value;
    }

    /** While set, writes land but fail for the writer. */
    public void loseAcknowledgements(boolean value) {
        losingAcknowledgements = value;
    }

    @Override
    public byte[] read(long offset, int length) throws IOException {
        failWhenCut();
        byte[] bytes = new byte[length];
        for (int done = 0; done < length; done += SECTOR) {
            byte[] sector = disk.sectors.get(offset + done);
            if (sector != null) {
                System.arraycopy(sector, 0, bytes, done, SECTOR);
            }
        }
        return bytes;
    }

    @Override
    public void write(long offset, byte[] data, Durability durability) throws IOException {
        failWhenCut();
        for (int done = 0; done < data.length; done += SECTOR) {
            byte[] sector = new byte[SECTOR];
            System.arraycopy(data, done, sector, 0, SECTOR);
            disk.sectors.put(offset + done, sector);
        }
        if (losingAcknowledgements) {
            throw new IOException("the acknowledgement was lost");
        }
    }

    private void failWhenCut() throws IOException {
        if (cut) {
            throw new IOException("the storage can't be reached");
        }
    }

    @Override
    public void close() {}
}
