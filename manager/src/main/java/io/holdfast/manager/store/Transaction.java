package io.holdfast.manager.store;

import io.holdfast.core.Change;
import io.holdfast.core.arbiter.ArbiterPlacement;
import io.holdfast.core.inventory.ClusterId;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that becomes durable together: one step of the core with what the shell adds to it.
 *
 * @param cause simple name of the event or request, for the journal
 * @param changes of the core, in order
 * @param secrets BMC passwords by reference, stored sealed
 * @param operation the answer to a request with an idempotency key, or null
 * @param arbiter its new placement, or null: it stays as it is
 * @param epoch under which it was decided; it is stored under no other one. {@link #LATEST_EPOCH}: it rests on no state that could be of a former one
 */
public record Transaction(
        ClusterId cluster,
        String cause,
        List<Change> changes,
        Map<String, String> secrets,
        @Nullable OperationRecord operation,
        long epoch,
        @Nullable ArbiterPlacement arbiter) {
    /** Under whatever epoch was taken last. */
    public static final long LATEST_EPOCH = -1;

    public Transaction {
        changes = List.copyOf(changes);
        secrets = Map.copyOf(secrets);
    }

    /** One that leaves the arbiter as it is. */
    public Transaction(
            ClusterId cluster,
            String cause,
            List<Change> changes,
            Map<String, String> secrets,
            @Nullable OperationRecord operation,
            long epoch) {
        this(cluster, cause, changes, secrets, operation, epoch, null);
    }

    /** The changes of a step alone. */
    public static Transaction of(ClusterId cluster, String cause, List<Change> changes) {
        return new Transaction(cluster, cause, changes, Map.of(), null, LATEST_EPOCH);
    }

    /** Secrets are left out. */
    @Override
    public String toString() {
        return "Transaction[" + cluster + ", " + cause + ", " + changes + "]";
    }
}
