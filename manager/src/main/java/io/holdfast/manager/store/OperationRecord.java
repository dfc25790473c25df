package io.holdfast.manager.store;

/**
 * The answer that was given to a request with an idempotency key; the same key gets it again.
 *
 * @param key as the client sent it
 * @param fingerprint of method, path and body: the same key with another request is refused
 * @param status HTTP status of the answer
 * @param body of the answer
 */
public record OperationRecord(String key, String fingerprint, int status, String body) {}
