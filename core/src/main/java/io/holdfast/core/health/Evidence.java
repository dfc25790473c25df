package io.holdfast.core.health;

import io.holdfast.core.inventory.HostId;
import io.holdfast.core.text.Message;
import java.util.List;

/**
 * One thing that was seen of a host, kept with the fail-over.
 *
 * @param wallMillis when the manager learned it
 * @param offsetMillis since the suspicion began, by the monotonic clock; negative: before
 * @param plane which plane it speaks of
 */
public record Evidence(
        HostId host, Plane plane, long wallMillis, long offsetMillis, Message message, List<String> arguments) {
    public Evidence {
        arguments = List.copyOf(arguments);
    }

    /** Where evidence comes from. */
    public enum Plane {
        MANAGEMENT,
        STORAGE,
        BUSINESS,
        POWER
    }
}
