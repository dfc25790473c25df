package io.holdfast.simulator.invariant;

import io.holdfast.core.Request;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.simulator.world.Invariant;
import io.holdfast.simulator.world.Journal;
import io.holdfast.simulator.world.World;
import java.util.TreeMap;

/** Section 8, 4: no acknowledged write of the management API is lost. What operators were told is done must stand in the journal at the end. */
public final class AcknowledgedIsKept implements Invariant {
    private final TreeMap<VmId, RequestedState> requested = new TreeMap<>();
    private final TreeMap<HostId, AdminState> admins = new TreeMap<>();

    @Override
    public void acknowledged(World world, Request request) {
        switch (request) {
            case Request.StartVm start -> requested.put(start.vm(), RequestedState.STARTED);
            case Request.StopVm stop -> requested.put(stop.vm(), RequestedState.STOPPED);
            case Request.SetRequestedState set -> requested.put(set.vm(), set.state());
            case Request.SetAdminState set -> admins.put(set.host(), set.admin());
            default -> {}
        }
    }

    @Override
    public void settled(World world) {
        Journal journal = world.database.journal();
        requested.forEach((id, state) -> {
            Vm vm = journal.vm(id);
            if (vm == null || vm.requested() != state) {
                throw violated(id + " was acknowledged as " + state + ", the journal says "
                        + (vm == null ? "nothing" : vm.requested()));
            }
        });
        admins.forEach((id, admin) -> {
            Host host = journal.host(id);
            if (host == null || host.admin() != admin) {
                throw violated(id + " was acknowledged as " + admin + ", the journal says "
                        + (host == null ? "nothing" : host.admin()));
            }
        });
    }
}
