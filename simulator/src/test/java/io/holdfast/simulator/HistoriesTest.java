package io.holdfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.simulator.fault.FaultKind;
import io.holdfast.simulator.fault.Schedule;
import io.holdfast.simulator.world.ProductRules;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random histories of the shipped core: no violation, repeatable to the byte, and as long and as bad as promised. */
class HistoriesTest {
    private static final int HISTORIES = 5000;

    /** Other seeds with each commit: from its hash, so that a failure on one machine is a failure on all. */
    private static long firstSeed() throws Exception {
        String given = System.getProperty("holdfast.seeds.from");
        if (given != null) {
            return Long.parseLong(given);
        }
        Process git = new ProcessBuilder("git", "rev-parse", "HEAD").start();
        String hash = new String(git.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
        boolean known = git.waitFor(10, TimeUnit.SECONDS) && git.exitValue() == 0 && hash.length() >= 7;
        return known ? Long.parseLong(hash.substring(0, 7), 16) : 1;
    }

    @Test
    void manyRandomHistoriesViolateNothing() throws Exception {
        long from = firstSeed();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrintStream print = new PrintStream(out, true, StandardCharsets.UTF_8);
        String[] arguments = {"--seeds", String.valueOf(HISTORIES), "--from", String.valueOf(from)};
        int exit = Main.run(arguments, print, System.err);
        String text = out.toString(StandardCharsets.UTF_8);
        System.out.println(text.lines().findFirst().orElse(""));
        assertThat(exit)
                .as("./holdfast simulate " + String.join(" ", arguments) + "\n" + text)
                .isZero();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 42, 4711})
    void sameSeedGivesTheSameTraceToTheByte(long seed) {
        History.Outcome one = History.run(seed, Options.DEFAULT, ProductRules.REAL, null, true);
        History.Outcome other = History.run(seed, Options.DEFAULT, ProductRules.REAL, null, true);
        assertThat(one.trace()).isNotEmpty().isEqualTo(other.trace());
        assertThat(one.steps()).isEqualTo(other.steps());
    }

    @Test
    void theNumberOfThreadsChangesNothing() {
        assertThat(json("--seeds", "100", "--threads", "4", "--json"))
                .isEqualTo(json("--seeds", "100", "--threads", "1", "--json"));
    }

    @Test
    void theSummaryHasTheKeysThatAreAsked() {
        Map<?, ?> summary = (Map<?, ?>) Objects.requireNonNull(Json.parse(json("--seeds", "20", "--json")));
        assertThat(summary.keySet().stream().map(String::valueOf))
                .containsExactlyInAnyOrder(
                        "histories", "simulatedHours", "faults", "recoveries", "violations", "recoverySeconds");
    }

    private static String json(String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(Main.run(arguments, new PrintStream(out, true, StandardCharsets.UTF_8), System.err))
                .isZero();
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyHistoryIsLongAndBadEnough() {
        Map<FaultKind, Integer> kinds = new EnumMap<>(FaultKind.class);
        for (long seed = 1; seed <= 2000; seed++) {
            Schedule schedule = History.schedule(seed, Options.DEFAULT);
            assertThat(schedule.lengthMillis()).isGreaterThanOrEqualTo(600_000);
            assertThat(schedule.faults()).hasSizeGreaterThanOrEqualTo(5);
            schedule.faults().forEach(fault -> kinds.merge(fault.kind(), 1, Integer::sum));
        }
        assertThat(kinds).as("every kind of fault is drawn").hasSize(FaultKind.values().length);
    }

    @Test
    void scheduleIsReadAsItIsWritten() {
        Schedule schedule = History.schedule(7, Options.DEFAULT);
        assertThat(Schedule.parse(schedule.toString())).isEqualTo(schedule);
    }

    @Test
    void aViolationIsShrunkAndRepeatedByItsSchedule() {
        for (long seed = 1; ; seed++) {
            ProductRules broken = Sabotage.OBSERVER_IGNORES_CHANGES.rules();
            History.Outcome failed = History.run(seed, Options.DEFAULT, broken, null, false);
            if (failed.violation() != null) {
                Schedule shrunk = Shrinker.shrink(failed, Options.DEFAULT, broken);
                assertThat(shrunk.faults().size())
                        .isLessThan(failed.schedule().faults().size());
                assertThat(History.run(seed, Options.DEFAULT, broken, shrunk, false)
                                .violation())
                        .isNotNull();
                return;
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"--seeds x", "--seeds 0", "--faults nonsense", "--schedule 1", "--hosts 1 --seeds 1", "--what 3"
            })
    void wrongArgumentsAreNamed(String arguments) {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int exit = Main.run(
                arguments.split(" "),
                new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        assertThat(exit).isEqualTo(2);
        assertThat(err.toString(StandardCharsets.UTF_8)).startsWith("holdfast simulate: ");
    }
}
