package io.holdfast.simulator.scenario;

import io.holdfast.simulator.Json;
import io.holdfast.simulator.world.Violation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/** Runs a file of scenarios and writes the file of results: "id", and "id#manager-killed" where the scenario says that the active manager was hit. */
public final class Scenarios {
    private static final long SAID_EVERY_NANOS = 2_000_000_000L;

    private final boolean traced;
    private final PrintStream print;
    private final PrintStream progress;
    private final Map<String, Object> results = new LinkedHashMap<>();
    private long saidNanos = System.nanoTime();
    private int violations;

    private Scenarios(boolean traced, PrintStream print, PrintStream progress) {
        this.traced = traced;
        this.print = print;
        this.progress = progress;
    }

    /**
     * Runs them all.
     *
     * @param threads so many at a time; changes nothing but the speed
     * @param progress told every two seconds how far it has come
     * @return 0, or 1 when an invariant was violated
     * @throws IllegalArgumentException when the file is not of the form; then nothing has been run
     * @throws IOException when a file cannot be read or written; then nothing has been run either, but for a disk that fills up
     */
    public static int run(Path file, Path out, boolean traced, int threads, PrintStream print, PrintStream progress)
            throws IOException {
        List<Scenario> scenarios = ScenarioForm.read(text(file));
        Path folder = out.toAbsolutePath().getParent();
        if (folder == null || !Files.isWritable(folder) || Files.isDirectory(out)) {
            throw new IOException("--out: " + out + " cannot be written; name a file in a folder that is there");
        }
        Scenarios run = new Scenarios(traced, print, progress);
        run.all(scenarios, threads);
        Files.writeString(out, Json.write(run.results), StandardCharsets.UTF_8);
        print.println(run.results.size() + " results of " + scenarios.size() + " scenarios written to " + out + ", "
                + run.violations + " violations");
        return run.violations == 0 ? 0 : 1;
    }

    private static String text(Path file) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (NoSuchFileException e) {
            throw new IOException("--scenarios: there is no file " + file, e);
        } catch (CharacterCodingException e) {
            throw new IOException("--scenarios: " + file + " is not text in UTF-8", e);
        }
    }

    private void all(List<Scenario> scenarios, int threads) {
        ExecutorService workers = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("scenario-", 1).factory());
        try {
            List<Future<Outcome>> outcomes = new ArrayList<>();
            for (Scenario scenario : scenarios) {
                outcomes.add(workers.submit(() -> one(scenario, null, scenario.id())));
                if (!scenario.managerKilledAt().isEmpty()) {
                    Double at = scenario.managerKilledAt().getFirst();
                    outcomes.add(workers.submit(() -> one(scenario, at, scenario.id() + "#manager-killed")));
                }
            }
            for (int index = 0; index < outcomes.size(); index++) {
                take(outcomes.get(index).get());
                // What has been told is not kept: with traces, it would be much.
                outcomes.set(index, null);
                say(index + 1, outcomes.size());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while scenarios ran", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("a scenario ended with an error of the simulator: " + e.getMessage(), e);
        } finally {
            workers.shutdownNow();
        }
    }

    private void say(int done, int count) {
        long now = System.nanoTime();
        if (now - saidNanos >= SAID_EVERY_NANOS && done < count) {
            saidNanos = now;
            progress.println(done + " of " + count + " runs, " + violations + " violations");
        }
    }

    private void take(Outcome outcome) {
        if (outcome.result != null) {
            results.put(outcome.id, outcome.result);
        }
        if (outcome.violation != null) {
            violations++;
            print.println("VIOLATION of " + outcome.violation.invariant() + " in " + outcome.id + ": "
                    + outcome.violation.getMessage());
        }
        if (traced) {
            print.println("== " + outcome.id);
            print.print(outcome.trace);
        }
    }

    private record Outcome(
            String id,
            @Nullable Map<String, Object> result,
            @Nullable Violation violation,
            String trace) {}

    private Outcome one(Scenario scenario, @Nullable Double managerKilledAt, String id) {
        ScenarioRun run = new ScenarioRun(scenario, managerKilledAt, traced);
        try {
            Map<String, Object> result = run.run();
            return new Outcome(id, result, null, run.trace());
        } catch (Violation violation) {
            return new Outcome(id, null, violation, run.trace());
        }
    }
}
