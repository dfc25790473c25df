package io.holdfast.simulator;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/** How often each number of whole milliseconds came up: exact, and of the same size however many there are. */
final class Distribution {
    /** Longer than any history. */
    private static final int LIMIT_MILLIS = 3_600_000;

    private int[] counts = new int[1024];
    private long total;

    void add(long millis) {
        int index = (int) Math.clamp(millis, 0, LIMIT_MILLIS);
        if (index >= counts.length) {
            counts = Arrays.copyOf(counts, Math.min(LIMIT_MILLIS + 1, Math.max(index + 1, counts.length * 2)));
        }
        counts[index]++;
        total++;
    }

    long total() {
        return total;
    }

    /** Seconds of the value at this place (from 0) when all are sorted. */
    private double at(long place) {
        long before = 0;
        for (int millis = 0; millis < counts.length; millis++) {
            before += counts[millis];
            if (before > place) {
                return millis / 1000.0;
            }
        }
        throw new IllegalArgumentException("there is no place " + place + " among " + total);
    }

    /** Smallest, median, 99th percentile and largest, in seconds; at least one value must have been added. */
    Map<String, Double> seconds() {
        Map<String, Double> result = new LinkedHashMap<>();
        result.put("min", at(0));
        result.put("median", at(total / 2));
        result.put("p99", at(Math.min(total - 1, total * 99 / 100)));
        result.put("max", at(total - 1));
        return result;
    }
}
