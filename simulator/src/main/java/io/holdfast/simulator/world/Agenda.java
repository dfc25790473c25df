package io.holdfast.simulator.world;

import java.util.Arrays;

/** What happens when: tasks ordered by instant, then by the order in which they were put in. A binary heap in flat arrays, for speed. */
public final class Agenda {
    private long[] at = new long[1024];
    private long[] order = new long[1024];
    private Runnable[] tasks = new Runnable[1024];
    private int size;
    private long counter;

    /** Puts a task in. */
    public void add(long atNanos, Runnable task) {
        if (size == at.length) {
            at = Arrays.copyOf(at, size * 2);
            order = Arrays.copyOf(order, size * 2);
            tasks = Arrays.copyOf(tasks, size * 2);
        }
        int hole = size++;
        long number = counter++;
        while (hole > 0) {
            int parent = (hole - 1) >>> 1;
            if (before(parent, atNanos, number)) {
                break;
            }
            move(parent, hole);
            hole = parent;
        }
        at[hole] = atNanos;
        order[hole] = number;
        tasks[hole] = task;
    }

    private boolean before(int index, long otherAt, long otherOrder) {
        return at[index] < otherAt || (at[index] == otherAt && order[index] < otherOrder);
    }

    private void move(int from, int to) {
        at[to] = at[from];
        order[to] = order[from];
        tasks[to] = tasks[from];
    }

    public boolean isEmpty() {
        return size == 0;
    }

    /** Instant of the next task. */
    public long nextNanos() {
        return at[0];
    }

    /** Takes the next task out. */
    public Runnable take() {
        Runnable result = tasks[0];
        size--;
        long lastAt = at[size];
        long lastOrder = order[size];
        Runnable last = tasks[size];
        int hole = 0;
        while (true) {
            int child = 2 * hole + 1;
            if (child >= size) {
                break;
            }
            if (child + 1 < size && before(child + 1, at[child], order[child])) {
                child++;
            }
            if (!before(child, lastAt, lastOrder)) {
                break;
            }
            move(child, hole);
            hole = child;
        }
        at[hole] = lastAt;
        order[hole] = lastOrder;
        tasks[hole] = last;
        return result;
    }
}
