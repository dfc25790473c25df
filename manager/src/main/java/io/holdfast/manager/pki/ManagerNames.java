package io.holdfast.manager.pki;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Under which names and addresses agents reach this manager. */
public final class ManagerNames {
    private ManagerNames() {}

    /** Names for the server's certificate: the advertised ones, this machine's own, and the fixed name. */
    public static List<String> of(InetSocketAddress listen, List<String> advertise) {
        Set<String> result = new LinkedHashSet<>();
        advertise.forEach(address -> result.add(address.substring(0, address.lastIndexOf(':'))));
        if (listen.getAddress() != null && listen.getAddress().isAnyLocalAddress()) {
            result.addAll(own());
        } else {
            result.add(listen.getHostString());
        }
        result.add("127.0.0.1");
        result.add("localhost");
        result.add(CertificateAuthority.MANAGER_NAME);
        return List.copyOf(result);
    }

    /** Addresses with ports that agents are told to dial. */
    public static List<String> advertised(InetSocketAddress listen, int port, List<String> advertise) {
        if (!advertise.isEmpty()) {
            return advertise;
        }
        if (listen.getAddress() == null || !listen.getAddress().isAnyLocalAddress()) {
            return List.of(listen.getHostString() + ":" + port);
        }
        List<String> own = own();
        return own.isEmpty()
                ? List.of("127.0.0.1:" + port)
                : own.stream().map(address -> address + ":" + port).toList();
    }

    private static List<String> own() {
        List<String> result = new ArrayList<>();
        try {
            for (NetworkInterface card : NetworkInterface.networkInterfaces().toList()) {
                for (InetAddress address : card.inetAddresses().toList()) {
                    if (address instanceof Inet4Address
                            && !address.isLoopbackAddress()
                            && !address.isLinkLocalAddress()) {
                        result.add(address.getHostAddress());
                    }
                }
            }
        } catch (SocketException unreadable) {
            return List.of();
        }
        return result;
    }
}
