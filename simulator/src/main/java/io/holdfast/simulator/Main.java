package io.holdfast.simulator;

import io.holdfast.simulator.explore.Explorer;
import io.holdfast.simulator.fault.FaultKind;
import io.holdfast.simulator.fault.Schedule;
import io.holdfast.simulator.scenario.Scenarios;
import io.holdfast.simulator.world.ProductRules;
import io.holdfast.simulator.world.Violation;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** {@code holdfast simulate …}: random histories or scenarios of a file. */
public final class Main {
    private static final String USAGE = """
            usage: holdfast simulate --seeds N [--from S] [--hosts H] [--vms V] [--faults NAME,NAME,…] [--threads T] [--json] [--trace] [--schedule TEXT]
                   holdfast simulate --scenarios FILE.json --out RESULTS.json [--threads T] [--trace]
                   holdfast simulate --explore [BUDGET] [--json]
              --seeds N       so many random histories
              --from S        first seed (default 1)
              --hosts H       hosts, 2 to 250 (default 3)
              --vms V         virtual machines, 1 to 8192 (default 5)
              --faults NAMES  only these kinds of fault; "list" prints them
              --threads T     so many histories or scenarios at a time (default: one for each processor); changes nothing but the speed
              --json          print the summary as JSON
              --trace         print the story of each history
              --schedule TEXT these faults instead of the seed's own (as a violation prints them)
              --explore       search every interleaving of a small cluster of two hosts and two managers; the budget:
                              --vms 1|2 (1), --fault-budget N (2) faults in the first --fault-seconds N (2),
                              --losses N (1) lost commands, --seconds N (20) looked at
            exit code: 0 no violation, 1 a violation, 2 wrong arguments or input
            """;

    private long seeds;
    private long from = 1;
    private int hosts = Options.DEFAULT.hosts();
    private int vms;
    private int threads = Runtime.getRuntime().availableProcessors();
    private boolean explore;
    private Explorer.Budget budget = Explorer.Budget.SMALL;
    private List<FaultKind> faults = Options.DEFAULT.faults();
    private boolean json;
    private boolean trace;
    private @Nullable Schedule schedule;
    private @Nullable Path scenarios;
    private @Nullable Path out;

    private Main() {}

    public static void main(String[] arguments) {
        System.exit(run(arguments, System.out, System.err));
    }

    /** As {@link #main}, with its exit code as the result. */
    static int run(String[] arguments, PrintStream out, PrintStream err) {
        Main main = new Main();
        try {
            if (!main.read(arguments, out)) {
                return 0;
            }
            if (main.explore) {
                return Exploration.run(main.budget, main.json, out);
            }
            return main.scenarios == null ? main.histories(out, err) : main.scenarios(out, err);
        } catch (IllegalArgumentException | IOException e) {
            err.println("holdfast simulate: " + e.getMessage());
            return 2;
        }
    }

    private boolean read(String[] arguments, PrintStream out) {
        for (int index = 0; index < arguments.length; index++) {
            String argument = arguments[index];
            switch (argument) {
                case "--json" -> json = true;
                case "--trace" -> trace = true;
                case "--explore" -> explore = true;
                case "--help", "-h" -> {
                    out.print(USAGE);
                    return false;
                }
                default -> {
                    if (index + 1 >= arguments.length) {
                        throw new IllegalArgumentException(
                                "\"" + argument + "\" is unknown or needs a value\n" + USAGE);
                    }
                    index++;
                    if ("--faults".equals(argument) && "list".equals(arguments[index])) {
                        Arrays.stream(FaultKind.values()).map(FaultKind::text).forEach(out::println);
                        return false;
                    }
                    value(argument, arguments[index]);
                }
            }
        }
        check();
        return true;
    }

    private void check() {
        if (seeds == 0 && scenarios == null && !explore) {
            throw new IllegalArgumentException("nothing asked\n" + USAGE);
        }
        if (scenarios != null && this.out == null) {
            throw new IllegalArgumentException("--scenarios needs --out RESULTS.json");
        }
        if (explore && vms > 2) {
            throw new IllegalArgumentException("--vms: an exhaustive search has 1 or 2 VMs, not " + vms);
        }
        if (explore && vms > 0) {
            budget = budget.withVms(vms);
        }
        if (vms == 0) {
            vms = Options.DEFAULT.vms();
        }
    }

    private void value(String option, String value) {
        switch (option) {
            case "--seeds" -> seeds = number(option, value, 1, Long.MAX_VALUE);
            case "--from" -> from = number(option, value, 0, Long.MAX_VALUE);
            case "--hosts" -> hosts = (int) number(option, value, 2, 250);
            case "--vms" -> vms = (int) number(option, value, 1, 8192);
            case "--faults" ->
                faults = Arrays.stream(value.split(",")).map(FaultKind::parse).toList();
            case "--schedule" -> schedule = Schedule.parse(value);
            case "--threads" -> threads = (int) number(option, value, 1, 1024);
            case "--fault-budget" -> budget = budget.withFaults((int) number(option, value, 0, 9));
            case "--fault-seconds" -> budget = budget.withFaultInstants((int) number(option, value, 0, 100));
            case "--losses" -> budget = budget.withLosses((int) number(option, value, 0, 9));
            case "--seconds" -> budget = budget.withInstants((int) number(option, value, 1, 1000));
            case "--scenarios" -> scenarios = Path.of(value);
            case "--out" -> out = Path.of(value);
            default -> throw new IllegalArgumentException("\"" + option + "\" is unknown\n" + USAGE);
        }
    }

    private static long number(String option, String value, long low, long high) {
        long result;
        try {
            result = Long.parseLong(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(option + ": \"" + value + "\" is not a whole number", e);
        }
        if (result < low || result > high) {
            throw new IllegalArgumentException(option + ": " + value + " is not between " + low + " and " + high);
        }
        return result;
    }

    private int histories(PrintStream print, PrintStream err) {
        Options options = new Options(hosts, vms, faults);
        Summary summary = new Summary();
        Progress progress = new Progress(err, from, seeds);
        Thread atExit = progress.atExit();
        Runtime.getRuntime().addShutdownHook(atExit);
        long began = System.nanoTime();
        new Batch(options, () -> ProductRules.REAL, schedule, trace, threads).run(from, seeds, outcome -> {
            summary.add(outcome);
            if (trace) {
                print.print(outcome.trace());
            }
            Violation violation = outcome.violation();
            if (violation != null) {
                Schedule shrunk = Shrinker.shrink(outcome, options, ProductRules.REAL);
                summary.addViolation(outcome.seed(), violation.invariant(), shrunk);
                tell(json ? err : print, outcome.seed(), violation, shrunk, options);
            }
            progress.one(summary.violations());
        });
        progress.finish();
        Runtime.getRuntime().removeShutdownHook(atExit);
        double wall = (System.nanoTime() - began) / 1e9;
        print.println(json ? Json.write(summary.json()) : summary.text(wall));
        return summary.clean() ? 0 : 1;
    }

    private static void tell(PrintStream print, long seed, Violation violation, Schedule shrunk, Options options) {
        print.println("VIOLATION of " + violation.invariant() + " with seed " + seed + ": " + violation.getMessage());
        print.println("fewest faults that still break it: " + shrunk.faults());
        print.println("repeat: ./holdfast simulate --seeds 1 --from " + seed + " --hosts " + options.hosts() + " --vms "
                + options.vms() + " --trace --schedule '" + shrunk + "'");
        History.Outcome again = History.run(seed, options, ProductRules.REAL, shrunk, true);
        List<String> lines = again.trace().lines().toList();
        print.println("the last of its story:");
        lines.subList(Math.max(0, lines.size() - 60), lines.size()).forEach(line -> print.println("  " + line));
    }

    private int scenarios(PrintStream print, PrintStream err) throws IOException {
        return Scenarios.run(
                Objects.requireNonNull(scenarios), Objects.requireNonNull(out), trace, threads, print, err);
    }
}
