package io.holdfast.supervisor.setup;

import io.holdfast.supervisor.Addresses;
import io.holdfast.supervisor.ProductVersion;
import io.holdfast.supervisor.Programs;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks at this machine for {@link NodeFacts}; changes nothing. */
final class FactFinder {

    /** What a machine is to become. */
    enum Role {
        FIRST,
        SECOND,
        ARBITER
    }

    private static final Duration PROGRAM_LIMIT = Duration.ofSeconds(10);
    private static final int VIP_LIMIT_MILLIS = 800;
    private static final Set<String> SERVERS_OWN = Set.of("mysql", "sys", "performance_schema", "test", "lost+found");
    private static final Pattern HOSTS = Pattern.compile("hosts=(\\d+)");
    private static final Pattern NEIGHBOUR = Pattern.compile("lladdr ([0-9a-f:]+) (?!FAILED|INCOMPLETE)");
    /** Database, replication and its copies, the supervisors. */
    private static final List<Integer> NODE_PORTS = List.of(3306, 4444, 4567, 4568, 7430, 7431);

    private static final List<Integer> MANAGER_PORTS = List.of(7443, 7480);
    private static final int REPLICATION_PORT = 4567;
    private static final List<String> FOLDERS =
            List.of("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin");

    private final NodeSettings node;
    private final boolean remains;
    private final LongSupplier clock;

    /** @param clock the machine's, in milliseconds since 1970 */
    FactFinder(NodeSettings node, boolean remains, LongSupplier clock) {
        this.node = node;
        this.remains = remains;
        this.clock = clock;
    }

    /**
     * Looks.
     *
     * @param address this machine's on the management network
     * @param vip to be looked for; only its address
     */
    NodeFacts find(Role role, String address, String vip) throws IOException, InterruptedException {
        Optional<InterfaceAddress> own = Optional.empty();
        String networkInterface = "";
        for (NetworkInterface card : NetworkInterface.networkInterfaces().toList()) {
            for (InterfaceAddress each : card.getInterfaceAddresses()) {
                if (each.getAddress().getHostAddress().equals(address)) {
                    own = Optional.of(each);
                    networkInterface = card.getName();
                }
            }
        }
        return new NodeFacts(
                name(role),
                address,
                networkInterface,
                own.map(InterfaceAddress::getNetworkPrefixLength).orElse((short) 0),
                version(),
                clock.getAsLong(),
                freeBytes(),
                missing(role),
                busy(role),
                role == Role.ARBITER ? List.of() : databases(),
                role == Role.SECOND ? managedHosts() : 0,
                role == Role.ARBITER ? "" : vipAnswers(vip, networkInterface),
                remains);
    }

    private String name(Role role) throws IOException {
        if (role == Role.FIRST) {
            return ManagerFile.read(node.managerConfiguration()).text("manager.id", "manager-1");
        }
        return node.name().isEmpty()
                ? Files.readString(Path.of("/proc/sys/kernel/hostname")).strip()
                : node.name();
    }

    /** Of this build. */
    static String version() {
        return ProductVersion.running();
    }

    private long freeBytes() throws IOException {
        Path at = node.databaseDirectory();
        while (!Files.exists(at)) {
            at = Optional.ofNullable(at.getParent()).orElse(Path.of("/"));
        }
        return Files.getFileStore(at).getUsableSpace();
    }

    private List<String> missing(Role role) {
        Stream<String> programs = role == Role.ARBITER
                ? Stream.of("garbd")
                : Stream.of(
                        node.databaseProgram().getFirst(),
                        node.databaseInstall().getFirst(),
                        "mariadb-backup",
                        "keepalived",
                        "ip",
                        "/usr/lib/galera/libgalera_smm.so",
                        node.managerProgram().getFirst());
        return programs.filter(program -> !installed(program)).toList();
    }

    private static boolean installed(String program) {
        return program.startsWith("/")
                ? Files.exists(Path.of(program))
                : FOLDERS.stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    private static List<Integer> busy(Role role) {
        Stream<Integer> ports = switch (role) {
            case FIRST -> NODE_PORTS.stream();
            case SECOND -> Stream.concat(NODE_PORTS.stream(), MANAGER_PORTS.stream());
            case ARBITER -> Stream.of(REPLICATION_PORT);
        };
        return ports.filter(FactFinder::busy).toList();
    }

    private static boolean busy(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress("0.0.0.0", port));
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private List<String> databases() throws IOException {
        if (!Files.isDirectory(node.databaseDirectory())) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(node.databaseDirectory())) {
            return files.filter(Files::isDirectory)
                    .map(folder -> folder.getFileName().toString())
                    .filter(name -> !SERVERS_OWN.contains(name) && !name.startsWith("#") && !name.startsWith("."))
                    .sorted()
                    .toList();
        }
    }

    /** By the manager's own program: only it reads its database. Unreadable counts as one: better refuse than run over it. */
    private int managedHosts() throws InterruptedException {
        if (!Files.exists(node.managerState().resolve("holdfast.db"))) {
            return 0;
        }
        List<String> command = new ArrayList<>(node.managerProgram());
        command.addAll(List.of("count", "--state", node.managerState().toString()));
        try {
            Matcher hosts = HOSTS.matcher(Programs.check(PROGRAM_LIMIT, command));
            return hosts.find() ? Integer.parseInt(hosts.group(1)) : 1;
        } catch (IOException e) {
            return 1;
        }
    }

    /** Somebody who answers ARP has the address, whether it answers a ping or not. */
    private static String vipAnswers(String vip, String networkInterface) throws IOException, InterruptedException {
        InetAddress address = InetAddress.getByName(Addresses.checked("the VIP", vip));
        if (NetworkInterface.getByInetAddress(address) != null) {
            return "this machine";
        }
        boolean answers = reachable(address);
        String known = Programs.run(PROGRAM_LIMIT, List.of("ip", "neigh", "show", vip, "dev", networkInterface))
                .output();
        Matcher neighbour = NEIGHBOUR.matcher(known);
        return neighbour.find() ? neighbour.group(1) : answers ? "somebody" : "";
    }

    /** An address to which there is no way at all is another refusal's matter. */
    private static boolean reachable(InetAddress address) {
        try {
            return address.isReachable(VIP_LIMIT_MILLIS);
        } catch (IOException e) {
            return false;
        }
    }

    /** This machine's address on the way to another one; asks nobody. */
    static String towards(String other) throws IOException {
        try (DatagramSocket socket = new DatagramSocket()) {
            socket.connect(new InetSocketAddress(Addresses.checked("the peer's address", other), 9));
            return socket.getLocalAddress().getHostAddress();
        } catch (UncheckedIOException e) {
            throw new IOException("there is no way to " + other + ": " + e.getMessage(), e);
        }
    }

    /** The default route's gateway, if there is one. */
    static Optional<String> gateway() throws IOException, InterruptedException {
        Matcher via = Pattern.compile("via (\\S+)")
                .matcher(Programs.run(PROGRAM_LIMIT, List.of("ip", "-4", "route", "show", "default"))
                        .output());
        return via.find() ? Optional.of(via.group(1)) : Optional.empty();
    }

    /** As asked by another machine. */
    Map<String, String> find(Map<String, String> arguments) throws IOException, InterruptedException {
        Role role = Role.valueOf(arguments.getOrDefault("role", "SECOND"));
        String address = arguments.getOrDefault("address", "");
        return find(role, Addresses.checked("the address", address), arguments.getOrDefault("vip", ""))
                .toMap();
    }
}
