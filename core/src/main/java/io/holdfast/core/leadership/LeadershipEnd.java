package io.holdfast.core.leadership;

/** Why a leader stopped acting. */
public enum LeadershipEnd {
    /** The row shows another epoch: somebody else has taken the leadership. */
    DEPOSED,
    /** No renewal was acknowledged for three quarters of the lease. */
    NOT_RENEWED,
    /** It was asked to. */
    STEPPED_DOWN,
    /** The outcome of one of its transactions is unknown: it must read everything again, under a new epoch. */
    BEGINS_ANEW
}
