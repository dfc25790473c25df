package io.holdfast.manager.store;

/** Another manager has taken the leadership: the transaction was rolled back, and this process must decide nothing more (safety argument, section 2). */
public final class DeposedException extends Exception {
    public DeposedException(String holder, long epoch) {
        super("Leadership of " + holder + " in epoch " + epoch + " is over: another manager has taken it");
    }
}
