package io.holdfast.agent.link;

import io.holdfast.protocol.agent.AgentMessage;
import io.holdfast.protocol.agent.Report;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sends a report to every manager each interval, and at once when something changed that a decision may wait for. */
public final class Reporter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(Reporter.class);
    /** Several changes in the same moment make one report. */
    private static final long GATHER_NANOS = 2_000_000;

    private final Supplier<Report> content;
    private final List<ManagerLink> links;
    private final IntSupplier intervalMillis;
    private volatile boolean changed;
    private volatile boolean stopped;
    private volatile @Nullable Thread thread;
    private long sequence;

    public Reporter(Supplier<Report> content, List<ManagerLink> links, IntSupplier intervalMillis) {
        this.content = content;
        this.links = links;
        this.intervalMillis = intervalMillis;
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!stopped) {
            long began = System.nanoTime();
            changed = false;
            try {
                Report report =
                        content.get().toBuilder().setSequence(++sequence).build();
                AgentMessage message =
                        AgentMessage.newBuilder().setReport(report).build();
                links.forEach(link -> link.report(message));
            } catch (RuntimeException e) {
                LOG.error("a report could not be made; the next follows", e);
            }
            // From this one on, also when a change has brought it forward: the manager suspects a host whose reports
            // are further apart.
            long next = began + intervalMillis.getAsInt() * 1_000_000L;
            while (!changed && !stopped && next - System.nanoTime() > 0) {
                LockSupport.parkNanos(next - System.nanoTime());
            }
            if (changed) {
                LockSupport.parkNanos(GATHER_NANOS);
            }
        }
    }

    /** A decision may wait for what has just changed. Returns at once. */
    public void now() {
        changed = true;
        LockSupport.unpark(thread);
    }

    public void stop() {
        stopped = true;
        LockSupport.unpark(thread);
    }
}
