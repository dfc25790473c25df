package io.holdfast.core.health;

/**
 * What the QEMU guest agent inside a run says, by the host's agent.
 *
 * @param answered it has answered since this run began
 * @param silentMillis how long it has left its open channel unanswered, after it had answered; 0: it answers, or cannot be asked (no channel, the guest agent is not running, the guest is paused)
 */
public record GuestHeartbeat(boolean answered, long silentMillis) {
    /** A guest that has not answered. */
    public static final GuestHeartbeat NONE = new GuestHeartbeat(false, 0);
}
