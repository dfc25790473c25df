package io.holdfast.core.health;

/** What is wrong with a link that carries. */
public enum LinkTrouble {
    NONE,
    /** A bond, of which not every member carries. */
    MEMBER_DOWN,
    /** A bond by LACP, and nobody speaks LACP at the other end. */
    NO_PARTNER,
    /** More errors than a sound link has. */
    ERRORS
}
