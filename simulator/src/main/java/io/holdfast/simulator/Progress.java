package io.holdfast.simulator;

import java.io.PrintStream;
import java.util.Locale;

/** Says on standard error how far a long run has come, and with which arguments it goes on when it is ended. */
final class Progress {
    private static final long EVERY_NANOS = 30_000_000_000L;
    private final PrintStream err;
    private final long from;
    private final long count;
    private final long beganNanos = System.nanoTime();
    private long saidNanos = beganNanos;
    private volatile long done;
    private volatile boolean over;

    Progress(PrintStream err, long from, long count) {
        this.err = err;
        this.from = from;
        this.count = count;
    }

    /** Says where a run that is ended from outside can go on. */
    Thread atExit() {
        return new Thread(() -> {
            if (!over) {
                err.println("ended before it was finished; " + rest());
            }
        });
    }

    /** One more history is done, in the order of seeds. */
    void one(int violations) {
        done++;
        long now = System.nanoTime();
        if (now - saidNanos >= EVERY_NANOS) {
            saidNanos = now;
            double perSecond = done / ((now - beganNanos) / 1e9);
            err.printf(
                    Locale.ROOT,
                    "%d of %d histories, %.0f per second, %d violations, about %.0f minutes left; %s%n",
                    done,
                    count,
                    perSecond,
                    violations,
                    (count - done) / perSecond / 60,
                    rest());
        }
    }

    private String rest() {
        return "the rest: --from " + (from + done) + " --seeds " + (count - done);
    }

    /** Everything is done. */
    void finish() {
        over = true;
    }
}
