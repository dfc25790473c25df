package io.holdfast.agent.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;

/** Looks at the guest's growing number on its disk every millisecond: two writers, or memory older than the disk, would make it go back. */
public final class GuestWatch implements AutoCloseable {
    private static final int SECTOR = 512;

    private final Path disk;
    private final Thread thread;
    private volatile boolean stopped;
    private volatile int count;
    private volatile int backwards;
    private volatile long lastChange = System.nanoTime();
    private volatile long longestNanos;

    public GuestWatch(Path disk) {
        this.disk = disk;
        thread = Thread.ofPlatform().daemon().name("guest-watch").start(this::watch);
    }

    private void watch() {
        ByteBuffer sector = ByteBuffer.allocate(4).order(ByteOrder.LITTLE_ENDIAN);
        try (FileChannel channel = FileChannel.open(disk)) {
            channel.read(sector.clear(), SECTOR);
            count = sector.getInt(0);
            while (!stopped) {
                channel.read(sector.clear(), SECTOR);
                int now = sector.getInt(0);
                if (now != count) {
                    backwards += now < count ? 1 : 0;
                    long at = System.nanoTime();
                    longestNanos = Math.max(longestNanos, at - lastChange);
                    lastChange = at;
                    count = now;
                }
                LockSupport.parkNanos(1_000_000);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int count() {
        return count;
    }

    /** How often the number was smaller than before. */
    public int backwards() {
        return backwards;
    }

    /** Since the last write. */
    public long silentMillis() {
        return (System.nanoTime() - lastChange) / 1_000_000;
    }

    /** The longest time between two writes since the last call. */
    public long longestGapMillis() {
        long longest = longestNanos / 1_000_000;
        longestNanos = 0;
        return longest;
    }

    /** The guest is started anew: its number begins again. */
    @Override
    public void close() throws InterruptedException {
        stopped = true;
        thread.join();
    }
}
