package io.holdfast.core.isolation;

import io.holdfast.core.inventory.HostId;
import io.holdfast.core.text.Message;
import java.util.List;

/**
 * One way to a proof that was tried for a fail-over, with its latest outcome. All rungs are tried side by side; the first proof wins.
 *
 * @param wallMillis when the outcome was last updated
 */
public record Rung(HostId host, Kind kind, Outcome outcome, long wallMillis, Message message, List<String> arguments) {
    public Rung {
        arguments = List.copyOf(arguments);
    }

    /** What was tried. */
    public enum Kind {
        POWER_SEEN_OFF,
        POWER_OFF_COMMAND,
        LEASE_EXPIRED,
        PROCESS_ENDED,
        LOCKED_OUT,
        OPERATOR
    }

    /** How it stands. */
    public enum Outcome {
        ASKED,
        /** Does not apply here, for a reason that the message tells. */
        NOT_POSSIBLE,
        FAILED,
        PROVEN
    }
}
