package io.holdfast.core.inventory;

/**
 * The baseboard management controller of a host.
 *
 * @param address name or address, without port
 * @param port UDP port for IPMI (623), TCP port for Redfish (443)
 * @param passwordReference names the password in the manager's store; the core never sees the password
 */
public record Bmc(Kind kind, String address, int port, String user, String passwordReference) {
    /** The protocol it speaks. */
    public enum Kind {
        IPMI,
        REDFISH
    }
}
