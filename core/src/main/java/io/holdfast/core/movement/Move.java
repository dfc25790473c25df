package io.holdfast.core.movement;

import io.holdfast.core.OperationId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.recovery.Waiting;
import org.jspecify.annotations.Nullable;

/**
 * The durable live move of one VM that runs; at most one per VM, removed when it runs at its new host or stays. A cold move is a {@link
 * io.holdfast.core.recovery.Recovery} instead: the VM is down meanwhile.
 *
 * <table>
 * <caption>Transitions</caption>
 * <tr><th>from</th><th>to</th><th>when</th></tr>
 * <tr><td>(none), WAITING</td><td>PREPARING</td><td>the placement with two hosts is committed, the target's agent is asked to accept the new run</td></tr>
 * <tr><td>PREPARING</td><td>MIGRATING</td><td>the target has accepted; the source's agent is told to migrate</td></tr>
 * <tr><td>MIGRATING</td><td>RESUMING</td><td>the source's agent says that its process was handed over and reaped; the placement is the target's alone, which is told to let the guest run</td></tr>
 * <tr><td>RESUMING</td><td>(none)</td><td>the target says that it runs</td></tr>
 * <tr><td>PREPARING, MIGRATING</td><td>ABORTING</td><td>an agent refused or failed, or it took too long: the target's run is being ended</td></tr>
 * <tr><td>PREPARING, MIGRATING, ABORTING</td><td>WAITING or (none)</td><td>the target's run has ended: the placement is the source's again</td></tr>
 * <tr><td>any</td><td>(none)</td><td>the source ended otherwise, or both did: the VM is recovered</td></tr>
 * </table>
 *
 * @param why what asked for it
 * @param target where it goes; in stage WAITING null, unless somebody named the host
 * @param pinned the target was named: no other will do
 * @param operation of the command under way; sent again under the same id
 * @param waiting in stage WAITING: why it does not begin
 * @param failures attempts that failed
 * @param lastError what was said of the last failed attempt; empty: none failed
 * @param sinceWallMillis when this stage began
 */
public record Move(
        VmId vm,
        Why why,
        @Nullable HostId target,
        boolean pinned,
        Stage stage,
        @Nullable OperationId operation,
        @Nullable Waiting waiting,
        int failures,
        String lastError,
        long sinceWallMillis) {
    /** What asks for a move. */
    public enum Why {
        OPERATOR,
        /** Its host is put into maintenance. */
        MAINTENANCE,
        /** Its host is shut down or rebooted in an orderly way. */
        SHUTDOWN,
        /** The policy table: its host has lost its business networks. */
        POLICY,
        /** A strict rule does not hold where it runs. */
        RULES,
        /** A plane that it uses is degraded where it runs. */
        DEGRADED,
        /** A host that it prefers is back. */
        FAILBACK,
        /** Its host is out of maintenance again. */
        RETURN
    }

    /** Stage of a live move; the table is in {@link Move}. */
    public enum Stage {
        WAITING,
        PREPARING,
        MIGRATING,
        RESUMING,
        ABORTING
    }

    /** A move that is to begin. */
    public static Move wanted(VmId vm, Why why, @Nullable HostId target, long wallMillis) {
        return new Move(vm, why, target, target != null, Stage.WAITING, null, null, 0, "", wallMillis);
    }

    /** This move, waiting, for another reason or to another host. */
    public Move wantedFor(Why other, @Nullable HostId host) {
        return new Move(vm, other, host, host != null, stage, operation, waiting, failures, lastError, sinceWallMillis);
    }

    /** In another stage, with the command that began it. */
    public Move to(Stage other, HostId host, @Nullable OperationId command, long wallMillis) {
        return new Move(vm, why, host, pinned, other, command, null, failures, lastError, wallMillis);
    }

    /** Waiting, with the reason. */
    public Move waitFor(@Nullable Waiting reason, long wallMillis) {
        return new Move(
                vm,
                why,
                pinned ? target : null,
                pinned,
                Stage.WAITING,
                null,
                reason,
                failures,
                lastError,
                stage == Stage.WAITING ? sinceWallMillis : wallMillis);
    }

    /** After a failed attempt. */
    public Move failed(String error) {
        return new Move(vm, why, target, pinned, stage, operation, waiting, failures + 1, error, sinceWallMillis);
    }

    /** The placement has two hosts, or the target is about to be told to run: not to be given up without settling it. */
    public boolean underWay() {
        return stage != Stage.WAITING;
    }
}
