package io.holdfast.lab;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A host's hardware watchdog. The host feeds it by writing to {@code /dev/watchdog}, here a FIFO: any byte arms and
 * feeds it, {@code V} disarms it (the magic close of Linux' watchdog API). When it has not been fed for its time-out,
 * the host is reset.
 */
final class WatchdogTimer {

    private static final long DISARMED = -1;
    private static final long LOOK_EVERY_MILLIS = 20;

    private final Path fifo;
    private final long timeoutNanos;
    private final Runnable reset;
    private final AtomicLong fedNanos = new AtomicLong(DISARMED);
    private final AtomicInteger fired = new AtomicInteger();
    private final AtomicLong firedNanos = new AtomicLong();

    /** Starts at once, disarmed. Its threads end with the lab. */
    WatchdogTimer(Path fifo, long timeoutMillis, Runnable reset) {
        this.fifo = fifo;
        this.timeoutNanos = TimeUnit.MILLISECONDS.toNanos(timeoutMillis);
        this.reset = reset;
        Thread.ofPlatform().daemon().name("watchdog-feed " + fifo).start(this::listen);
        Thread.ofPlatform().daemon().name("watchdog " + fifo).start(this::watch);
    }

    /** How often it has reset its host. */
    int fired() {
        return fired.get();
    }

    /** CLOCK_BOOTTIME of the last reset, in nanoseconds. */
    long firedNanos() {
        return firedNanos.get();
    }

    /** True while the host feeds it. */
    boolean armed() {
        return fedNanos.get() != DISARMED;
    }

    /** As a loss of power does. */
    void disarm() {
        fedNanos.set(DISARMED);
    }

    private void listen() {
        // Opened for both directions, so that it neither waits for a writer nor ends with one.
        try (RandomAccessFile pipe = new RandomAccessFile(fifo.toFile(), "rw")) {
            byte[] bytes = new byte[256];
            while (true) {
                int count = pipe.read(bytes);
                if (count > 0) {
                    fedNanos.set(bytes[count - 1] == 'V' ? DISARMED : System.nanoTime());
                }
            }
        } catch (IOException e) {
            throw new LabException("the watchdog " + fifo + " can't be read", e);
        }
    }

    private void watch() {
        while (true) {
            Waiting.pause(LOOK_EVERY_MILLIS);
            long fed = fedNanos.get();
            if (fed != DISARMED && System.nanoTime() - fed > timeoutNanos && fedNanos.compareAndSet(fed, DISARMED)) {
                firedNanos.set(Clock.bootNanos());
                fired.incrementAndGet();
                reset.run();
            }
        }
    }
}
