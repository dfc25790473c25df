package io.holdfast.simulator.invariant;

import io.holdfast.core.Change;
import io.holdfast.core.Request;
import io.holdfast.core.health.EndCause;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import io.holdfast.simulator.world.Invariant;
import io.holdfast.simulator.world.Journal;
import io.holdfast.simulator.world.World;
import java.util.List;
import java.util.TreeMap;

/** Section 8, 4: no acknowledged write of the management API is lost. What operators were told is done must stand in the journal from that instant on. */
public final class AcknowledgedIsKept implements Invariant {
    private final TreeMap<VmId, RequestedState> requested = new TreeMap<>();
    private final TreeMap<HostId, AdminState> admins = new TreeMap<>();

    /** A shutdown from inside the guest is a wish too, and a later one. */
    @Override
    public void beforeChange(World world, Journal journal, long epoch, Change change, List<Change> transaction) {
        if (change instanceof Change.PutVm put && put.vm().requested() == RequestedState.STOPPED) {
            for (Change other : transaction) {
                if (other instanceof Change.RecordProof record
                        && record.vm().equals(put.vm().id())
                        && record.proof() instanceof Proof.ProcessEnded ended
                        && ended.cause() == EndCause.GUEST_SHUTDOWN) {
                    requested.remove(put.vm().id());
                }
            }
        }
    }

    /** Its outcome is open until it is acknowledged: what was acknowledged before may be overwritten. */
    @Override
    public void attempted(World world, Request request) {
        switch (request) {
            case Request.StartVm start -> requested.remove(start.vm());
            case Request.StopVm stop -> requested.remove(stop.vm());
            case Request.SetRequestedState set -> requested.remove(set.vm());
            case Request.SetAdminState set -> admins.remove(set.host());
            default -> {}
        }
    }

    @Override
    public void acknowledged(World world, Request request) {
        switch (request) {
            case Request.StartVm start -> requested.put(start.vm(), RequestedState.STARTED);
            case Request.StopVm stop -> requested.put(stop.vm(), RequestedState.STOPPED);
            case Request.SetRequestedState set -> requested.put(set.vm(), set.state());
            case Request.SetAdminState set -> admins.put(set.host(), set.admin());
            default -> {}
        }
        check(world);
    }

    @Override
    public void settled(World world) {
        check(world);
    }

    private void check(World world) {
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
