package io.holdfast.simulator.world;

import io.holdfast.core.health.PowerState;

/**
 * The management controller of a host. It can be dead, answer late, show a state of some seconds ago, give one wrong answer, or accept a
 * power-off and not do it. A controller that says "off" of a running host again and again is outside the argument (it would be wired to
 * another host).
 */
public final class SimBmc {
    private static final long MILLI = 1_000_000;
    private static final long LAG = 1500 * MILLI;
    private static final long DRIVER_TIMEOUT = 1000 * MILLI;
    /** Two wrong answers of one BMC are at least so far apart: wrong twice in a row is outside the argument. */
    private static final long MINIMUM_TRUTH = 60_000 * MILLI;

    private final World world;
    private final SimHost host;
    private int dead;
    private int lagging;
    private int lies;
    private long liedAt = Long.MIN_VALUE / 2;
    private int lazy;
    private boolean powerSeen = true;

    SimBmc(World world, SimHost host) {
        this.world = world;
        this.host = host;
    }

    /** Does not answer at all, for as long as a dead cause stands (a power cut of its own supply, or a fault). */
    public void dead(boolean on) {
        dead += on ? 1 : -1;
    }

    /** Shows the power state of a while ago. */
    public void lagging(boolean on) {
        lagging += on ? 1 : -1;
    }

    /** Its next read is wrong. */
    public void lieOnce() {
        if (world.now() - liedAt > MINIMUM_TRUTH) {
            lies = 1;
        }
    }

    /** Accepts power-off and does nothing. */
    public void lazy(boolean on) {
        lazy += on ? 1 : -1;
    }

    /** The host's power has changed. */
    void powerChanged() {
        boolean power = host.power;
        world.at(world.now() + (lagging > 0 ? LAG : 0), () -> powerSeen = power);
    }

    /** What a driver's read gives, and after how long. */
    PowerState read() {
        if (dead > 0) {
            return PowerState.UNREACHABLE;
        }
        if (lies > 0) {
            lies--;
            liedAt = world.now();
            return powerSeen ? PowerState.OFF : PowerState.ON;
        }
        return powerSeen ? PowerState.ON : PowerState.OFF;
    }

    long answerNanos() {
        return dead > 0 ? DRIVER_TIMEOUT : world.dice().between(30 * MILLI, 250 * MILLI);
    }

    /** True: accepted. */
    boolean powerOff() {
        if (dead > 0) {
            return false;
        }
        if (lazy == 0) {
            host.powerOff("BMC command");
        }
        return true;
    }
}
