package io.holdfast.core.movement;

import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.ShutdownPolicy;
import io.holdfast.core.inventory.VmId;
import java.util.List;

/**
 * The durable record of orderly work on one host: maintenance, or a shutdown or reboot. At most one per host; removed when the host takes VMs again and those that
 * belong to it are back.
 *
 * @param policy what becomes of its VMs: MIGRATE in maintenance; never CONDITIONAL, which is resolved when the work begins
 * @param away VMs that left it for this work, and go back afterwards
 * @param frozen VMs that were stopped with it, and start again there when it is back; not recovered elsewhere meanwhile
 * @param gone it has been seen to be down since the shutdown began
 */
public record HostWork(
        HostId host,
        Kind kind,
        ShutdownPolicy policy,
        List<VmId> away,
        List<VmId> frozen,
        boolean gone,
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
}
