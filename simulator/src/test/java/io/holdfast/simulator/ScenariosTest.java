package io.holdfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.simulator.scenario.Scenarios;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScenariosTest {
    private static final Path FILE = Path.of("src/test/resources/scenarios.json");
    private static final Path OWN = Path.of("src/test/resources/own-scenarios.json");

    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    @TempDir
    Path directory;

    private Map<?, ?> run() throws IOException {
        Path out = directory.resolve("results.json");
        assertThat(Scenarios.run(FILE, out, false, THREADS, System.out, System.out))
                .isZero();
        return (Map<?, ?>) parse(out);
    }

    private static Object parse(Path file) throws IOException {
        @Nullable Object value = Json.parse(Files.readString(file, StandardCharsets.UTF_8));
        assertThat(value).isNotNull();
        return Objects.requireNonNull(value);
    }

    private static Map<?, ?> finalOf(Map<?, ?> results, String scenario, String vm) {
        Map<?, ?> result = (Map<?, ?>) Objects.requireNonNull(results.get(scenario));
        Map<?, ?> finals = (Map<?, ?>) Objects.requireNonNull(result.get("final"));
        return (Map<?, ?>) Objects.requireNonNull(finals.get(vm));
    }

    @Test
    void restartsTheVmOfAnIsolatedHostOnlyAfterTheFenceAlsoWithoutTheActiveManager() throws Exception {
        Map<?, ?> results = run();
        for (String id : List.of("isolated-host", "isolated-host#manager-killed")) {
            assertThat(finalOf(results, id, "vm:1").get("running")).as(id).isEqualTo(true);
            assertThat(finalOf(results, id, "vm:1").get("host")).as(id).isNotEqualTo("a");
            assertThat(finalOf(results, id, "vm:2").get("running")).as(id).isEqualTo(false);
            Map<?, ?> result = (Map<?, ?>) Objects.requireNonNull(results.get(id));
            String timeline = Json.write(result.get("timeline"));
            int down = timeline.indexOf("\"vm-down\"");
            int fenced = timeline.indexOf("\"fence-confirmed\"");
            assertThat(down).as(timeline).isPositive().isLessThan(fenced);
            assertThat(timeline.indexOf("\"vm-up\"", down)).as(timeline).isGreaterThan(fenced);
        }
    }

    @Test
    void keepsApartMovesStopsAndGivesUp() throws Exception {
        Map<?, ?> results = run();
        String id = "moved-apart-and-stuck";
        assertThat(finalOf(results, id, "vm:1").get("running")).isEqualTo(true);
        assertThat(finalOf(results, id, "vm:2").get("running")).isEqualTo(false);
        assertThat(finalOf(results, id, "fa:3").get("state")).isEqualTo("failed");
        assertThat(finalOf(results, id, "vm:9").get("host")).isEqualTo("a");
        assertThat(results.get(id + "#manager-killed"))
                .as("no manager was hit there")
                .isNull();
    }

    /** Own scenarios of every event, setting and rule of the form; what must come out follows the reference's documented behaviour. */
    @Test
    void ownScenariosHaveNoHardDifference() throws Exception {
        Path out = directory.resolve("own-results.json");
        assertThat(Scenarios.run(OWN, out, false, THREADS, System.out, System.out))
                .isZero();
        Map<?, ?> results = (Map<?, ?>) parse(out);
        List<String> differences = new ArrayList<>();
        int runs = 0;
        for (Object scenario : HardRules.list(HardRules.map(parse(OWN)), "scenarios")) {
            String id = HardRules.text(HardRules.map(scenario), "id");
            for (String key : List.of(id, id + "#manager-killed")) {
                Object result = results.get(key);
                if (result != null) {
                    runs++;
                    for (String difference : HardRules.differences(HardRules.map(scenario), HardRules.map(result))) {
                        differences.add(key + ": " + difference);
                    }
                }
            }
        }
        assertThat(differences).isEmpty();
        assertThat(runs).isEqualTo(results.size()).isGreaterThan(200);
    }
}
