package io.holdfast.core.health;

/** The host's watchdog as its agent reports it. */
public record Watchdog(boolean armed, String path, int timeoutMillis) {
    /** There is none. */
    public static final Watchdog NONE = new Watchdog(false, "", 0);
}
