package io.holdfast.core.health;

/**
 * An interface that carries a network.
 *
 * @param network name of the business network; empty for the management network
 * @param trouble what the agent sees wrong with it although it carries
 * @param detail of the trouble: names of members, or the share of errors; empty when there is none
 */
public record UplinkStatus(
        String interfaceName, String network, boolean carrier, boolean adminUp, LinkTrouble trouble, String detail) {
    /** A link without trouble. */
    public UplinkStatus(String interfaceName, String network, boolean carrier, boolean adminUp) {
        this(interfaceName, network, carrier, adminUp, LinkTrouble.NONE, "");
    }

    /** It carries. */
    public boolean up() {
        return carrier && adminUp;
    }
}
