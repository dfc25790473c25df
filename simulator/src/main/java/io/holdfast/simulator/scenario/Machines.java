package io.holdfast.simulator.scenario;

import io.holdfast.simulator.world.SimHost;
import io.holdfast.simulator.world.World;
import java.util.Arrays;
import java.util.function.IntPredicate;

/**
 * The hosts as the form means them. Power on brings the network too, power off takes it. A host without network, and every host as long as no majority of hosts has power
 * and network, is cut off from managers and storage; if HA guarded a VM on it or took one in there lately, it ends itself. A host that is not armed so, or while HA is paused, loses its network only:
 * what runs there runs on.
 */
final class Machines {
    private static final long SECOND = 1_000_000_000L;
    private static final long BOOT = SECOND / 2;
    /** The reference's hosts end themselves 42 to 46 s after they were cut off. */
    private static final long SELF_FENCE = 43 * SECOND;
    /** And go on guarding themselves for sixty of its rounds after their last VM has left. */
    private static final long ARMED = 1200 * SECOND;

    private static final long SWITCHED_OFF = Long.MAX_VALUE;

    private final World world;
    private final IntPredicate guarded;
    private final Runnable changed;
    private final boolean[] network;
    private final boolean[] cutOff;
    private final boolean[] storageCut;
    private final int[] spell;
    private final long[] guardedAt;
    /** Since when a host has been without power or network; -1: it has both. */
    private final long[] lostAt;

    private boolean paused;

    /**
     * A cluster whose hosts are all off.
     *
     * @param guarded there is a VM on this host that HA keeps running
     * @param changed called when a host or the majority has come
     */
    Machines(World world, IntPredicate guarded, Runnable changed) {
        this.world = world;
        this.guarded = guarded;
        this.changed = changed;
        int count = world.hosts().size();
        network = new boolean[count];
        cutOff = new boolean[count];
        storageCut = new boolean[count];
        spell = new int[count];
        guardedAt = new long[count];
        lostAt = new long[count];
        Arrays.fill(guardedAt, -ARMED);
        apply();
    }

    void power(int index, boolean on) {
        if (on) {
            network[index] = true;
            host(index).powerOn(BOOT);
        } else {
            network[index] = false;
            guardedAt[index] = -ARMED;
            host(index).powerOff("scenario");
        }
        apply();
    }

    /** The end of an orderly shutdown: no fault. */
    void switchOff(int index) {
        power(index, false);
        lostAt[index] = SWITCHED_OFF;
    }

    /** For how long the host has been lost by a fault, in nanoseconds; 0: it is there, or it was switched off. */
    long lostFor(int index) {
        return on(index) || lostAt[index] == SWITCHED_OFF ? 0 : world.now() - lostAt[index];
    }

    boolean paused() {
        return paused;
    }

    void network(int index, boolean on) {
        network[index] = on;
        apply();
    }

    void pause(boolean on) {
        paused = on;
        Arrays.fill(guardedAt, -ARMED);
        apply();
    }

    /** Looks which hosts guard VMs now; to be called once in a while. */
    void look() {
        for (int index = 0; index < network.length; index++) {
            if (!paused && guarded.test(index)) {
                guardedAt[index] = world.now();
            }
        }
    }

    /** HA has taken in a VM there, be it one that shall not run: the host guards itself from now on. */
    void arm(int index) {
        if (!paused && usable(index)) {
            guardedAt[index] = world.now();
        }
    }

    private boolean armed(int index) {
        return guarded.test(index) || world.now() - guardedAt[index] < ARMED;
    }

    boolean majority() {
        int up = 0;
        for (int index = 0; index < network.length; index++) {
            up += on(index) ? 1 : 0;
        }
        return up > network.length / 2;
    }

    /** Has power and network, and a majority has. */
    boolean usable(int index) {
        return on(index) && majority();
    }

    private boolean on(int index) {
        return host(index).power() && network[index];
    }

    private SimHost host(int index) {
        return world.hosts().get(index);
    }

    private void apply() {
        boolean majority = majority();
        boolean came = false;
        for (int index = 0; index < network.length; index++) {
            if (on(index)) {
                lostAt[index] = -1;
            } else if (lostAt[index] < 0) {
                lostAt[index] = world.now();
            }
            boolean off = !network[index] || (!majority && !paused);
            if (cutOff[index] != off) {
                cutOff[index] = off;
                world.network.cut(index, true, true, off);
                host(index).business(off);
                came |= !off;
            }
            boolean harmless = !host(index).processes().iterator().hasNext();
            cutStorage(index, off && (storageCut[index] || harmless || (!paused && armed(index))));
        }
        if (came) {
            changed.run();
        }
    }

    private void cutStorage(int index, boolean cut) {
        if (storageCut[index] == cut) {
            return;
        }
        storageCut[index] = cut;
        world.storages().getFirst().cut(index, cut);
        int mine = ++spell[index];
        if (cut && host(index).power() && !paused && armed(index)) {
            world.at(world.now() + SELF_FENCE, () -> {
                if (spell[index] == mine && host(index).power()) {
                    power(index, false);
                }
            });
        }
    }
}
