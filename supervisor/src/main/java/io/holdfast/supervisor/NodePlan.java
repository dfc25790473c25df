package io.holdfast.supervisor;

/**
 * What one management node needs to know about the pair; every value is checked, since it goes into configuration files.
 *
 * @param node name of this node
 * @param address its address on the management network
 * @param peerAddress the other node's
 * @param arbiterAddress the arbiter's, on neither of the two
 * @param gateway tried as evidence; empty for none
 * @param priority 1 to 254, different on the two nodes; only decides who takes the VIP when both start at once
 * @param routerId VRRP's virtual router id, 1 to 255, unique on the network segment
 * @param cluster name of the Galera group
 */
public record NodePlan(
        String node,
        String address,
        String peerAddress,
        String arbiterAddress,
        String gateway,
        VirtualAddress vip,
        int priority,
        int routerId,
        String cluster,
        Sizes sizes,
        Timing timing) {

    /** Name of the group that set-up gives the database's members. */
    public static final String GROUP = "holdfast";

    /** Port of the database's group communication, on all members. */
    public static final int GROUP_PORT = 4567;

    /**
     * The database's memory.
     *
     * @param bufferPoolMegabytes 8 or more
     * @param gcacheMegabytes what a node that was away can catch up on without a full copy; write rate × longest outage
     */
    public record Sizes(int bufferPoolMegabytes, int gcacheMegabytes) {

        /** 256 MB of write sets is ample for a control plane. */
        public static final Sizes STANDARD = new Sizes(128, 256);

        /** About 75 MB resident; measured to fail over as fast as the standard. */
        public static final Sizes SMALL = new Sizes(24, 64);

        public Sizes {
            if (bufferPoolMegabytes < 8 || gcacheMegabytes < 16) {
                throw new IllegalArgumentException("buffer pool " + bufferPoolMegabytes + " MB, write-set cache "
                        + gcacheMegabytes + " MB; they must be at least 8 and 16");
            }
        }
    }

    /** Group communication's times; the same on all three members. Names are Galera's own: an unknown one makes it refuse to start. */
    public enum Timing {
        /** Suspect after 1 s: 1.15 s of write pause at a power cut, rides out pauses of 0.8 s. Looked for and agreed upon twice as often as measured first: 0.1 s less. */
        TUNED(
                "evs.keepalive_period=PT0.1S;evs.suspect_timeout=PT1S;evs.inactive_timeout=PT3S;evs.inactive_check_period=PT0.05S;"
                        + "evs.install_timeout=PT3S;evs.join_retrans_period=PT0.1S;evs.delay_margin=PT1S"),
        /** Suspect after 0.5 s: 0.63 s of write pause; evicts a member at pauses above that. */
        TIGHT(
                "evs.keepalive_period=PT0.1S;evs.suspect_timeout=PT0.5S;evs.inactive_timeout=PT1.5S;evs.inactive_check_period=PT0.05S;"
                        + "evs.install_timeout=PT1.5S;evs.join_retrans_period=PT0.1S;evs.delay_margin=PT0.5S");

        private final String options;

        Timing(String options) {
            this.options = options;
        }

        public String options() {
            return options;
        }
    }

    public NodePlan {
        Addresses.name("the node's name", node);
        Addresses.name("the cluster's name", cluster);
        Addresses.checked("this node's address", address);
        Addresses.checked("the peer's address", peerAddress);
        Addresses.checked("the arbiter's address", arbiterAddress);
        if (!gateway.isEmpty()) {
            Addresses.checked("the gateway's address", gateway);
        }
        different("this node and the peer", address, peerAddress);
        different("the arbiter and this node", arbiterAddress, address);
        different("the arbiter and the peer", arbiterAddress, peerAddress);
        different("the VIP and this node", vip.address(), address);
        different("the VIP and the peer", vip.address(), peerAddress);
        different("the VIP and the arbiter", vip.address(), arbiterAddress);
        within("virtual router id", routerId, 255);
        within("priority", priority, 254);
    }

    private static void different(String what, String one, String other) {
        if (one.equals(other)) {
            throw new IllegalArgumentException(what + " have the same address " + one + "; give each its own");
        }
    }

    private static void within(String what, int value, int most) {
        if (value < 1 || value > most) {
            throw new IllegalArgumentException(what + " is " + value + "; it must be 1 to " + most);
        }
    }
}
