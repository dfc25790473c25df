package io.holdfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.simulator.fault.Fault;
import io.holdfast.simulator.fault.FaultKind;
import io.holdfast.simulator.fault.Schedule;
import io.holdfast.simulator.world.ProductRules;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
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

    /** A fault that lasts an instant counts for the 15 s that it takes to be dealt with. */
    @Test
    void mostFaultsOverlap() {
        long all = 0;
        long overlapping = 0;
        for (long seed = 1; seed <= 2000; seed++) {
            List<Fault> faults = History.schedule(seed, Options.DEFAULT).faults();
            long here = faults.stream()
                    .filter(one -> faults.stream().anyMatch(other -> other != one && overlap(one, other)))
                    .count();
            assertThat(here).as("seed " + seed).isGreaterThanOrEqualTo(2);
            all += faults.size();
            overlapping += here;
        }
        assertThat(overlapping).isGreaterThan(all * 3 / 4);
    }

    private static boolean overlap(Fault one, Fault other) {
        return one.atMillis() < end(other) && other.atMillis() < end(one);
    }

    private static long end(Fault fault) {
        return fault.atMillis() + Math.max(fault.durationMillis(), 15_000);
    }

    @Test
    void violationsAndTimesHaveTheKeysThatAreAsked() {
        Summary summary = new Summary();
        Schedule schedule = History.schedule(1, Options.DEFAULT);
        for (long seed = 1; seed <= 20; seed++) {
            summary.add(History.run(seed, Options.DEFAULT, ProductRules.REAL, null, false));
        }
        summary.addViolation(1, "AtMostOneWriter", schedule);
        Map<String, Object> json = summary.json();
        assertThat(json.get("violations"))
                .isEqualTo(
                        List.of(Map.of("seed", 1L, "invariant", "AtMostOneWriter", "schedule", schedule.toString())));
        Map<?, ?> times = (Map<?, ?>) Objects.requireNonNull(json.get("recoverySeconds"));
        assertThat(times).isNotEmpty();
        times.values()
                .forEach(each -> assertThat(((Map<?, ?>) each).keySet().stream().map(String::valueOf))
                        .containsExactlyInAnyOrder("min", "median", "p99", "max"));
    }

    /** The first of two moves was committed and failed, the second was refused; then the first one's manager goes on and says that it was done. */
    @Test
    void aMoveThatIsAnsweredAfterALaterOneWasRefusedIsNoViolation() {
        Schedule schedule = Schedule.parse("776879/manager-power-off@111225+11260:0.1,"
                + "manager-stops-after-commit@250993+23329:1.0,migration-breaks@251570+0:2.0,"
                + "manager-side-cut@268664+22188:0.0,operator-moves-cold@270253+0:2.0");
        History.Outcome outcome = History.run(6_095_776, Options.DEFAULT, ProductRules.REAL, schedule, true);
        assertThat(outcome.trace()).contains("MOVE_FAILED [vm3").contains("refuses MoveVm");
        assertThat(outcome.violation()).isNull();
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
