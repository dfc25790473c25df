package io.holdfast.simulator.world;

import io.holdfast.core.Command;
import io.holdfast.core.Event;
import io.holdfast.core.Now;

/**
 * The control side of the storages, by which managers have hosts refused: the played lock-out driver. Orders and answers can be late, lost, twice and out of order; the storage
 * confirms only what is true, when nothing of the host is being carried out any more.
 */
public final class StorageControl {
    private static final long MILLI = 1_000_000;
    /** Operations that were being carried out when the host was refused are over by then. */
    private static final long OVER = 150 * MILLI;

    private final World world;
    private final int[] dead;
    private final int[] slow;

    StorageControl(World world, int storages) {
        this.world = world;
        dead = new int[storages];
        slow = new int[storages];
    }

    /** Orders to a datastore are lost, or carried out without an answer. */
    public void dead(int storage, boolean on) {
        dead[storage] += on ? 1 : -1;
    }

    /** Orders and answers take up to twenty seconds each, so that they overtake each other. */
    public void slow(int storage, boolean on) {
        slow[storage] += on ? 1 : -1;
    }

    void order(SimManager manager, Command.ToStorage command, boolean reachable) {
        SimStorage storage = world.storage(command.datastore().id());
        boolean arrives = reachable && (dead[storage.index] == 0 || world.dice().percent(40));
        if (arrives) {
            deliver(manager, storage, command);
            if (world.repeats()) {
                deliver(manager, storage, command);
            }
        }
    }

    private void deliver(SimManager manager, SimStorage storage, Command.ToStorage command) {
        world.at(world.now() + delay(storage), () -> carryOut(manager, storage, command));
    }

    private long delay(SimStorage storage) {
        long usual = world.dice().between(10 * MILLI, 100 * MILLI);
        return slow[storage.index] > 0 ? usual + world.dice().between(0, 20_000 * MILLI) : usual;
    }

    private void carryOut(SimManager manager, SimStorage storage, Command.ToStorage command) {
        SimHost host = world.host(command.host());
        boolean out = command instanceof Command.LockOut;
        boolean obeyed = storage.refuse(host.index, command.operation(), out);
        world.say(
                storage.id.value(),
                (out ? "locks out " : "lets in ") + host.id + " by " + command.operation()
                        + (obeyed ? "" : ": refused"));
        if (obeyed && out) {
            world.truth.lockedOut(host, OVER);
        } else if (obeyed) {
            world.truth.letIn(host);
        }
        if (dead[storage.index] == 0) {
            world.at(world.now() + OVER + delay(storage), () -> manager.learn(now -> answer(now, command, obeyed)));
        }
    }

    private static Event answer(Now now, Command.ToStorage command, boolean obeyed) {
        String detail = obeyed ? "played" : "a newer order has been carried out";
        return switch (command) {
            case Command.LockOut out ->
                new Event.LockOutDone(now, out.host(), out.datastore().id(), out.operation(), obeyed, detail);
            case Command.LetIn in ->
                new Event.LetInDone(now, in.host(), in.datastore().id(), in.operation(), obeyed, detail);
        };
    }
}
