package io.holdfast.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** {@code ./holdfast bench}: runs the benchmarks and prints each figure beside its target. */
public final class Main {
    /** One figure that is promised, by the benchmark's method and parameter. */
    private record Target(String benchmark, double limit, String unit, String what) {}

    private static final List<Target> TARGETS = List.of(
            new Target("step", 50, "us", "a step, 100 hosts, 2,000 VMs"),
            new Target("stepWithASuspectHost", 50, "us", "a step, one of the 100 hosts suspect"),
            new Target("plan 70", 50, "ms", "1,000 VMs over 99 hosts, 200 rules, 70 % full"),
            new Target("plan 90", 50, "ms", "the same, 90 % full"),
            new Target("plan 98", 50, "ms", "the same, 98 % full (not all fit)"),
            new Target("rackOfFortyHostsLost", 1000, "ms", "5,000 hosts, 30,000 VMs, rack of 40 lost"));

    private static final String HELP = """
            ./holdfast bench solver [--json] [--seconds N] [--instances FROM-TO]
              How many VMs the planner places on 20 hard instances, beside what the constraint solver CP-SAT (OR-Tools) finds in N seconds of
              computing each (60: 20 minutes in all). Exit code 1 when the planner places over 0.5 % fewer.

            ./holdfast bench [--json] [--quick] [NAME...]
              Runs the benchmarks of the decision core (JMH) and prints each figure beside its target. Takes about two minutes.
              NAME     only these: StepBenchmark, PlanBenchmark, RackBenchmark
              --quick  a tenth of the time; the figures are rough
              --json   {"results": [{"benchmark", "what", "value", "error", "unit", "target", "met"}]}
            """;

    private Main() {}

    /** Exit code 0: all figures keep their targets; 1: not; 2: wrong usage. */
    public static void main(String[] arguments) throws RunnerException {
        List<String> words = new ArrayList<>(Arrays.asList(arguments));
        if (words.remove("--help") || words.remove("-h")) {
            System.out.print(HELP);
            return;
        }
        boolean json = words.remove("--json");
        if (words.remove("solver")) {
            System.exit(solver(words, json));
        }
        boolean quick = words.remove("--quick");
        for (String word : words) {
            if (!List.of("StepBenchmark", "PlanBenchmark", "RackBenchmark").contains(word)) {
                System.err.println("holdfast: there is no benchmark '" + word + "'. See ./holdfast bench --help");
                System.exit(2);
            }
        }
        Collection<RunResult> results = new Runner(options(words, quick, json).build()).run();
        boolean met = json ? printJson(results) : printTable(results);
        System.exit(met ? 0 : 1);
    }

    private static int solver(List<String> words, boolean json) {
        double seconds = 60;
        int from = 0;
        int to = HardProblems.COUNT;
        try {
            for (int at = 0; at < words.size(); at += 2) {
                String value = at + 1 < words.size() ? words.get(at + 1) : "";
                switch (words.get(at)) {
                    case "--seconds" -> seconds = Double.parseDouble(value);
                    case "--instances" -> {
                        String[] ends = value.split("-", -1);
                        from = Integer.parseInt(ends[0]);
                        to = Integer.parseInt(ends[ends.length - 1]) + 1;
                    }
                    default -> throw new NumberFormatException(words.get(at));
                }
            }
        } catch (NumberFormatException wrong) {
            System.err.println("holdfast: cannot read '" + String.join(" ", words) + "'. See ./holdfast bench --help");
            return 2;
        }
        if (seconds <= 0 || from < 0 || to > HardProblems.COUNT || from >= to) {
            System.err.println("holdfast: instances are 0 to " + (HardProblems.COUNT - 1) + ", seconds more than 0");
            return 2;
        }
        return SolverComparison.run(from, to, seconds, json) ? 0 : 1;
    }

    private static ChainedOptionsBuilder options(List<String> words, boolean quick, boolean json) {
        ChainedOptionsBuilder options =
                new OptionsBuilder().jvmArgs("-Xmx2g", "-XX:+UseSerialGC").shouldFailOnError(true);
        options.verbosity(json || quick ? VerboseMode.SILENT : VerboseMode.NORMAL);
        for (String word : words.isEmpty() ? List.of("io.holdfast.bench") : words) {
            options.include(word);
        }
        return quick
                ? options.warmupIterations(1)
                        .measurementIterations(2)
                        .warmupTime(TimeValue.milliseconds(500))
                        .measurementTime(TimeValue.milliseconds(500))
                : options;
    }

    private static String name(RunResult result) {
        String label = result.getPrimaryResult().getLabel();
        String fill = result.getParams().getParam("fillPercent");
        return fill == null ? label : label + " " + fill;
    }

    private static Target target(String name) {
        return TARGETS.stream()
                .filter(target -> target.benchmark.equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static boolean printTable(Collection<RunResult> results) {
        boolean met = true;
        System.out.printf("%n%-48s %12s %10s %10s%n", "WHAT", "MEASURED", "±", "TARGET");
        for (RunResult result : results) {
            Target target = target(name(result));
            double value = result.getPrimaryResult().getScore();
            met &= value <= target.limit;
            System.out.printf(
                    Locale.ROOT,
                    "%-48s %9.1f %s %10s %7.0f %s%s%n",
                    target.what,
                    value,
                    target.unit,
                    error(result, "%.1f"),
                    target.limit,
                    target.unit,
                    value <= target.limit ? "" : "  MISSED");
        }
        return met;
    }

    private static String error(RunResult result, String format) {
        double error = result.getPrimaryResult().getScoreError();
        return Double.isNaN(error) ? "-" : String.format(Locale.ROOT, format, error);
    }

    private static boolean printJson(Collection<RunResult> results) {
        boolean met = true;
        List<String> rows = new ArrayList<>();
        for (RunResult result : results) {
            Target target = target(name(result));
            double value = result.getPrimaryResult().getScore();
            met &= value <= target.limit;
            String error = error(result, "%.3f");
            rows.add(String.format(
                    Locale.ROOT,
                    "{\"benchmark\": \"%s\", \"what\": \"%s\", \"value\": %.3f, \"error\": %s, \"unit\": \"%s\", \"target\": %.0f, \"met\": %b}",
                    target.benchmark,
                    target.what,
                    value,
                    "-".equals(error) ? "null" : error,
                    target.unit,
                    target.limit,
                    value <= target.limit));
        }
        System.out.println("{\"results\": [\n  " + String.join(",\n  ", rows) + "\n]}");
        return met;
    }
}
