package io.holdfast.manager;

/** An idempotency key was sent with a request that differs from its first one. */
public final class KeyReusedException extends RuntimeException {
    public KeyReusedException(String key) {
        super("The idempotency key " + key + " was used for another request: use a new key for each request");
    }
}
