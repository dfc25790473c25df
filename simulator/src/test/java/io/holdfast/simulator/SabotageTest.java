package io.holdfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.simulator.world.Violation;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The simulator must be able to fail: it finds each broken rule within a bounded number of seeds (table in docs/simulator.md). */
class SabotageTest {
    private static final int SEEDS = 2000;

    /** Prints the row of the table in docs/simulator.md. */
    @ParameterizedTest
    @EnumSource(Sabotage.class)
    void isFound(Sabotage sabotage) {
        Options options = sabotage.options();
        History.Outcome found = LongStream.rangeClosed(1, SEEDS)
                .parallel()
                .mapToObj(seed -> History.run(seed, options, sabotage.rules(), null, false))
                .filter(outcome -> outcome.violation() != null)
                .findFirst()
                .orElse(null);
        assertThat(found).as("not found in " + SEEDS + " seeds").isNotNull();
        Violation violation = Objects.requireNonNull(found).violation();
        System.out.println("| " + text(sabotage) + " | " + found.seed() + " | `"
                + Objects.requireNonNull(violation).invariant() + "` |");
    }

    private static String text(Sabotage sabotage) {
        return sabotage.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }

    @Test
    void thereAreAtLeastTwenty() {
        assertThat(List.of(Sabotage.values())).hasSizeGreaterThanOrEqualTo(20);
    }

    @Test
    void theTableInTheDocumentationNamesThemAll() throws IOException {
        List<String> rows = Files.readString(Path.of("../docs/simulator.md"), StandardCharsets.UTF_8)
                .lines()
                .dropWhile(line -> !line.startsWith("| sabotage |"))
                .skip(2)
                .takeWhile(line -> line.startsWith("| "))
                .map(line -> line.substring(2, line.indexOf(" |", 2)))
                .toList();
        assertThat(rows)
                .containsExactlyElementsOf(
                        Arrays.stream(Sabotage.values()).map(SabotageTest::text).toList());
    }
}
