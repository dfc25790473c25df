package io.holdfast.core.arbiter;

import io.holdfast.core.inventory.HostId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the arbiter runs: durable before any agent hears of it, one for the whole management plane.
 *
 * @param generation grows by one with each placement: of two that an agent hears in one epoch the higher one is the later
 * @param host whose agent runs it; null: none does
 * @param hostName its name when it was placed there; at home the machine's address; empty when neither
 * @param address its management address, without a port; empty when none
 * @param group what it joins
 * @param cause why it was placed so
 * @param fromName name of the host that it was on before; empty: on none
 * @param atWallMillis when, for people
 * @param home address of the machine without an agent on which it belongs, kept while a host stands in for it; empty: there is none
 */
public record ArbiterPlacement(
        long generation,
        @Nullable HostId host,
        String hostName,
        String address,
        Group group,
        Cause cause,
        String fromName,
        long atWallMillis,
        String home) {
    /**
     * The database's group of members.
     *
     * @param nodes address:port of the group communication on the two management nodes
     * @param name of the group
     * @param options its times, the same on all members
     */
    public record Group(List<String> nodes, String name, String options) {
        public Group {
            nodes = List.copyOf(nodes);
        }
    }

    /** Why it is where it is. */
    public enum Cause {
        /** A person, or the set-up of the pair, wanted it. */
        ASKED,
        /** Its former host is dead. */
        HOST_DEAD,
        /** It was no member of the database's group any more, for long enough. */
        NOT_COUNTED,
        /** Its former host is worked on, or takes no VMs. */
        HOST_WORK,
        /** Its former host was removed. */
        HOST_REMOVED,
        /** The machine on which it belongs is counted again. */
        HOME_BACK,
        /** There is no pair any more. */
        NO_PAIR
    }

    /** On a machine without an agent, where the set-up of the pair has started it. */
    public static ArbiterPlacement onMachine(long generation, String home, Group group) {
        return new ArbiterPlacement(generation, null, home, home, group, Cause.ASKED, "", 0, home);
    }

    /** Whether an agent is to run it. */
    public boolean placed() {
        return host != null;
    }

    /** Whether it is on its machine without an agent. */
    public boolean atHome() {
        return host == null && !home.isEmpty();
    }

    /** The next placement, on this host; where it belongs stays as it is. */
    public ArbiterPlacement movedTo(HostId other, String name, String at, Cause why, long wallMillis) {
        return new ArbiterPlacement(generation + 1, other, name, at, group, why, hostName, wallMillis, home);
    }

    /** The next placement, on the machine on which it belongs. */
    public ArbiterPlacement movedHome(long wallMillis) {
        return new ArbiterPlacement(
                generation + 1, null, home, home, group, Cause.HOME_BACK, hostName, wallMillis, home);
    }

    /** The next placement, on none. */
    public ArbiterPlacement withdrawn(Cause why, long wallMillis) {
        return new ArbiterPlacement(generation + 1, null, "", "", group, why, placed() ? hostName : "", wallMillis, "");
    }
}
