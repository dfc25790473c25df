package io.holdfast.agent.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watchdog by the protocol of /dev/watchdog: the first write arms it, each write feeds it, closing without 'V' leaves it armed. A FIFO
 * of that protocol, without the ioctls, will do too. Used by one thread; {@link #armed} and {@link #timeoutMillis} by any.
 */
public final class WatchdogDevice {
    private static final Logger LOG = LoggerFactory.getLogger(WatchdogDevice.class);
    private static final long WDIOC_SETTIMEOUT = 0xC0045706L;
    private static final int CLOSED = -1;
    private static final byte[] FEED = {'.'};
    private static final byte[] MAGIC_CLOSE = {'V'};

    private final String path;
    private final int fallbackMillis;
    private int descriptor = CLOSED;
    private String lastError = "";
    private volatile boolean armed;
    private volatile int timeoutMillis;

    /** {@code fallbackMillis}: the time-out of a path that takes no ioctl, 0 when unknown. */
    public WatchdogDevice(String path, int fallbackMillis) {
        this.path = path;
        this.fallbackMillis = fallbackMillis;
    }

    /** Feeds, opening and setting the time-out first when needed; on an error the next feed tries anew. */
    public void feed(int wantedMillis) {
        try {
            if (descriptor == CLOSED) {
                open(wantedMillis);
            }
            LibC.write(descriptor, FEED);
            armed = true;
            lastError = "";
        } catch (LibC.NativeException e) {
            if (e.errno() == LibC.EAGAIN) {
                return;
            }
            failed(e.getMessage() == null ? e.toString() : e.getMessage());
        }
    }

    private void open(int wantedMillis) throws LibC.NativeException {
        boolean device = !Files.exists(Path.of(path)) || !isFifo();
        descriptor = LibC.open(path, device ? LibC.O_WRONLY : LibC.O_WRONLY | LibC.O_NONBLOCK);
        int seconds = Math.max(1, wantedMillis / 1000);
        try {
            timeoutMillis = LibC.ioctlInt(descriptor, WDIOC_SETTIMEOUT, seconds) * 1000;
        } catch (LibC.NativeException e) {
            if (e.errno() != LibC.ENOTTY && e.errno() != LibC.EINVAL) {
                throw e;
            }
            timeoutMillis = fallbackMillis;
        }
        LOG.info("watchdog {}: open, time-out {} ms", path, timeoutMillis);
    }

    private boolean isFifo() {
        Path file = Path.of(path);
        return !Files.isRegularFile(file) && !isCharacterDevice(file);
    }

    private static boolean isCharacterDevice(Path file) {
        try {
            int mode = (int) Files.getAttribute(file, "unix:mode");
            return (mode & 0xF000) == 0x2000;
        } catch (IOException | UnsupportedOperationException e) {
            return true;
        }
    }

    private void failed(String why) {
        if (!why.equals(lastError)) {
            LOG.warn("watchdog {} can't be fed: {}", path, why);
            lastError = why;
        }
        if (descriptor != CLOSED) {
            LibC.close(descriptor);
            descriptor = CLOSED;
        }
        armed = false;
    }

    /** Disarms: only for an orderly stop with no VM alive. */
    public void disarm() {
        if (descriptor == CLOSED) {
            return;
        }
        try {
            LibC.write(descriptor, MAGIC_CLOSE);
        } catch (LibC.NativeException e) {
            LOG.warn("watchdog {} can't be disarmed: {}", path, e.getMessage());
        }
        LibC.close(descriptor);
        descriptor = CLOSED;
        armed = false;
    }

    public boolean armed() {
        return armed;
    }

    public int timeoutMillis() {
        return timeoutMillis;
    }
}
