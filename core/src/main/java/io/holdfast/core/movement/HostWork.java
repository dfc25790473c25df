package io.holdfast.core.movement;

import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.ShutdownPolicy;
import io.holdfast.core.inventory.VmId;
import java.util.ArrayList;
import java.util.List;

/**
 * The durable record of orderly work on one host: maintenance, or a shutdown or reboot. At most one per host; removed when the host takes VMs again and those that
 * belong to it are back.
 *
 * @param policy what becomes of its VMs: MIGRATE in maintenance; never CONDITIONAL, which is resolved when the work begins
 * @param away VMs that left it for this work, and go back afterwards
 * @param frozen VMs that were stopped with it, and start again there when it is back; not recovered elsewhere meanwhile
 * @param back the work is over, or the host has booted since: what belongs to it comes back
 */
public record HostWork(
        HostId host,
        Kind kind,
        ShutdownPolicy policy,
        List<VmId> away,
        List<VmId> frozen,
        boolean back,
        long sinceWallMillis) {
    public HostWork {
        away = List.copyOf(away);
        frozen = List.copyOf(frozen);
    }

    /** The work. */
    public enum Kind {
        MAINTENANCE,
        SHUTDOWN,
        REBOOT
    }

    /** All VMs are to be moved away from the host now. */
    public boolean drains() {
        return !back && policy == ShutdownPolicy.MIGRATE;
    }

    /** Nothing is left to come back. */
    public boolean done() {
        return back && away.isEmpty() && frozen.isEmpty();
    }

    /** A VM has left for this work. */
    public HostWork left(VmId vm) {
        if (away.contains(vm)) {
            return this;
        }
        List<VmId> more = new ArrayList<>(away);
        more.add(vm);
        return new HostWork(host, kind, policy, more, frozen, back, sinceWallMillis);
    }

    /** A VM is back, or does not come back. */
    public HostWork settled(VmId vm) {
        return new HostWork(host, kind, policy, without(away, vm), without(frozen, vm), back, sinceWallMillis);
    }

    private static List<VmId> without(List<VmId> list, VmId vm) {
        return list.stream().filter(each -> !each.equals(vm)).toList();
    }

    /** The host is back. */
    public HostWork over() {
        return new HostWork(host, kind, policy, away, frozen, true, sinceWallMillis);
    }
}
