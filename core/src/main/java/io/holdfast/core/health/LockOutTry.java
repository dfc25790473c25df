package io.holdfast.core.health;

import io.holdfast.core.OperationId;

/**
 * A lock-out of a suspect host on one datastore.
 *
 * @param operation the command that was sent last
 * @param sentNanos when, monotonic
 * @param confirmed the storage says that it refuses the host, and that nothing of it is still being carried out
 * @param method what the storage did, for people
 */
public record LockOutTry(OperationId operation, long sentNanos, boolean confirmed, String method) {}
