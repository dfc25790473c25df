package io.holdfast.simulator;

import io.holdfast.simulator.fault.Schedule;
import io.holdfast.simulator.world.ProductRules;
import java.util.ArrayDeque;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs many histories, one on each worker thread at a time, and hands out what came of them in the order of their seeds: the number of threads changes the speed and
 * nothing else. A history shares nothing with another one. Only a bounded number of outcomes waits, so a run of any length needs the same memory.
 */
final class Batch {
    /** Seeds are given out so many at a time: handing over one by one costs more than it spreads. */
    private static final int SHARE = 16;

    private static final int SHARES_AHEAD = 4;

    private final Options options;
    private final Supplier<ProductRules> rules;
    private final @Nullable Schedule schedule;
    private final boolean traced;
    private final int threads;

    /** @param rules called once for each history */
    Batch(Options options, Supplier<ProductRules> rules, @Nullable Schedule schedule, boolean traced, int threads) {
        this.options = options;
        this.rules = rules;
        this.schedule = schedule;
        this.traced = traced;
        this.threads = threads;
    }

    /** Runs the histories of {@code from} to {@code from + count - 1}; stops early when {@code consumer} throws. */
    void run(long from, long count, Consumer<History.Outcome> consumer) {
        ExecutorService workers = Executors.newFixedThreadPool(
                threads, Thread.ofPlatform().daemon().name("history-", 1).factory());
        try {
            ArrayDeque<Future<History.Outcome[]>> ahead = new ArrayDeque<>();
            long next = from;
            long end = from + count;
            while (next < end || !ahead.isEmpty()) {
                while (next < end && ahead.size() < threads * SHARES_AHEAD) {
                    long first = next;
                    int length = (int) Math.min(SHARE, end - first);
                    ahead.add(workers.submit(() -> share(first, length)));
                    next += length;
                }
                for (History.Outcome outcome : ahead.remove().get()) {
                    consumer.accept(outcome);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while histories ran", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "a history ended with an error that is none of its invariants'", e.getCause());
        } finally {
            workers.shutdownNow();
        }
    }

    private History.Outcome[] share(long first, int length) {
        History.Outcome[] outcomes = new History.Outcome[length];
        for (int index = 0; index < length; index++) {
            outcomes[index] = History.run(first + index, options, rules.get(), schedule, traced);
        }
        return outcomes;
    }
}
