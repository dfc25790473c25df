package io.holdfast.core;

import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.recovery.FailoverId;
import io.holdfast.core.text.Message;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One line of the event timeline. */
public record TimelineEntry(
        long wallMillis,
        Severity severity,
        Message message,
        List<String> arguments,
        @Nullable HostId host,
        @Nullable VmId vm,
        @Nullable FailoverId failover) {
    public TimelineEntry {
        arguments = List.copyOf(arguments);
    }

    /** How bad it is. */
    public enum Severity {
        INFO,
        WARNING,
        ERROR
    }
}
