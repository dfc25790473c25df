package io.holdfast.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/** Does several things side by side. */
final class Parallel {

    private Parallel() {}

    /** Runs all to their end. @throws LabException the first failure, when there was one */
    static void run(List<Runnable> work) {
        ConcurrentLinkedQueue<RuntimeException> failures = new ConcurrentLinkedQueue<>();
        List<Thread> threads = new ArrayList<>();
        for (Runnable piece : work) {
            threads.add(Thread.ofVirtual().start(() -> {
                try {
                    piece.run();
                } catch (RuntimeException e) {
                    failures.add(e);
                }
            }));
        }
        try {
            for (Thread thread : threads) {
                thread.join();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
        RuntimeException failure = failures.peek();
        if (failure != null) {
            throw failure;
        }
    }
}
