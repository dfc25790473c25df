package io.holdfast.core.health;

import io.holdfast.core.inventory.DatastoreId;

/**
 * A host's own lease on one datastore, as it reports it.
 *
 * @param ageMillis since the start of the last acknowledged renewal; -1: never renewed in this generation
 * @param held age is below F
 * @param lastWriteMillis duration of the last acknowledged renewal
 */
public record LeaseStatus(
        DatastoreId datastore,
        long generation,
        long sequence,
        long ageMillis,
        boolean held,
        String error,
        int lastWriteMillis) {}
