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

/** An operator's request to move a VM. */
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
        Message obstacle = Moves.obstacle(turn, vm.id());
        if (obstacle != null) {
            return refused(vm, host, obstacle.english());
        }
        Waiting why = Planning.whyNotThere(turn, List.of(vm), host);
        if (why != null) {
            return refused(vm, host, why.reason().message().english(why.arguments()));
        }
        Move move = Move.wanted(vm.id(), Move.Why.OPERATOR, host.id(), turn.wall());
        return Moves.begin(turn, move, host.id()) ? null : refused(vm, host, Message.WAIT_NO_HEALTHY_HOST.english());
    }

    private static Rejected refused(Vm vm, Host host, String why) {
        return reject(Rejected.Code.NOT_NOW, "vm", Message.REJECT_MOVE, vm.name(), host.name(), why);
    }
}
