package io.holdfast.core;

import static io.holdfast.core.Checks.reject;

import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.movement.Move;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Waiting;
import io.holdfast.core.text.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An operator's request to move a VM, together with those that strict rules bind to it. */
final class MoveRequests {
    private MoveRequests() {}

    static @Nullable Rejected move(Turn turn, Request.MoveVm request) {
        Vm vm = turn.vms.get(request.vm());
        Host host = turn.hosts.get(request.host());
        if (vm == null) {
            return Requests.unknown(request.vm());
        }
        if (host == null) {
            return Requests.unknown(request.host());
        }
        Placement placement = turn.placements.get(vm.id());
        if (placement != null && placement.live() && placement.host().equals(host.id())) {
            return reject(Rejected.Code.CONFLICT, "host", Message.REJECT_MOVE_THERE, vm.name(), host.name());
        }
        if (!request.live() && Pause.frozen(turn)) {
            return Requests.frozen(vm.name());
        }
        List<Vm> movers = Movements.withMates(turn, vm.id()).stream()
                .filter(each -> each.id().equals(vm.id()) || !isThere(turn, each, host))
                .toList();
        for (Vm each : movers) {
            Message obstacle = Moves.obstacle(turn, each.id());
            boolean coldDoes = obstacle == Message.MOVE_NOT_LIVE && !request.live();
            if (obstacle != null && !coldDoes) {
                return refused(each, host, obstacle.english());
            }
        }
        Waiting why = Planning.whyNotThere(turn, movers, host);
        if (why != null) {
            return refused(vm, host, why.reason().message().english(why.arguments()));
        }
        for (Vm each : movers) {
            if (request.live()) {
                turn.put(Move.wanted(each.id(), Move.Why.OPERATOR, host.id(), turn.wall()));
            } else {
                Movements.cold(turn, each.id(), host.id(), Movements.GRACE_MILLIS);
            }
        }
        return null;
    }

    private static boolean isThere(Turn turn, Vm vm, Host host) {
        Placement placement = turn.placements.get(vm.id());
        return placement != null && placement.live() && placement.host().equals(host.id());
    }

    private static Rejected refused(Vm vm, Host host, String why) {
        return reject(Rejected.Code.NOT_NOW, "vm", Message.REJECT_MOVE, vm.name(), host.name(), why);
    }
}
