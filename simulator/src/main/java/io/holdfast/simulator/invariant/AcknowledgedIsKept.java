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
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Section 8, 4: no acknowledged write of the management API is lost. What operators were told is done must stand in the journal from that instant on. */
public final class AcknowledgedIsKept implements Invariant {
    private final TreeMap<VmId, RequestedState> requested = new TreeMap<>();
    private final TreeMap<HostId, AdminState> admins = new TreeMap<>();

    /** By what it is about: the request that was taken up last. An answer that comes after a later request says nothing any more. */
    private final TreeMap<String, Request> last = new TreeMap<>();
    /**
     * Moves that were asked for and not acknowledged yet, each request by itself: a manager that stood still answers the first of two after the second was
     * refused. True once the journal has known of a move, or of the restart that a cold move is.
     */
    private final Map<Request.MoveVm, Boolean> moves = new IdentityHashMap<>();

    @Override
    public void beforeChange(World world, Journal journal, long epoch, Change change, List<Change> transaction) {
        switch (change) {
            case Change.PutVm put -> guestShutDown(put, transaction);
            case Change.PutMove put -> known(put.move().vm());
            case Change.PutRecovery put -> known(put.recovery().vm());
            default -> {}
        }
    }

    private void known(VmId vm) {
        moves.replaceAll((request, known) -> known || request.vm().equals(vm));
    }

    /** A shutdown from inside the guest is a wish too, and a later one. */
    private void guestShutDown(Change.PutVm put, List<Change> transaction) {
        for (Change other : transaction) {
            if (put.vm().requested() == RequestedState.STOPPED
                    && other instanceof Change.RecordProof record
                    && record.vm().equals(put.vm().id())
                    && record.proof() instanceof Proof.ProcessEnded ended
                    && ended.cause() == EndCause.GUEST_SHUTDOWN) {
                requested.remove(put.vm().id());
                last.remove(put.vm().id().value());
            }
        }
    }

    private static @Nullable String about(Request request) {
        return switch (request) {
            case Request.StartVm start -> start.vm().value();
            case Request.StopVm stop -> stop.vm().value();
            case Request.SetRequestedState set -> set.vm().value();
            case Request.SetAdminState set -> set.host().value();
            default -> null;
        };
    }

    /** Its outcome is open until it is acknowledged: what was acknowledged before may be overwritten. */
    @Override
    public void attempted(World world, Request request) {
        String about = about(request);
        if (about != null) {
            last.put(about, request);
        }
        switch (request) {
            case Request.StartVm start -> requested.remove(start.vm());
            case Request.StopVm stop -> requested.remove(stop.vm());
            case Request.SetRequestedState set -> requested.remove(set.vm());
            case Request.SetAdminState set -> admins.remove(set.host());
            case Request.MoveVm move -> moves.put(move, false);
            default -> {}
        }
    }

    @Override
    public void acknowledged(World world, Request request) {
        String about = about(request);
        if (about != null && last.get(about) != request) {
            return;
        }
        switch (request) {
            case Request.StartVm start -> requested.put(start.vm(), RequestedState.STARTED);
            case Request.StopVm stop -> requested.put(stop.vm(), RequestedState.STOPPED);
            case Request.SetRequestedState set -> requested.put(set.vm(), set.state());
            case Request.SetAdminState set -> admins.put(set.host(), set.admin());
            case Request.MoveVm move -> moved(move);
            default -> {}
        }
        check(world);
    }

    private void moved(Request.MoveVm move) {
        if (!moves.getOrDefault(move, false)) {
            throw violated("moving " + move.vm() + " was acknowledged, the journal never knew of a move");
        }
        moves.remove(move);
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
