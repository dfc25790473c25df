package io.holdfast.manager.store;

/** The database failed. After a failed commit the outcome is unknown: the state is to be loaded again (safety argument, section 2). */
public class StorageException extends RuntimeException {
    public StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
