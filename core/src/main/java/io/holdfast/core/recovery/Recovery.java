package io.holdfast.core.recovery;

import io.holdfast.core.OperationId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The durable recovery of one VM; at most one per VM, removed when the VM runs. An ordinary start by the operator is one too, without a fail-over.
 *
 * @param failover the fail-over that it belongs to, or null for an operator's start
 * @param waiting the reason in stage WAITING
 * @param preferredHost where it ran before, preferred when that makes sense (a crashed process)
 * @param avoidPreferred true: the former host is to be left (storage or uplink lost there)
 * @param operation the start command's operation in stage STARTING; sent again under the same id
 * @param localRetries failed starts on the present host
 * @param failedHosts hosts on which starts failed, in order, since the last change of anything relevant
 * @param sinceWallMillis when this stage began
 */
public record Recovery(
        VmId vm,
        @Nullable FailoverId failover,
        Stage stage,
        @Nullable Waiting waiting,
        @Nullable HostId preferredHost,
        boolean avoidPreferred,
        @Nullable OperationId operation,
        int localRetries,
        List<HostId> failedHosts,
        long sinceWallMillis) {
    public Recovery {
        failedHosts = List.copyOf(failedHosts);
    }
}
