package io.holdfast.agent.fence;

import io.holdfast.agent.system.WatchdogDevice;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Feeds the watchdog only while every VM alive is covered by a held lease (safety argument, section 4). A decision older than
 * {@link #STALE_NANOS} is taken anew: the argument's K has to cover the pause between deciding and writing.
 */
public final class WatchdogFeeder implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(WatchdogFeeder.class);
    private static final long STALE_NANOS = 50_000_000;
    private static final long LONGEST_PERIOD_NANOS = 500_000_000;
    private static final int FEEDS_PER_TIMEOUT = 6;

    private final WatchdogDevice device;
    private final BooleanSupplier allCovered;
    private final IntSupplier timeoutMillis;
    private final LongSupplier bootNanos;
    private volatile boolean stopped;
    private boolean withheld;

    /** {@code timeoutMillis}: W of the lease profile, 0 while none is known; until then the watchdog isn't armed. */
    public WatchdogFeeder(
            WatchdogDevice device, BooleanSupplier allCovered, IntSupplier timeoutMillis, LongSupplier bootNanos) {
        this.device = device;
        this.allCovered = allCovered;
        this.timeoutMillis = timeoutMillis;
        this.bootNanos = bootNanos;
    }

    @Override
    public void run() {
        while (!stopped) {
            int timeout = timeoutMillis.getAsInt();
            if (timeout > 0) {
                tick(timeout);
            }
            LockSupport.parkNanos(
                    timeout == 0
                            ? LONGEST_PERIOD_NANOS / 5
                            : Math.min(LONGEST_PERIOD_NANOS, timeout * 1_000_000L / FEEDS_PER_TIMEOUT));
        }
    }

    private void tick(int timeout) {
        long decided;
        do {
            decided = bootNanos.getAsLong();
            if (!allCovered.getAsBoolean()) {
                if (!withheld) {
                    LOG.warn(
                            "the watchdog isn't fed: a VM lives whose lease isn't held; the host is reset unless it ends");
                    withheld = true;
                }
                return;
            }
        } while (bootNanos.getAsLong() - decided > STALE_NANOS);
        withheld = false;
        device.feed(timeout);
    }

    /** Stops feeding; the watchdog stays armed. */
    public void stop() {
        stopped = true;
    }
}
