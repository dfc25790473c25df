package io.holdfast.simulator.scenario;

import io.holdfast.simulator.Json;
import io.holdfast.simulator.world.Violation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Runs a file of scenarios and writes the file of results: "id", and "id#manager-killed" where the scenario says that the active manager was hit. */
public final class Scenarios {
    private Scenarios() {}

    /**
     * Runs them all.
     *
     * @return 0, or 1 when an invariant was violated
     * @throws IllegalArgumentException when the file is not of the form; then nothing has been run
     */
    public static int run(Path file, Path out, boolean traced, PrintStream print) throws IOException {
        List<Scenario> scenarios = ScenarioForm.read(Files.readString(file, StandardCharsets.UTF_8));
        Map<String, Object> results = new LinkedHashMap<>();
        int violations = 0;
        for (Scenario scenario : scenarios) {
            violations += one(scenario, null, scenario.id(), results, traced, print);
            if (!scenario.managerKilledAt().isEmpty()) {
                Double at = scenario.managerKilledAt().getFirst();
                violations += one(scenario, at, scenario.id() + "#manager-killed", results, traced, print);
            }
        }
        Files.writeString(out, Json.write(results), StandardCharsets.UTF_8);
        print.println(results.size() + " results of " + scenarios.size() + " scenarios written to " + out + ", "
                + violations + " violations");
        return violations == 0 ? 0 : 1;
    }

    private static int one(
            Scenario scenario,
            @org.jspecify.annotations.Nullable Double managerKilledAt,
            String id,
            Map<String, Object> results,
            boolean traced,
            PrintStream print) {
        ScenarioRun run = new ScenarioRun(scenario, managerKilledAt, traced);
        try {
            results.put(id, run.run());
            return 0;
        } catch (Violation violation) {
            print.println("VIOLATION of " + violation.invariant() + " in " + id + ": " + violation.getMessage());
            return 1;
        } finally {
            if (traced) {
                print.println("== " + id);
                print.print(run.trace());
            }
        }
    }
}
