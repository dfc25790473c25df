package io.holdfast.core;

import static io.holdfast.core.Checks.reject;

import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.ShutdownPolicy;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.movement.HostWork;
import io.holdfast.core.movement.Move;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.recovery.Stage;
import io.holdfast.core.text.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Maintenance, and orderly shutdown and reboot of hosts: what becomes of their VMs, and how those come back. Moving them is {@link Movements}'. */
final class HostWorks {
    /** A guest that is stopped for work on its host is asked for this long, then killed. */
    private static final int GRACE_MILLIS = 60_000;

    private HostWorks() {}

    /** The operator's wish for a host has changed. Enabling it ends any work on it. */
    static void adminChanged(Turn turn, Host host) {
        HostWork work = turn.hostWork.get(host.id());
        if (host.admin() == AdminState.MAINTENANCE) {
            boolean same = work != null && work.kind() == HostWork.Kind.MAINTENANCE && !work.back();
            if (!same) {
                List<VmId> away = work == null ? List.of() : work.away();
                turn.put(new HostWork(
                        host.id(),
                        HostWork.Kind.MAINTENANCE,
                        ShutdownPolicy.MIGRATE,
                        away,
                        List.of(),
                        false,
                        turn.wall()));
            }
        } else if (host.admin() == AdminState.ENABLED && work != null) {
            // Frozen VMs need not wait for this host any longer.
            turn.put(new HostWork(
                    host.id(),
                    work.kind(),
                    work.policy(),
                    withLeaving(turn, work),
                    List.of(),
                    true,
                    work.sinceWallMillis()));
        }
    }

    /** Those that have left for this work, and those whose live move for it is under way: it may still succeed, and then they are to come back too. */
    private static List<VmId> withLeaving(Turn turn, HostWork work) {
        HostWork all = work;
        for (Move move : turn.moves.values()) {
            boolean forWork = move.why() == Move.Why.MAINTENANCE || move.why() == Move.Why.SHUTDOWN;
            if (forWork && move.stage() != Move.Stage.WAITING && serves(turn, move.vm(), work.host())) {
                all = all.left(move.vm());
            }
        }
        return all.away();
    }

    /** An orderly shutdown or reboot is announced. */
    static @Nullable Rejected announce(Turn turn, Request.ShutDownHost request) {
        Host host = turn.hosts.get(request.host());
        if (host == null) {
            return Requests.unknown(request.host());
        }
        if (!turn.health(host.id()).reporting()) {
            return reject(Rejected.Code.NOT_NOW, "host", Message.REJECT_HOST_SILENT, host.name());
        }
        if (Pause.frozen(turn)) {
            return Requests.frozen(host.name());
        }
        ShutdownPolicy policy = turn.settings().shutdownPolicy();
        if (policy == ShutdownPolicy.CONDITIONAL) {
            policy = request.reboot() ? ShutdownPolicy.FREEZE : ShutdownPolicy.FAILOVER;
        }
        List<VmId> running = new ArrayList<>();
        for (VmId id : turn.liveOn(host.id())) {
            Vm vm = turn.vms.get(id);
            if (vm != null && vm.requested() == RequestedState.STARTED && serves(turn, id, host.id())) {
                running.add(id);
            }
        }
        HostWork before = turn.hostWork.get(host.id());
        turn.put(new HostWork(
                host.id(),
                request.reboot() ? HostWork.Kind.REBOOT : HostWork.Kind.SHUTDOWN,
                policy,
                before == null ? List.of() : before.away(),
                policy == ShutdownPolicy.FREEZE ? running : List.of(),
                false,
                turn.wall()));
        turn.tell(
                TimelineEntry.Severity.INFO,
                host.id(),
                null,
                null,
                Message.HOST_SHUTDOWN,
                host.name(),
                policy.name(),
                String.valueOf(running.size()));
        for (VmId id : running) {
            if (policy == ShutdownPolicy.FREEZE) {
                halt(turn, id);
            } else if (policy == ShutdownPolicy.FAILOVER) {
                Movements.cold(turn, id, null, GRACE_MILLIS);
            }
        }
        return null;
    }

    private static boolean serves(Turn turn, VmId vm, HostId host) {
        Placement placement = turn.placements.get(vm);
        return placement != null && placement.servingHost().equals(host);
    }

    private static void halt(Turn turn, VmId id) {
        Placement placement = turn.placements.get(id);
        if (placement == null || !placement.live()) {
            return;
        }
        if (placement.migrating()) {
            Runs.stop(turn, placement.targetOnly(), true, 0);
            Runs.stop(turn, placement.sourceOnly(), false, GRACE_MILLIS);
        } else {
            Runs.stop(turn, placement, false, GRACE_MILLIS);
        }
    }

    /** The host has booted anew: an orderly shutdown or reboot is over. Maintenance goes on until the operator ends it. */
    static void rebooted(Turn turn, HostId host) {
        HostWork work = turn.hostWork.get(host);
        if (work != null && work.kind() != HostWork.Kind.MAINTENANCE) {
            turn.put(work.over());
            turn.planDue = true;
        }
    }

    /** The host that a VM is frozen with, or null. */
    static @Nullable HostWork frozenWith(Turn turn, VmId vm) {
        for (HostWork work : turn.hostWork.values()) {
            if (work.frozen().contains(vm)) {
                return work;
            }
        }
        return null;
    }

    /** A run here is to end because of work on its host: the stop is sent again when it was lost. */
    static boolean stopsHere(Turn turn, Placement placement) {
        HostWork work = turn.hostWork.get(placement.host());
        Recovery recovery = turn.recoveries.get(placement.vm());
        boolean frozen = work != null && !work.back() && work.frozen().contains(placement.vm());
        boolean leaving = recovery != null && recovery.leaving() && recovery.stage() == Stage.ISOLATING;
        return frozen || leaving;
    }

    /** The host is about to go down and takes no VMs. */
    static boolean goingDown(Turn turn, HostId host) {
        HostWork work = turn.hostWork.get(host);
        return work != null && work.kind() != HostWork.Kind.MAINTENANCE && !work.back();
    }

    /** A VM has left a host; if that was for work on it, it goes back afterwards. */
    static void left(Turn turn, HostId host, VmId vm) {
        HostWork work = turn.hostWork.get(host);
        if (work != null && work.drains()) {
            turn.put(work.left(vm));
        }
    }

    /** A VM runs on this host: if it belongs to work on it, that is settled. Works whose last VM is settled are over. */
    static void runs(Turn turn, HostId host, VmId vm) {
        HostWork work = turn.hostWork.get(host);
        if (work != null
                && (work.away().contains(vm) || (work.back() && work.frozen().contains(vm)))) {
            turn.put(work.settled(vm));
        }
    }

    /** It runs there and is not on its way to elsewhere. */
    private static boolean staysOn(Turn turn, VmId id, HostId host) {
        Placement placement = turn.placements.get(id);
        Move move = turn.moves.get(id);
        return placement != null
                && placement.live()
                && !placement.migrating()
                && placement.host().equals(host)
                && !turn.recoveries.containsKey(id)
                && (move == null || move.stage() == Move.Stage.WAITING);
    }

    /** Entries of VMs that are not to come back or never left, and works that are done, go. */
    static void tidy(Turn turn) {
        for (HostWork work : turn.hostWork.values()) {
            HostWork left = work;
            List<VmId> all = new ArrayList<>(work.away());
            all.addAll(work.frozen());
            for (VmId id : all) {
                Vm vm = turn.vms.get(id);
                boolean stayed = work.back() && staysOn(turn, id, work.host());
                if (vm == null || vm.requested() != RequestedState.STARTED || stayed) {
                    left = left.settled(id);
                }
            }
            if (!turn.hosts.containsKey(work.host()) || left.done()) {
                turn.removeWork(work.host());
            } else {
                turn.put(left);
            }
        }
    }
}
