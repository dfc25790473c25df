package io.holdfast.protocol.lease;

/** What a host says of one of its own planes. The byte on disk is the ordinal: append only. */
public enum PlaneView {
    UNKNOWN,
    OK,
    DEGRADED,
    FAULT;

    static PlaneView of(byte value) {
        return value >= 0 && value < values().length ? values()[value] : UNKNOWN;
    }
}
