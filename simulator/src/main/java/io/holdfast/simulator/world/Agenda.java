package io.holdfast.simulator.world;

import java.util.Arrays;

/** What happens when: tasks ordered by instant, then by the order in which they were put in. A heap of four children each in flat arrays, for speed. */
public final class Agenda {
    private static final int CHILDREN_SHIFT = 2;

    /** Instant and number of the task at each place of the heap, side by side. */
    private long[] keys = new long[2048];

    private Runnable[] tasks = new Runnable[1024];
    private int size;
    private long counter;

    /** Puts a task in. */
    public void add(long atNanos, Runnable task) {
        if (size == tasks.length) {
            keys = Arrays.copyOf(keys, size * 4);
            tasks = Arrays.copyOf(tasks, size * 2);
        }
        long[] heap = keys;
        int hole = size++;
        // The newest task has the highest number: of equal instants it is the last.
        while (hole > 0) {
            int parent = (hole - 1) >>> CHILDREN_SHIFT;
            if (heap[2 * parent] <= atNanos) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        put(hole, atNanos, counter++, task);
    }

    private void put(int place, long atNanos, long number, Runnable task) {
        keys[2 * place] = atNanos;
        keys[2 * place + 1] = number;
        tasks[place] = task;
    }

    private void move(int from, int to) {
        keys[2 * to] = keys[2 * from];
        keys[2 * to + 1] = keys[2 * from + 1];
        tasks[to] = tasks[from];
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** Instant of the next task. */
    public long nextNanos() {
        return keys[0];
    }

    /** Takes the next task out. */
    public Runnable take() {
        Runnable result = tasks[0];
        size--;
        long lastAt = keys[2 * size];
        long lastNumber = keys[2 * size + 1];
        Runnable last = tasks[size];
        int hole = 0;
        while (true) {
            int child = first(hole);
            if (child < 0 || !before(child, lastAt, lastNumber)) {
                break;
            }
            move(child, hole);
            hole = child;
        }
        put(hole, lastAt, lastNumber, last);
        return result;
    }

    /** The child that comes first; -1: none. */
    private int first(int place) {
        int child = (place << CHILDREN_SHIFT) + 1;
        if (child >= size) {
            return -1;
        }
        int best = child;
        int end = Math.min(child + (1 << CHILDREN_SHIFT), size);
        for (int other = child + 1; other < end; other++) {
            if (before(other, keys[2 * best], keys[2 * best + 1])) {
                best = other;
            }
        }
        return best;
    }

    private boolean before(int place, long otherAt, long otherNumber) {
        long at = keys[2 * place];
        return at < otherAt || (at == otherAt && keys[2 * place + 1] < otherNumber);
    }
}
