package io.holdfast.manager.store;

/**
 * One taking of the leadership, for people.
 *
 * @param epoch that began with it
 * @param atWallMillis when the new leader began to act, by its wall clock
 * @param from node that led before; empty when nobody did
 * @param to node that leads since
 * @param durationMillis from the last sign of the former leader that the new one saw, by the new one's own clock; -1: it saw none
 */
public record SwitchOverRecord(
        long epoch, long atWallMillis, Cause cause, String from, String to, long durationMillis) {

    /** How it came to it. */
    public enum Cause {
        /** Nobody had led before. */
        FIRST,
        /** The former leader gave it up on request. */
        PLANNED,
        /** The former leader was silent for a whole lease. */
        TAKEOVER,
        /** Another process of the same node. */
        RESTART,
        /** The same process, after it could not renew in time. */
        STALL
    }
}
