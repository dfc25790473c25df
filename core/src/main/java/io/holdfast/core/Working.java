package io.holdfast.core;

/**
 * Volatile memory of the leader's own doings.
 *
 * @param planDue something relevant to placement has changed since the last plan
 */
record Working(boolean planDue) {
    static final Working NEW = new Working(true);
}
