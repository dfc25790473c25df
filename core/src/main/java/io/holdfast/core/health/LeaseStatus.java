package io.holdfast.core.health;

import io.holdfast.core.inventory.DatastoreId;

/**
 * A host's own lease on one datastore, as it reports it.
 *
 * @param ageMillis since the start of the last acknowledged renewal; -1: never renewed in this generation
 * @param held age is below F
 * @param lastWriteMillis duration of the last acknowledged renewal
 * @param slow renewals have been slow persistently, by the agent's rule; it may be held all the same
 */
public record LeaseStatus(
        DatastoreId datastore,
        long generation,
        long sequence,
        long ageMillis,
        boolean held,
        String error,
        int lastWriteMillis,
        boolean slow) {
    /** A lease on storage that is not slow. */
    public LeaseStatus(
            DatastoreId datastore,
            long generation,
            long sequence,
            long ageMillis,
            boolean held,
            String error,
            int lastWriteMillis) {
        this(datastore, generation, sequence, ageMillis, held, error, lastWriteMillis, false);
    }
}
