package io.holdfast.core.health;

import io.holdfast.core.text.Message;
import java.util.List;

/**
 * A part of a plane of a host that works, but badly.
 *
 * @param part the datastore's id, the network's name, or empty for the management network
 * @param reason what is wrong, as people are told; also the alarm
 * @param firstNanos when it was seen first
 * @param lastNanos when it was seen last
 * @param counts it has been seen for long enough, and has not been gone for long enough
 */
public record Degradation(
        Evidence.Plane plane,
        String part,
        Message reason,
        List<String> arguments,
        long firstNanos,
        long lastNanos,
        boolean counts) {
    public Degradation {
        arguments = List.copyOf(arguments);
    }

    /** The key of a part of a plane. */
    public static String key(Evidence.Plane plane, String part) {
        return plane.name() + "/" + part;
    }

    /** Seen again, and whether it counts now. */
    public Degradation seen(long nanos, boolean nowCounts) {
        return new Degradation(plane, part, reason, arguments, firstNanos, nanos, nowCounts);
    }
}
