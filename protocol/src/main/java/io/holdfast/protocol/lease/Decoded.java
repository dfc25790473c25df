package io.holdfast.protocol.lease;

/** What a sector holds: a record, nothing (never written), or bytes that are no record of this kind. */
public sealed interface Decoded<T> {
    /** All bytes are zero: never written. */
    record Empty<T>() implements Decoded<T> {}

    record Present<T>(T value) implements Decoded<T> {}

    /** Neither empty nor readable; {@code why} says what is wrong. Never treated as empty: a decision that needs the record is refused. */
    record Unreadable<T>(String why) implements Decoded<T> {}
}
