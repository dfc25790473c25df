package io.holdfast.manager;

/** The cluster's queue is full, or the manager is stopping: the request was not taken in. */
public final class BusyException extends RuntimeException {
    public BusyException() {
        super("The manager is stopping or too far behind; the request was not taken in: try again");
    }
}
