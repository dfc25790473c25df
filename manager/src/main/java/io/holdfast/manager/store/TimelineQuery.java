package io.holdfast.manager.store;

import org.jspecify.annotations.Nullable;

/**
 * Which lines of the timeline are asked for; null means any.
 *
 * @param before only smaller ids, newest first
 * @param after only greater ids, oldest first; wins over before
 * @param limit at most so many lines
 */
public record TimelineQuery(
        @Nullable String cluster,
        @Nullable String host,
        @Nullable String vm,
        @Nullable String failover,
        @Nullable Long before,
        @Nullable Long after,
        int limit) {
    /** The newest lines of all clusters. */
    public static TimelineQuery newest(int limit) {
        return new TimelineQuery(null, null, null, null, null, null, limit);
    }

    /** The newest lines of one fail-over. */
    public static TimelineQuery ofFailover(String cluster, String failover, int limit) {
        return new TimelineQuery(cluster, null, null, failover, null, null, limit);
    }
}
