package io.holdfast.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/**
 * A progress display: steps that begin, tell what they are doing, and end; several may run side by side.
 *
 * <p>On a terminal the running steps stand at the bottom with a turning mark and their elapsed time, and finished ones
 * scroll away above. Elsewhere a line is printed when a step ends (and one when it begins, so that a log shows where
 * it hangs). Every method may be called from any thread.
 */
public final class Progress implements AutoCloseable {

    private static final long REPAINT_MILLIS = 120;
    private static final String TURNING = "⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏";

    private final Terminal terminal;
    private final LongSupplier nanos;
    private final List<Step> running = new ArrayList<>();
    private final Thread painter;
    private int painted;
    private int turn;
    private boolean closed;

    /** A display on this terminal. Close it to take the running lines off and to end its painter. */
    public Progress(Terminal terminal) {
        this(terminal, System::nanoTime);
    }

    Progress(Terminal terminal, LongSupplier nanos) {
        this.terminal = terminal;
        this.nanos = nanos;
        this.painter = Thread.ofVirtual().name("progress").unstarted(this::repaintUntilClosed);
        if (terminal.interactive()) {
            painter.start();
        }
    }

    /** Begins a step. End it with {@link Step#done()} or {@link Step#failed}. */
    public Step begin(String title) {
        return begin(title, !terminal.interactive());
    }

    private synchronized Step begin(String title, boolean announce) {
        Step step = new Step(title, nanos.getAsLong());
        running.add(step);
        if (announce) {
            terminal.line("   " + title + " …");
        }
        repaint();
        return step;
    }

    /** Prints a line above the running steps. */
    public synchronized void line(String text) {
        wipe();
        terminal.line(text);
        repaint();
    }

    @Override
    public synchronized void close() {
        closed = true;
        wipe();
        terminal.out().flush();
        painter.interrupt();
    }

    private void repaintUntilClosed() {
        try {
            while (true) {
                Thread.sleep(REPAINT_MILLIS);
                synchronized (this) {
                    if (closed) {
                        return;
                    }
                    turn++;
                    repaint();
                }
            }
        } catch (InterruptedException end) {
            Thread.currentThread().interrupt();
        }
    }

    private void repaint() {
        if (!terminal.interactive() || closed) {
            return;
        }
        wipe();
        for (Step step : running) {
            String mark = String.valueOf(TURNING.charAt(turn % TURNING.length()));
            String text = step.title + (step.detail.isEmpty() ? "" : " · " + step.detail) + "  " + step.elapsed();
            terminal.line(
                    " " + terminal.paint(Style.STRONG, mark) + " " + DisplayWidth.cut(text, terminal.columns() - 4));
        }
        painted = running.size();
        terminal.out().flush();
    }

    private void wipe() {
        if (painted > 0) {
            terminal.out().print("\u001b[" + painted + "A\u001b[J");
            painted = 0;
        }
    }

    private synchronized void end(Step step, Style style, String mark, String remark) {
        if (!running.remove(step)) {
            return;
        }
        wipe();
        terminal.line(" " + terminal.paint(style, mark) + " " + step.title + (remark.isEmpty() ? "" : ": " + remark)
                + terminal.paint(Style.QUIET, "  " + step.elapsed()));
        repaint();
    }

    /** A step that has begun. */
    public final class Step {
        private final String title;
        private final long beganNanos;
        private String detail = "";

        private Step(String title, long beganNanos) {
            this.title = title;
            this.beganNanos = beganNanos;
        }

        /** What the step is doing now, for example {@code 2 of 3 hosts}; shown on a terminal only. */
        public void detail(String now) {
            synchronized (Progress.this) {
                detail = now;
                repaint();
            }
        }

        /** Ends the step well. A second end of the same step does nothing. */
        public void done() {
            end(this, Style.GOOD, "✓", "");
        }

        /** Ends the step well, with what came out of it. */
        public void done(String result) {
            end(this, Style.GOOD, "✓", result);
        }

        /** Ends the step badly, with what is wrong. */
        public void failed(String reason) {
            end(this, Style.BAD, "✗", reason);
        }

        private String elapsed() {
            return Elapsed.text((nanos.getAsLong() - beganNanos) / 1_000_000);
        }
    }
}
