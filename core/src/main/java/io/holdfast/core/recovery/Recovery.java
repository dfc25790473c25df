package io.holdfast.core.recovery;

import io.holdfast.core.OperationId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The durable recovery of one VM; at most one per VM, removed when the VM runs. An ordinary start by the operator is one too, without a fail-over.
 *
 * <p>Transitions (safety argument, section 6). Several may happen in one step; then only the last is committed, in one transaction.
 *
 * <table>
 * <caption>Transitions</caption>
 * <tr><th>from</th><th>to</th><th>when</th></tr>
 * <tr><td>(none)</td><td>AFFECTED</td><td>a failure concerns the VM, and HA is paused</td></tr>
 * <tr><td>(none), AFFECTED</td><td>ISOLATING</td><td>the former run may be alive: proofs are sought</td></tr>
 * <tr><td>(none), ISOLATING</td><td>ISOLATED</td><td>proofs cover every writable disk of the former run, or there never was one</td></tr>
 * <tr><td>ISOLATING</td><td>(none)</td><td>the host came back and the run lives on: kept</td></tr>
 * <tr><td>ISOLATED, WAITING, PLACED</td><td>PLACED</td><td>the plan has a host for it, which has no start slot free, or others go first</td></tr>
 * <tr><td>ISOLATED, WAITING, PLACED</td><td>STARTING</td><td>the new placement (run + 1) is committed and the start commanded</td></tr>
 * <tr><td>ISOLATED, PLACED</td><td>WAITING</td><td>the plan has no host for it, or HA is paused; the reason is given</td></tr>
 * <tr><td>STARTING</td><td>(none) = RUNNING</td><td>the agent says that it runs</td></tr>
 * <tr><td>STARTING</td><td>ISOLATED</td><td>the start failed, and nothing of that run lives</td></tr>
 * <tr><td>STARTING</td><td>ISOLATING</td><td>the host failed meanwhile</td></tr>
 * <tr><td>any</td><td>(none)</td><td>the operator wants it stopped, or it is not to be restarted</td></tr>
 * </table>
 *
 * @param failover the fail-over that it belongs to, or null for an operator's start
 * @param waiting why it is not further: always in stage WAITING; in the others when there is something to tell, else null
 * @param preferredHost where it ran before, preferred when that makes sense (a crashed process)
 * @param leaving true: the former host is to be left, the run there is being stopped on purpose (its uplinks are lost)
 * @param plannedHost in stage PLACED: where it will start when that host has a start slot free
 * @param operation the start command's operation in stage STARTING; sent again under the same id
 * @param localRetries failed starts on the present host
 * @param failedHosts hosts on which starts failed, in order, since the last change of anything relevant
 * @param lastError what the agent said of the last failed start; empty: none failed
 * @param sinceWallMillis when this stage began
 */
public record Recovery(
        VmId vm,
        @Nullable FailoverId failover,
        Stage stage,
        @Nullable Waiting waiting,
        @Nullable HostId preferredHost,
        boolean leaving,
        @Nullable HostId plannedHost,
        @Nullable OperationId operation,
        int localRetries,
        List<HostId> failedHosts,
        String lastError,
        long sinceWallMillis) {
    public Recovery {
        failedHosts = List.copyOf(failedHosts);
    }

    /** A recovery that begins. */
    public static Recovery begin(
            VmId vm, @Nullable FailoverId failover, Stage stage, @Nullable HostId preferredHost, long wallMillis) {
        return new Recovery(vm, failover, stage, null, preferredHost, false, null, null, 0, List.of(), "", wallMillis);
    }

    /** In another stage that needs no further data. */
    public Recovery to(Stage other, long wallMillis) {
        return new Recovery(
                vm,
                failover,
                other,
                null,
                preferredHost,
                leaving,
                null,
                null,
                localRetries,
                failedHosts,
                lastError,
                stage == other ? sinceWallMillis : wallMillis);
    }

    /** Waiting. */
    public Recovery waitFor(Waiting reason, long wallMillis) {
        return new Recovery(
                vm,
                failover,
                Stage.WAITING,
                reason,
                preferredHost,
                leaving,
                null,
                null,
                localRetries,
                failedHosts,
                lastError,
                stage == Stage.WAITING ? sinceWallMillis : wallMillis);
    }

    /** In the same stage, with the reason why it stays there. */
    public Recovery because(Waiting reason) {
        return new Recovery(
                vm,
                failover,
                stage,
                reason,
                preferredHost,
                leaving,
                plannedHost,
                operation,
                localRetries,
                failedHosts,
                lastError,
                sinceWallMillis);
    }

    /** Placed on paper; it starts there when the host has a slot free and its turn has come. */
    public Recovery place(HostId host, @Nullable Waiting why, long wallMillis) {
        return new Recovery(
                vm,
                failover,
                Stage.PLACED,
                why,
                preferredHost,
                leaving,
                host,
                null,
                localRetries,
                failedHosts,
                lastError,
                stage == Stage.PLACED ? sinceWallMillis : wallMillis);
    }

    /** Start commanded. */
    public Recovery start(HostId host, OperationId command, long wallMillis) {
        return new Recovery(
                vm,
                failover,
                Stage.STARTING,
                null,
                preferredHost,
                leaving,
                host,
                command,
                localRetries,
                failedHosts,
                lastError,
                wallMillis);
    }

    /** After a failed start: tried again, on the same host if {@code retryThere}, else the host counts as failed. */
    public Recovery startFailed(HostId host, boolean retryThere, String error, long wallMillis) {
        List<HostId> failed = new ArrayList<>(failedHosts);
        if (!retryThere) {
            failed.add(host);
        }
        return new Recovery(
                vm,
                failover,
                Stage.ISOLATED,
                null,
                retryThere ? host : preferredHost,
                leaving,
                null,
                null,
                retryThere ? localRetries + 1 : 0,
                failed,
                error,
                wallMillis);
    }

    /** With another fail-over. */
    public Recovery withFailover(@Nullable FailoverId other) {
        return new Recovery(
                vm,
                other,
                stage,
                waiting,
                preferredHost,
                leaving,
                plannedHost,
                operation,
                localRetries,
                failedHosts,
                lastError,
                sinceWallMillis);
    }

    /** Its run is being stopped on purpose to leave the host. */
    public Recovery leave() {
        return new Recovery(
                vm,
                failover,
                stage,
                waiting,
                preferredHost,
                true,
                plannedHost,
                operation,
                localRetries,
                failedHosts,
                lastError,
                sinceWallMillis);
    }

    /** All hosts may be tried again. */
    public Recovery forgetFailures() {
        return new Recovery(
                vm,
                failover,
                stage,
                waiting,
                preferredHost,
                leaving,
                plannedHost,
                operation,
                0,
                List.of(),
                lastError,
                sinceWallMillis);
    }
}
