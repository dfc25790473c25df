package io.holdfast.agent.system;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells when processes have ended (gone or zombie, with all their threads), by pidfd; works without libvirt. One thread for all. */
public final class ProcessWatch implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ProcessWatch.class);
    /** A backstop; a newly added process wakes the thread at once. */
    private static final int REFRESH_MILLIS = 2000;

    private record Watched(int descriptor, Runnable ended) {}

    private final List<Watched> added = new ArrayList<>();
    private final List<Watched> watched = new ArrayList<>();
    private final int wake = LibC.eventDescriptor();
    private volatile boolean stopped;

    /** {@code ended} is run once, on the watching thread, and must return at once. A process that has ended already is told at once. */
    public void add(int pid, long startTicks, Runnable ended) {
        QemuProcesses.open(pid, startTicks)
                .ifPresentOrElse(
                        descriptor -> {
                            synchronized (added) {
                                added.add(new Watched(descriptor, ended));
                            }
                            LibC.signalEvent(wake);
                        },
                        ended);
    }

    @Override
    public void run() {
        while (!stopped) {
            synchronized (added) {
                watched.addAll(added);
                added.clear();
            }
            try {
                look();
            } catch (LibC.NativeException | RuntimeException e) {
                LOG.error("watching processes failed; it's tried again", e);
            }
        }
    }

    private void look() throws LibC.NativeException {
        int[] descriptors = IntStream.concat(watched.stream().mapToInt(Watched::descriptor), IntStream.of(wake))
                .toArray();
        boolean[] ended;
        try {
            ended = LibC.poll(descriptors, REFRESH_MILLIS);
        } catch (LibC.NativeException e) {
            if (e.errno() == LibC.EINTR) {
                return;
            }
            throw e;
        }
        if (ended[ended.length - 1]) {
            LibC.drainEvent(wake);
        }
        Iterator<Watched> each = watched.iterator();
        for (int i = 0; each.hasNext(); i++) {
            Watched process = each.next();
            if (ended[i]) {
                each.remove();
                LibC.close(process.descriptor());
                process.ended().run();
            }
        }
    }

    public void stop() {
        stopped = true;
    }
}
