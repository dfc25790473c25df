package io.holdfast.manager.lead;

import java.util.Optional;

/** Whether this process leads, for everything that must not act or answer otherwise. Any thread; never blocks. */
public interface LeadershipView {
    /** Whether there can be another node: then a standby answers next to nothing. */
    boolean pair();

    /** Name of this node. */
    String node();

    /** Whether this process may act now (safety argument, section 2). */
    boolean leads();

    /** Whether it may act now and under exactly this epoch: asked before each commit and each command. */
    boolean mayAct(long epoch);

    /** The highest epoch that this process has seen. */
    long epoch();

    /** Name of the node that leads, as far as this process knows; empty while nobody is known to. */
    Optional<String> leader();

    /** How long ago the leader last renewed its lease as far as this process has seen, in ms; 0 while this one leads. */
    long leaderSeenMillis();

    /** Name of the node that held the leadership last, however long ago, as far as this process has seen; empty: it has seen none. */
    Optional<String> lastLeader();

    /** It has given its leadership up on request, less than two leases ago, and hasn't led since: the virtual address is to go to the other node at once. */
    boolean handedOver();
}
