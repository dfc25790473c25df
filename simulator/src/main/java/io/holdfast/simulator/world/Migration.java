package io.holdfast.simulator.world;

import io.holdfast.core.health.EndCause;
import org.jspecify.annotations.Nullable;

/**
 * A live migration as the hypervisors of the two hosts carry it out, whatever becomes of the agents meanwhile: dial, copy the memory while the guest runs, pause it, hand over the last of it.
 * When the connection breaks in that last phase the source lets its guest go on by itself, and the target may hold a complete memory that is older than the disks from then on.
 */
final class Migration {
    private static final long MILLI = 1_000_000;
    private static final long STEP = 250 * MILLI;

    private enum Phase {
        DIALLING,
        COPYING,
        HANDING_OVER,
        OVER
    }

    /** Who began it is told once how it went. */
    interface Outcome {
        /** The guest goes on at the source. */
        void failed(Migration migration, String reason);

        /** All of the guest is at the target; the source's process is to be reaped. */
        void handedOver(Migration migration);
    }

    final long targetRun;
    /** The manager that asked last: it is answered. */
    SimManager asker;

    private final World world;
    private final SimHost source;
    private final SimProcess from;
    private final SimHost target;
    private final int sourceBoot;
    private final int targetBoot;
    private final Outcome outcome;
    private final long patience;
    private long toCopy;
    private long silent;
    private Phase phase = Phase.DIALLING;
    private @Nullable SimProcess to;

    /** Begins at once. */
    Migration(
            World world,
            SimHost source,
            SimProcess from,
            SimHost target,
            long targetRun,
            SimManager asker,
            Outcome outcome) {
        this.world = world;
        this.source = source;
        this.from = from;
        this.target = target;
        this.targetRun = targetRun;
        this.asker = asker;
        this.outcome = outcome;
        sourceBoot = source.boot;
        targetBoot = target.boot;
        patience = world.dice().between(1000 * MILLI, 8000 * MILLI);
        toCopy = world.dice().percent(80)
                ? world.dice().between(200 * MILLI, 4000 * MILLI)
                : world.dice().between(4000 * MILLI, 40_000 * MILLI);
        from.migration = this;
        next(world.dice().between(20 * MILLI, 150 * MILLI), this::dial);
    }

    /** The guest is paused for the last of it: it cannot be cancelled any more, nor shut itself down. */
    boolean handingOver() {
        return phase == Phase.HANDING_OVER;
    }

    /** Given up by the source's agent. */
    void cancel() {
        if (phase == Phase.DIALLING || phase == Phase.COPYING) {
            fail("cancelled");
        }
    }

    /** Nothing happens on a host that stands still; a step that its ends do not live to see is never done. */
    private void next(long nanos, Runnable step) {
        world.at(world.now() + nanos, () -> {
            if (phase == Phase.OVER) {
                return;
            }
            boolean sourceGone = source.boot != sourceBoot || source.process(from.vm.id()) != from || from.dying;
            if (sourceGone) {
                over();
            } else if (source.frozen || (target.frozen && target.boot == targetBoot)) {
                next(STEP, step);
            } else {
                step.run();
            }
        });
    }

    private boolean path() {
        return world.network.bothWays(source.index, target.index)
                && source.power
                && target.power
                && target.boot == targetBoot;
    }

    private void dial() {
        if (!path()) {
            silent += STEP;
            if (silent > patience) {
                fail("the target cannot be reached");
            } else {
                next(STEP, this::dial);
            }
            return;
        }
        if (target.process(from.vm.id()) != null) {
            fail("the target has a process of this VM");
            return;
        }
        to = target.spawnIncoming(from.vm, targetRun);
        phase = Phase.COPYING;
        silent = 0;
        next(STEP, this::copy);
    }

    private boolean targetLives() {
        return to != null && target.process(from.vm.id()) == to && !to.dying;
    }

    private void copy() {
        if (path() && !targetLives()) {
            fail("the target's process has ended");
        } else if (!path()) {
            silent += STEP;
            if (silent > patience) {
                fail("the connection broke");
            } else {
                next(STEP, this::copy);
            }
        } else {
            silent = 0;
            toCopy -= STEP;
            if (toCopy > 0) {
                next(STEP, this::copy);
            } else {
                phase = Phase.HANDING_OVER;
                world.say(source.id.value(), "pauses " + from.vm.id() + " run " + from.run + " for the hand-over");
                next(world.dice().between(30 * MILLI, 400 * MILLI), this::handOver);
            }
        }
    }

    private void handOver() {
        boolean breaks = world.breaksHandOver(from.vm.id()) || !path() || !targetLives();
        SimProcess there = to;
        if (!breaks && there != null) {
            complete(there);
            world.say(source.id.value(), "has handed over " + from.vm.id() + " run " + from.run);
            phase = Phase.OVER;
            outcome.handedOver(this);
            return;
        }
        if (there != null && targetLives() && world.dice().percent(60)) {
            complete(there);
        }
        next(world.dice().between(0, 3000 * MILLI), this::goOn);
    }

    private void complete(SimProcess there) {
        there.memoryComplete = true;
        target.agent.memoryComplete(there);
    }

    /** The source's hypervisor asks nobody. */
    private void goOn() {
        if (to != null) {
            to.memoryOld = true;
        }
        world.say(source.id.value(), "lets " + from.vm.id() + " run " + from.run + " go on by itself");
        if (world.dice().percent(15)) {
            world.at(world.now() + world.dice().between(0, 400 * MILLI), this::crash);
        }
        next(world.dice().between(0, 500 * MILLI), () -> fail("the connection broke in the last phase"));
    }

    /** Hypervisors that have just failed to hand a guest over are not at their best. */
    private void crash() {
        if (source.boot == sourceBoot && source.process(from.vm.id()) == from) {
            source.vmDies(from.vm.id(), false);
        }
    }

    private void fail(String reason) {
        over();
        outcome.failed(this, reason);
    }

    /** What is left at the target: a hypervisor that notices ends an incomplete process, some time; it does not always notice. */
    private void over() {
        phase = Phase.OVER;
        if (from.migration == this) {
            from.migration = null;
        }
        SimProcess there = to;
        if (there != null && !there.memoryComplete && world.dice().percent(60)) {
            world.at(world.now() + world.dice().between(50 * MILLI, 20_000 * MILLI), () -> {
                if (targetLives() && there.incoming && target.boot == targetBoot) {
                    target.kill(there, EndCause.START_FAILED, 20 * MILLI);
                }
            });
        }
    }
}
