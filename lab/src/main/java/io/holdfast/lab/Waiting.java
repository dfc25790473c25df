package io.holdfast.lab;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits for the outer world, always with a limit. */
final class Waiting {

    private Waiting() {}

    /** Lets this much time pass between two looks. */
    static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    /**
     * Looks every {@code everyMillis} until the condition holds.
     *
     * @param whenLate what is wrong, asked for when the limit has passed
     * @throws LabException with that text when {@code limitMillis} have passed
     */
    static void until(BooleanSupplier condition, long everyMillis, long limitMillis, Supplier<String> whenLate) {
        long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(limitMillis);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > limit) {
                throw new LabException("after " + limitMillis / 1000.0 + " s: " + whenLate.get());
            }
            pause(everyMillis);
        }
    }
}
