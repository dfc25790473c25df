package io.holdfast.supervisor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A service that is a systemd unit. Options of a start are handed over in {@code RUN/NAME.env} as {@code HOLDFAST_OPTIONS}; the unit's drop-in
 * reads it.
 */
final class UnitControl implements ServiceControl {

    private static final Duration TIME_LIMIT = Duration.ofSeconds(20);

    private final String unit;
    private final Path environment;

    UnitControl(String name, String unit, Path run) {
        this.unit = unit;
        this.environment = run.resolve(name + ".env");
    }

    @Override
    public boolean alive() {
        try {
            String state = Programs.run(
                            Duration.ofSeconds(2), List.of("systemctl", "show", "--value", "-p", "ActiveState", unit))
                    .output()
                    .strip();
            return state.equals("active")
                    || state.equals("activating")
                    || state.equals("deactivating")
                    || state.equals("reloading");
        } catch (IOException e) {
            return true; // Unknown: better not start a second one.
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Override
    public void end() throws IOException, InterruptedException {
        Programs.run(TIME_LIMIT, List.of("systemctl", "kill", "--kill-who=all", "--signal=SIGKILL", unit));
        Programs.check(TIME_LIMIT, List.of("systemctl", "stop", unit));
    }

    @Override
    public void endAlone() throws IOException, InterruptedException {
        Programs.run(TIME_LIMIT, List.of("systemctl", "kill", "--kill-who=main", "--signal=SIGKILL", unit));
    }

    @Override
    public void ask(Duration grace) throws IOException, InterruptedException {
        Programs.run(TIME_LIMIT, List.of("systemctl", "kill", "--kill-who=main", "--signal=SIGTERM", unit));
        long deadline = System.nanoTime() + grace.toNanos();
        while (alive() && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    @Override
    public void start(List<String> options) throws IOException, InterruptedException {
        Files.writeString(
                environment, "HOLDFAST_OPTIONS=" + String.join(" ", options) + "\n", StandardCharsets.US_ASCII);
        Programs.run(TIME_LIMIT, List.of("systemctl", "reset-failed", unit));
        Programs.check(TIME_LIMIT, List.of("systemctl", "start", "--no-block", unit));
    }
}
