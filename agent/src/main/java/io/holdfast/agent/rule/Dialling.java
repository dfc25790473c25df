package io.holdfast.agent.rule;

import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Which managers an agent dials. The leader tells the list; a wrong one, or one whose managers can't be reached, must never cost the agent its last working manager:
 *
 * <ul>
 *   <li>A list that is empty, or has an entry that is no address with a port, is not taken.
 *   <li>Until the leader has greeted the agent at an address of the list, everything that worked before is dialled besides: the list that was proven so, and the configured one.
 *   <li>Also afterwards, when none of the list has been linked for {@link #SILENCE_NANOS}.
 * </ul>
 *
 * @param configured in agent.properties
 * @param told the list taken last; empty: none yet
 * @param proven the last list at which the leader has greeted this agent; empty: none yet
 * @param sure the leader has greeted it at {@code told} since that was taken, and since the agent's start
 * @param linkedNanos monotonic instant at which one of {@code told} was last seen linked
 */
public record Dialling(
        List<String> configured, List<String> told, List<String> proven, boolean sure, long linkedNanos) {
    /** Longer than a switch-over and the restart of both managers' links; until then the list alone is dialled. */
    public static final long SILENCE_NANOS = 10_000_000_000L;

    private static final int HIGHEST_PORT = 65_535;
    /** Two management nodes with a few addresses each; more is a mistake. */
    private static final int MOST = 16;

    public Dialling {
        configured = List.copyOf(configured);
        told = List.copyOf(told);
        proven = List.copyOf(proven);
    }

    /** What an agent begins with; the remembered lists are on its disk. */
    public static Dialling begin(List<String> configured, List<String> told, List<String> proven) {
        return new Dialling(configured, told, proven, false, 0);
    }

    /** After the leader, and nobody else, has told this list. */
    public Dialling tell(List<String> list) {
        boolean usable = !list.isEmpty() && list.size() <= MOST;
        for (String entry : list) {
            usable &= address(entry);
        }
        if (!usable || Set.copyOf(list).equals(Set.copyOf(told))) {
            return this;
        }
        return new Dialling(configured, list, proven, false, linkedNanos);
    }

    /** After the leader has greeted this agent at that address. */
    public Dialling greetedByLeader(String address, long nowNanos) {
        return told.contains(address) ? new Dialling(configured, told, told, true, nowNanos) : this;
    }

    /** After a look at which links stand. */
    public Dialling linked(Collection<String> addresses, long nowNanos) {
        if (!Collections.disjoint(told, addresses)) {
            return new Dialling(configured, told, proven, sure, nowNanos);
        }
        return sure && nowNanos - linkedNanos > SILENCE_NANOS
                ? new Dialling(configured, told, proven, false, linkedNanos)
                : this;
    }

    /** What is to be dialled now; never empty unless nothing is configured. */
    public List<String> addresses() {
        Set<String> all = new LinkedHashSet<>(told);
        if (!sure) {
            all.addAll(proven);
            all.addAll(configured);
        }
        return new ArrayList<>(all);
    }

    private static boolean address(String text) {
        int colon = text.lastIndexOf(':');
        if (colon < 1 || !text.strip().equals(text) || text.contains(" ")) {
            return false;
        }
        try {
            int port = Integer.parseInt(text.substring(colon + 1));
            return port > 0 && port <= HIGHEST_PORT;
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
