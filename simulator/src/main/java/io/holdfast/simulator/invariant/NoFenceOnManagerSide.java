package io.holdfast.simulator.invariant;

import io.holdfast.core.Command;
import io.holdfast.core.inventory.HostId;
import io.holdfast.simulator.world.Invariant;
import io.holdfast.simulator.world.SimHost;
import io.holdfast.simulator.world.SimManager;
import io.holdfast.simulator.world.World;

/** Section 8, 6: no VM is stopped and no host is fenced by force when only the managers' side has failed: the host itself had no fault for long. */
public final class NoFenceOnManagerSide implements Invariant {
    private static final long LONG = 120_000_000_000L;

    @Override
    public void commanded(World world, SimManager manager, Command command) {
        boolean force = command instanceof Command.PowerOff
                || command instanceof Command.LockOut
                || command instanceof Command.FenceSelf
                || (command instanceof Command.WriteMailbox write && !(write.mail() instanceof Command.Mail.Report));
        if (!force) {
            return;
        }
        HostId target = command instanceof Command.WriteMailbox write ? write.target() : command.host();
        SimHost host = world.host(target);
        if (world.now() - host.lastFaultAt > LONG) {
            throw violated(command + " is sent although " + host.id + " has had no fault of its own");
        }
    }
}
