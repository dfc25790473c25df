package io.holdfast.core.health;

import io.holdfast.core.inventory.DatastoreId;

/**
 * The storage was asked to refuse a host, and may do so from then on, whatever it answered. Durable (in {@link HostFacts}), because the host must be let in again by whoever leads then.
 *
 * @param bootId boot of the host at that time, as far as known
 * @param generation highest lease generation there that any of its processes could have; a later one begins only when all of them are reaped
 */
public record LockOut(DatastoreId datastore, String bootId, long generation) {}
