package io.holdfast.simulator;

import io.holdfast.simulator.fault.FaultKind;
import io.holdfast.simulator.fault.Schedule;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What came of many histories. */
final class Summary {
    private static final double NANOS_PER_HOUR = 3.6e12;
    private long histories;
    private long steps;
    private double hours;
    private long recoveries;
    private final EnumMap<FaultKind, Integer> faults = new EnumMap<>(FaultKind.class);
    private final TreeMap<String, Distribution> times = new TreeMap<>();
    private final List<Map<String, Object>> violations = new ArrayList<>();

    void add(History.Outcome outcome) {
        histories++;
        steps += outcome.steps();
        hours += outcome.totalNanos() / NANOS_PER_HOUR;
        outcome.faults().forEach((kind, count) -> faults.merge(kind, count, Integer::sum));
        outcome.recoveryMillis().forEach((verdict, list) -> {
            recoveries += list.size();
            Distribution distribution = times.computeIfAbsent(verdict, key -> new Distribution());
            list.forEach(distribution::add);
        });
    }

    void addViolation(long seed, String invariant, Schedule schedule) {
        Map<String, Object> violation = new LinkedHashMap<>();
        violation.put("seed", seed);
        violation.put("invariant", invariant);
        violation.put("schedule", schedule.toString());
        violations.add(violation);
    }

    boolean clean() {
        return violations.isEmpty();
    }

    int violations() {
        return violations.size();
    }

    /** As {@code --json} prints it; the wall clock is not in it, so the same arguments give the same text. */
    Map<String, Object> json() {
        Map<String, Object> result = new LinkedHashMap<>();
        result.put("histories", histories);
        result.put("simulatedHours", Math.round(hours * 1000) / 1000.0);
        Map<String, Object> kinds = new LinkedHashMap<>();
        faults.forEach((kind, count) -> kinds.put(kind.text(), count));
        result.put("faults", kinds);
        result.put("recoveries", recoveries);
        result.put("violations", violations);
        Map<String, Object> seconds = new LinkedHashMap<>();
        times.forEach((verdict, distribution) -> seconds.put(verdict, distribution.seconds()));
        result.put("recoverySeconds", seconds);
        return result;
    }

    String text(double wallSeconds) {
        StringBuilder out = new StringBuilder();
        out.append(String.format(
                Locale.ROOT,
                "%d histories in %.1f s (%.1f per second), %.1f simulated hours (%.2f per wall-clock second), %d steps of the core%n",
                histories,
                wallSeconds,
                histories / wallSeconds,
                hours,
                hours / wallSeconds,
                steps));
        out.append("faults:");
        faults.forEach(
                (kind, count) -> out.append(' ').append(kind.text()).append('=').append(count));
        out.append(String.format("%nrecoveries: %d%n", recoveries));
        times.forEach((verdict, distribution) -> {
            Map<String, Double> each = distribution.seconds();
            out.append(String.format(
                    Locale.ROOT,
                    "  %-14s %6d times, seconds from the suspicion to running: min %.2f, median %.2f, p99 %.2f, max %.2f%n",
                    verdict,
                    distribution.total(),
                    each.get("min"),
                    each.get("median"),
                    each.get("p99"),
                    each.get("max")));
        });
        out.append(String.format("violations: %d%n", violations.size()));
        return out.toString();
    }
}
