package io.holdfast.manager;

import io.holdfast.core.Rejected;

/** The core refused a request; nothing was changed. */
public final class RejectedException extends Exception {
    private final Rejected rejected;

    public RejectedException(Rejected rejected) {
        super(rejected.message().english(rejected.arguments()));
        this.rejected = rejected;
    }

    /** Why, for people in both languages. */
    public Rejected rejected() {
        return rejected;
    }
}
