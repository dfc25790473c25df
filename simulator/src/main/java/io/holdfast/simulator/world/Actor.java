package io.holdfast.simulator.world;

import java.util.ArrayDeque;

/**
 * A process that can be killed, paused for any time (SIGSTOP, garbage collection, suspend of its machine) and started again. What it had
 * planned before it was killed is forgotten; what was due while it was paused is done in order as soon as it goes on.
 */
public abstract class Actor {
    protected final World world;
    private final ArrayDeque<Runnable> due = new ArrayDeque<>();
    private int life;
    private boolean up;
    private int pauses;

    protected Actor(World world) {
        this.world = world;
    }

    /** The clock of its machine. */
    protected abstract Clock clock();

    public final boolean up() {
        return up;
    }

    /** Lives, but does nothing. */
    public final boolean paused() {
        return pauses > 0;
    }

    /** Lives and works. */
    public final boolean works() {
        return up && pauses == 0;
    }

    /** Its machine's clock now. */
    protected final long localNow() {
        return clock().local(world.now());
    }

    protected final void begin() {
        up = true;
        life++;
        due.clear();
    }

    protected final void end() {
        up = false;
        life++;
        due.clear();
        pauses = 0;
    }

    /** Nothing is paused that does not live: who starts on a machine that stands still pauses itself. */
    public final void pause() {
        if (up) {
            pauses++;
        }
    }

    /** Ends one pause; with the last one everything that was due meanwhile is done. */
    public final void resume() {
        if (pauses == 0 || --pauses > 0) {
            return;
        }
        int mine = life;
        while (!due.isEmpty() && life == mine && pauses == 0) {
            due.poll().run();
        }
    }

    /** Does something after a time measured by its own clock, if it still lives then. */
    protected final void after(long localNanos, Runnable task) {
        int mine = life;
        world.at(world.now() + clock().trueLength(localNanos), () -> runOrDefer(mine, task));
    }

    /** Something from outside reaches it now. Lost when it is down. */
    protected final void receive(Runnable task) {
        runOrDefer(life, task);
    }

    private void runOrDefer(int mine, Runnable task) {
        if (life != mine || !up) {
            return;
        }
        if (pauses > 0) {
            due.add(task);
        } else {
            task.run();
        }
    }
}
