package io.holdfast.manager.store;

/** The database holds a record that this version can't read: the manager must not start on half of its knowledge. */
public final class UnreadableRecordException extends RuntimeException {
    public UnreadableRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
