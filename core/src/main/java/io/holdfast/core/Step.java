package io.holdfast.core;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What an event led to.
 *
 * @param changes to be committed, in order, in one transaction, before any command is carried out
 * @param commands may be carried out once the changes are committed
 * @param rejected set when the event was a request that was refused; then the state is unchanged and the lists are empty
 */
public record Step(
        State state,
        List<Change> changes,
        List<Command> commands,
        @Nullable Rejected rejected) {
    public Step {
        changes = List.copyOf(changes);
        commands = List.copyOf(commands);
    }
}
