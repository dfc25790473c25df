package io.holdfast.manager.power;

/**
 * How to reach one host's BMC, password included. The text form leaves the password out, so that it can be logged.
 *
 * @param port UDP port of RMCP+, 623 by default
 */
public record BmcAccess(String address, int port, String username, String password) {
    /** Registered port of RMCP (IPMI 2.0, section 13.1.2). */
    public static final int DEFAULT_PORT = 623;

    @Override
    public String toString() {
        return username + "@" + address + ":" + port;
    }
}
