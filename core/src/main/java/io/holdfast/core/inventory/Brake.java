package io.holdfast.core.inventory;

/**
 * The brake on mass failures (safety argument, section 5): while at least {@code minimumHosts} and more than {@code sharePercent} of the hosts fail
 * within the window, forced power-off waits. Proofs that need no force still count.
 *
 * @param sharePercent share of the cluster's hosts, 1..100
 * @param minimumHosts never brakes below this many failing hosts
 * @param windowMillis failures closer together than this belong together; also how long a forced power-off is held
 */
public record Brake(int sharePercent, int minimumHosts, int windowMillis) {
    /** One third, at least two hosts, within a minute. */
    public static final Brake DEFAULT = new Brake(33, 2, 60_000);
}
