package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
    private final AtomicLong nanos = new AtomicLong();

    @Test
    void tellsBeginAndEndOfEachStepInLog() {
        try (Progress progress = new Progress(Terminal.plain(out), nanos::get)) {
            Progress.Step hosts = progress.begin("start hosts");
            hosts.detail("1 of 3");
            nanos.addAndGet(1_400_000_000L);
            hosts.done("3 hosts");
            progress.begin("cut power").failed("no such host");
        }

        assertThat(text())
                .isEqualTo(
                        "   start hosts …\n ✓ start hosts: 3 hosts  1.4 s\n   cut power …\n ✗ cut power: no such host  0 ms\n");
    }

    @Test
    void endsEachStepOnce() {
        try (Progress progress = new Progress(Terminal.plain(out), nanos::get)) {
            Progress.Step step = progress.begin("a");
            step.done();
            step.failed("late");
        }

        assertThat(text()).doesNotContain("late");
    }

    @Test
    void takesRunningStepsOffTheTerminalWhenClosed() {
        Terminal terminal = new Terminal(out, true, false, 40);
        try (Progress progress = new Progress(terminal, nanos::get)) {
            progress.begin("running");
            progress.line("a line above");
        }

        assertThat(text()).contains("a line above\n").endsWith("\u001b[1A\u001b[J");
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
