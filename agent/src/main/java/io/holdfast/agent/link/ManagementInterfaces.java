package io.holdfast.agent.link;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.List;
import java.util.TreeSet;
import java.util.function.Supplier;

/** By which interfaces this host reaches its managers, as its routes say. Looked up by a thread of its own, because a name may have to be resolved. */
public final class ManagementInterfaces implements Runnable {
    private static final long PERIOD_MILLIS = 30_000;

    private final Supplier<List<String>> managers;
    private volatile List<String> names = List.of();

    /** @param managers address:port of each */
    public ManagementInterfaces(Supplier<List<String>> managers) {
        this.managers = managers;
    }

    /** Names as last looked up; empty: unknown. */
    public List<String> names() {
        return names;
    }

    @Override
    public void run() {
        try {
            while (true) {
                look();
                Thread.sleep(PERIOD_MILLIS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    void look() {
        TreeSet<String> found = new TreeSet<>();
        for (String manager : managers.get()) {
            int colon = manager.lastIndexOf(':');
            // Connecting a datagram socket sends nothing: the kernel only chooses the route.
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.connect(new InetSocketAddress(
                        manager.substring(0, colon), Integer.parseInt(manager.substring(colon + 1))));
                NetworkInterface own = NetworkInterface.getByInetAddress(socket.getLocalAddress());
                if (own != null && !own.isLoopback()) {
                    found.add(own.getName());
                }
            } catch (IOException | RuntimeException noRoute) {
                // Without a route there's no interface to watch; the connection to the manager fails by itself.
                continue;
            }
        }
        names = List.copyOf(found);
    }
}
