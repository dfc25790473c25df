package io.holdfast.core.placement;

import io.holdfast.core.inventory.DatastoreId;

/** Generation of a host's lease on one datastore. */
public record LeaseGeneration(DatastoreId datastore, long generation) {}
