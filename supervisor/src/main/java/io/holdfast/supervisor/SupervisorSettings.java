package io.holdfast.supervisor;

import java.io.IOException;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * The configuration file {@code supervisor.properties}, checked as a whole before anything is started.
 *
 * @param listen where the peer asks this supervisor, with a certificate of the cluster's authority
 * @param statusListen where the manager and people of this machine ask it, without one: a loopback address
 * @param peer the other supervisor
 * @param tls this supervisor's certificate, and the authority that the peer's must come from
 * @param gateway host to try, as evidence only
 * @param managerStatus {@code …/api/v1/status} of this node's manager
 * @param console the console's page
 * @param keepalivedPidFile where keepalived writes its process id when systemd runs it
 * @param patience how long both nodes must be without a primary component before {@link GaleraRecovery} acts; the same on both
 * @param run memory-backed directory: health, heartbeat, process ids
 */
public record SupervisorSettings(
        String node,
        InetSocketAddress listen,
        InetSocketAddress statusListen,
        InetSocketAddress peer,
        PeerTls.Files tls,
        InetSocketAddress arbiter,
        Optional<String> gateway,
        VirtualAddress vip,
        URI managerStatus,
        URI console,
        Path databaseSocket,
        String databaseUser,
        Path databaseDirectory,
        List<String> databaseRecover,
        Control manager,
        Control consoleService,
        Control database,
        Control keepalived,
        Path keepalivedPidFile,
        Duration patience,
        Path run) {

    /** How a service is started and ended: a systemd unit, or a command that stays in the foreground (the lab). */
    public sealed interface Control {
        record Unit(String name) implements Control {}

        record Command(List<String> words) implements Control {}

        /**
         * What starts and ends it.
         *
         * @param name of the service: its files in the run directory bear it, so that whoever uses the same name controls the same process
         */
        default ServiceControl control(String name, Path run) {
            return switch (this) {
                case Unit(String unit) -> new UnitControl(name, unit, run);
                case Command(List<String> words) -> new CommandControl(name, words, run);
            };
        }

        /** {@code systemd:UNIT} or {@code command:WORD WORD …}. */
        static Control parse(String key, String value) {
            if (value.startsWith("systemd:") && value.length() > 8) {
                return new Unit(value.substring(8).strip());
            }
            if (value.startsWith("command:") && !value.substring(8).isBlank()) {
                return new Command(List.of(value.substring(8).strip().split("\\s+")));
            }
            throw new IllegalArgumentException(
                    key + " is '" + value + "'; it must be systemd:UNIT or command:PROGRAM ARGUMENT …");
        }
    }

    /** Every entry that the file may have. */
    public static final Set<String> KEYS = Collections.unmodifiableSet(new TreeSet<>(List.of(
            "node.name",
            "listen",
            "status.listen",
            "peer",
            "tls.ca",
            "tls.certificate",
            "tls.key",
            "arbiter",
            "gateway",
            "vip",
            "vip.interface",
            "manager.status.url",
            "console.url",
            "database.socket",
            "database.user",
            "database.directory",
            "database.recover.command",
            "manager.service",
            "console.service",
            "database.service",
            "keepalived.service",
            "keepalived.pid.file",
            "run.dir",
            "recovery.patience.seconds")));

    /** Reads and checks the file; the error names every wrong entry. */
    public static SupervisorSettings read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        Set<String> unknown = new TreeSet<>(properties.stringPropertyNames());
        unknown.removeAll(KEYS);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(file + ": unknown entries " + unknown + "; known are " + KEYS);
        }
        Entries entries = new Entries(properties);
        SupervisorSettings settings;
        try {
            settings = of(entries);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
        return settings;
    }

    private static SupervisorSettings of(Entries entries) {
        Control manager = entries.control("manager.service", "systemd:holdfast-manager.service");
        String consoleService = entries.text("console.service", "");
        return new SupervisorSettings(
                entries.needed("node.name"),
                entries.address("listen", 7430),
                entries.loopback("status.listen", "127.0.0.1:7431"),
                entries.address("peer", 7430),
                new PeerTls.Files(
                        Path.of(entries.text("tls.ca", PeerTls.FOLDER + "/ca.pem")),
                        Path.of(entries.text("tls.certificate", PeerTls.FOLDER + "/certificate.pem")),
                        Path.of(entries.text("tls.key", PeerTls.FOLDER + "/key.pem"))),
                entries.address("arbiter", 4567),
                Optional.of(entries.text("gateway", "")).filter(text -> !text.isBlank()),
                VirtualAddress.parse(entries.needed("vip"), entries.needed("vip.interface")),
                URI.create(entries.text("manager.status.url", "http://127.0.0.1:7480/api/v1/status")),
                URI.create(entries.text("console.url", "http://127.0.0.1:7480/")),
                Path.of(entries.text("database.socket", "/run/mysqld/mysqld.sock")),
                entries.text("database.user", "root"),
                Path.of(entries.text("database.directory", "/var/lib/mysql")),
                List.of(entries.text("database.recover.command", "/usr/sbin/mariadbd --user=mysql")
                        .split("\\s+")),
                manager,
                consoleService.isBlank() ? manager : Control.parse("console.service", consoleService),
                entries.control("database.service", "systemd:mariadb.service"),
                entries.control("keepalived.service", "systemd:keepalived.service"),
                Path.of(entries.text("keepalived.pid.file", "/run/keepalived.pid")),
                Duration.ofSeconds(
                        Addresses.number("recovery.patience.seconds", entries.text("recovery.patience.seconds", "45"))),
                Path.of(entries.text("run.dir", "/run/holdfast-supervisor")));
    }

    private record Entries(Properties properties) {

        String needed(String key) {
            String value = text(key, "");
            if (value.isBlank()) {
                throw new IllegalArgumentException("entry " + key + " is missing");
            }
            return value;
        }

        String text(String key, String otherwise) {
            return properties.getProperty(key, otherwise).strip();
        }

        Control control(String key, String otherwise) {
            return Control.parse(key, text(key, otherwise));
        }

        /** Everybody who reaches it may read it, so only this machine may. */
        InetSocketAddress loopback(String key, String otherwise) {
            InetSocketAddress address = address(key, text(key, otherwise), 7431);
            if (!address.getAddress().isLoopbackAddress()) {
                throw new IllegalArgumentException(
                        key + " is '" + text(key, otherwise)
                                + "'; it is answered without a certificate, so it must be a loopback address such as 127.0.0.1:7431");
            }
            return address;
        }

        InetSocketAddress address(String key, int defaultPort) {
            return address(key, needed(key), defaultPort);
        }

        private static InetSocketAddress address(String key, String value, int defaultPort) {
            List<String> parts = new ArrayList<>(List.of(value.split(":")));
            String host = Addresses.checked(key, parts.getFirst());
            int port = parts.size() == 1 ? defaultPort : Addresses.port(key, parts.get(1));
            return new InetSocketAddress(host, port);
        }
    }
}
