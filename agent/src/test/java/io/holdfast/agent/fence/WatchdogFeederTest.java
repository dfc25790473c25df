package io.holdfast.agent.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.agent.system.LibC;
import io.holdfast.agent.system.WatchdogDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchdogFeederTest {
    @TempDir
    Path directory;

    private static long fed(Path file) {
        try {
            return Files.exists(file) ? Files.size(file) : 0;
        } catch (IOException e) {
            return 0;
        }
    }

    @Test
    void feedsWellWithinTheTimeoutButNeverWhileAVmIsUncovered() throws Exception {
        Path file = Files.createFile(directory.resolve("watchdog"));
        WatchdogDevice device = new WatchdogDevice(file.toString(), 1200);
        AtomicBoolean covered = new AtomicBoolean(true);
        WatchdogFeeder feeder = new WatchdogFeeder(device, covered::get, () -> 1200, LibC::bootNanos);
        Thread thread = Thread.ofPlatform().daemon().start(feeder);
        await().atMost(Duration.ofSeconds(10)).until(() -> fed(file) > 3);
        assertThat(device.armed()).isTrue();
        assertThat(device.timeoutMillis())
                .as("a path without the ioctl has the configured time-out")
                .isEqualTo(1200);
        covered.set(false);
        Thread.sleep(300);
        long withheld = fed(file);
        Thread.sleep(700);
        assertThat(fed(file)).isEqualTo(withheld);
        covered.set(true);
        await().atMost(Duration.ofSeconds(10)).until(() -> fed(file) > withheld);
        feeder.stop();
        thread.join();
        assertThat(Files.readString(file)).as("stopping alone leaves it armed").doesNotContain("V");
        device.disarm();
        assertThat(Files.readString(file)).endsWith("V");
    }

    @Test
    void aFifoWithoutAReaderIsNotTakenForAnArmedWatchdog() throws Exception {
        Path fifo = directory.resolve("fifo");
        assertThat(new ProcessBuilder("mkfifo", fifo.toString()).start().waitFor())
                .isZero();
        WatchdogDevice device = new WatchdogDevice(fifo.toString(), 1000);
        device.feed(1000);
        assertThat(device.armed()).isFalse();
        Process reader = new ProcessBuilder("cat", fifo.toString()).start();
        await().atMost(Duration.ofSeconds(10)).until(() -> {
            device.feed(1000);
            return device.armed();
        });
        assertThat(reader.getInputStream().read()).isEqualTo('.');
        reader.destroyForcibly();
    }
}
