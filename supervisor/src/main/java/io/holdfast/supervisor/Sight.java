package io.holdfast.supervisor;

/**
 * What was seen of one item last, for people; the arbiter's also tells a cut between the nodes from one of all links.
 *
 * @param good whether that was as it should be
 * @param detail one line in English
 * @param seenNanos monotonic clock of this node
 */
public record Sight(boolean good, String detail, long seenNanos) {}
