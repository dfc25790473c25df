package io.holdfast.core;

import io.holdfast.core.text.Message;
import java.util.List;

/**
 * A request that was refused and changed nothing.
 *
 * @param field the field of the request that is wrong, such as {@code memoryBytes}; empty where none
 * @param message what was asked, what is wrong, what to do
 */
public record Rejected(Code code, String field, Message message, List<String> arguments) {
    public Rejected {
        arguments = List.copyOf(arguments);
    }

    /** What sort of refusal. */
    public enum Code {
        /** A name or id that does not exist. */
        NOT_FOUND,
        /** A value out of its range. */
        INVALID,
        /** Clashes with something that exists. */
        CONFLICT,
        /** Cannot be done in the present state. */
        NOT_NOW
    }
}
