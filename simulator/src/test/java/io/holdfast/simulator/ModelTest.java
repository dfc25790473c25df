package io.holdfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The formal model (model/holdfast.pml) checked exhaustively by Spin: no violation as it is, one for each sabotage. */
class ModelTest {
    private static final Path MODEL =
            Path.of("..", "model", "holdfast.pml").toAbsolutePath().normalize();
    private static final List<String> SMALL = List.of("-DFAULTS=1", "-DMAX_RUN=3");

    @TempDir
    Path directory;

    @Test
    void holdsAtTheSmallSizeInEveryReachableState() throws Exception {
        Result result = check(SMALL);
        assertThat(result.errors()).as(result.output()).isZero();
        assertThat(result.states()).isGreaterThan(1_000_000);
        System.out.println("model: " + result.states() + " states, no violation");
    }

    @Test
    void reachesARestartAtAll() throws Exception {
        assertThat(check(with(SMALL, "-DREACH_RESTART")).errors()).isPositive();
    }

    /** The watchdog alone keeps the bound: the agent's own kill is the quicker of two nets, not the only one. */
    @Test
    void holdsWithoutTheAgentsKillAsLongAsTheWatchdogIsThere() throws Exception {
        assertThat(check(with(SMALL, "-DSABOTAGE_NO_SELF_FENCE")).errors()).isZero();
    }

    static Stream<String> sabotages() throws IOException {
        return Files.readString(MODEL, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> line.startsWith("#ifdef SABOTAGE_"))
                .map(line -> line.substring("#ifdef ".length()))
                .filter(name -> !name.equals("SABOTAGE_NO_SELF_FENCE"))
                .distinct()
                .sorted();
    }

    @ParameterizedTest
    @MethodSource("sabotages")
    void findsEverySabotage(String sabotage) throws Exception {
        Result result = check(with(SMALL, "-D" + sabotage));
        assertThat(result.errors()).as(sabotage).isPositive();
    }

    private record Result(int errors, long states, String output) {}

    private static List<String> with(List<String> switches, String more) {
        List<String> result = new ArrayList<>(switches);
        result.add(more);
        return result;
    }

    private Result check(List<String> switches) throws Exception {
        List<String> spin = new ArrayList<>(List.of("spin"));
        spin.addAll(switches);
        spin.addAll(List.of("-a", MODEL.toString()));
        run(spin);
        run(List.of("gcc", "-O2", "-DSAFETY", "-DCOLLAPSE", "-DMEMLIM=3000", "-w", "-o", "pan", "pan.c"));
        String output = run(List.of("./pan", "-m300000"));
        int errors = Integer.parseInt(after(output, "errors: "));
        long states = output.lines()
                .filter(line -> line.contains("states, stored"))
                .mapToLong(line -> (long) Double.parseDouble(line.trim().split(" ")[0]))
                .findFirst()
                .orElse(0);
        assertThat(output).as("the whole state space was searched").doesNotContain("max search depth too small");
        return new Result(errors, states, output);
    }

    private static String after(String output, String mark) {
        int at = output.indexOf(mark);
        assertThat(at).as(output).isNotNegative();
        return output.substring(at + mark.length())
                .lines()
                .findFirst()
                .orElseThrow()
                .trim();
    }

    private String run(List<String> command) throws Exception {
        Path log = directory.resolve("log");
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(directory.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(log.toFile())
                    .start();
        } catch (IOException e) {
            throw new AssertionError(
                    command.getFirst() + " cannot be run; install the Debian packages spin and gcc", e);
        }
        assertThat(process.waitFor(5, TimeUnit.MINUTES))
                .as("five minutes are enough for " + command)
                .isTrue();
        String output = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(process.exitValue()).as(command + "\n" + output).isZero();
        return output;
    }
}
