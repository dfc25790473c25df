package io.holdfast.supervisor.setup;

import io.holdfast.supervisor.Addresses;
import io.holdfast.supervisor.NodePlan;
import io.holdfast.supervisor.PeerTls;
import io.holdfast.supervisor.SupervisorSettings;
import io.holdfast.supervisor.SupervisorSettings.Control;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * {@code node.properties}: how the parts of this machine are started and where their files lie, where that differs from an installed Debian. Set-up
 * hands the entries that the supervisor knows too on to it.
 *
 * @param file from which it was read
 * @param name of this node; empty: its host name
 * @param managerProgram the manager's start script, for its commands
 * @param databaseProgram the server with the options that it is always given
 * @param databaseInstall makes the system tables in an empty directory
 * @param etc where configuration and keys go
 * @param state what set-up remembers, on disk
 * @param run memory-backed, the supervisor's
 * @param scripts where {@code supervisor-alive} goes
 * @param units where drop-ins of systemd units go
 * @param upgrade how it is upgraded
 * @param forSupervisor lines for {@code supervisor.properties}
 */
record NodeSettings(
        Path file,
        String name,
        Control manager,
        List<String> managerProgram,
        Path managerConfiguration,
        Path managerState,
        Control database,
        List<String> databaseProgram,
        List<String> databaseInstall,
        Path databaseDirectory,
        Path databaseSocket,
        Path databaseConfiguration,
        NodePlan.Sizes databaseSizes,
        Control keepalived,
        Path keepalivedConfiguration,
        Control supervisor,
        Path supervisorConfiguration,
        Control arbiter,
        Path arbiterConfiguration,
        Path etc,
        Path state,
        Path run,
        Path scripts,
        Path units,
        Upgrading upgrade,
        String forSupervisor) {

    /**
     * How this node is upgraded.
     *
     * @param patience so long a node may take to be fit with a new version before it is put back
     * @param training make start-up caches when a version arrives: half a minute of a processor, and a manager starts and leads faster
     */
    record Upgrading(Duration patience, boolean training) {}

    /** On an installed machine. */
    static final Path FILE = Path.of("/etc/holdfast/node.properties");

    private static final Set<String> OWN = new TreeSet<>(List.of(
            "node.name",
            "manager.program",
            "manager.configuration",
            "manager.state",
            "database.install.command",
            "database.configuration",
            "database.memory",
            "keepalived.configuration",
            "supervisor.service",
            "supervisor.configuration",
            "arbiter.service",
            "arbiter.configuration",
            "etc.dir",
            "state.dir",
            "scripts.dir",
            "units.dir",
            "upgrade.patience.seconds",
            "upgrade.training"));

    /** Of the supervisor's entries these are for set-up to decide. */
    private static final Set<String> DECIDED = Set.of(
            "node.name",
            "listen",
            "peer",
            "arbiter",
            "gateway",
            "vip",
            "vip.interface",
            "tls.ca",
            "tls.certificate",
            "tls.key");

    /** @throws IllegalArgumentException the file has an entry that is unknown or of the wrong form; a file that isn't there is an empty one */
    static NodeSettings read(Path file) throws IOException {
        Properties entries = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                entries.load(reader);
            }
        }
        Set<String> unknown = new TreeSet<>(entries.stringPropertyNames());
        unknown.removeAll(OWN);
        unknown.removeIf(key -> SupervisorSettings.KEYS.contains(key) && !DECIDED.contains(key));
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(file + ": unknown entries " + unknown + "; known are " + OWN
                    + " and those of supervisor.properties but " + new TreeSet<>(DECIDED));
        }
        try {
            return of(file, entries);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    private static NodeSettings of(Path file, Properties entries) {
        String etc = entries.getProperty("etc.dir", "/etc/holdfast");
        return new NodeSettings(
                file,
                entries.getProperty("node.name", ""),
                control(entries, "manager.service", "systemd:holdfast-manager.service"),
                words(entries, "manager.program", "/usr/lib/holdfast/bin/holdfast-manager"),
                path(entries, "manager.configuration", etc + "/manager.properties"),
                path(entries, "manager.state", "/var/lib/holdfast-manager"),
                control(entries, "database.service", "systemd:mariadb.service"),
                words(entries, "database.recover.command", "/usr/sbin/mariadbd --user=mysql"),
                words(
                        entries,
                        "database.install.command",
                        "mariadb-install-db --no-defaults --user=mysql --skip-test-db --auth-root-authentication-method=socket"),
                path(entries, "database.directory", "/var/lib/mysql"),
                path(entries, "database.socket", "/run/mysqld/mysqld.sock"),
                path(entries, "database.configuration", "/etc/mysql/mariadb.conf.d/99-holdfast.cnf"),
                sizes(entries.getProperty("database.memory", "standard").strip()),
                control(entries, "keepalived.service", "systemd:keepalived.service"),
                path(entries, "keepalived.configuration", "/etc/keepalived/keepalived.conf"),
                control(entries, "supervisor.service", "systemd:holdfast-supervisor.service"),
                path(entries, "supervisor.configuration", etc + "/supervisor.properties"),
                control(entries, "arbiter.service", "systemd:garb.service"),
                path(entries, "arbiter.configuration", "/etc/default/garb"),
                Path.of(etc),
                path(entries, "state.dir", "/var/lib/holdfast-supervisor"),
                path(entries, "run.dir", "/run/holdfast-supervisor"),
                path(entries, "scripts.dir", "/usr/lib/holdfast/bin"),
                path(entries, "units.dir", "/etc/systemd/system"),
                new Upgrading(
                        Duration.ofSeconds(Addresses.number(
                                "upgrade.patience.seconds", entries.getProperty("upgrade.patience.seconds", "120"))),
                        !entries.getProperty("upgrade.training", "true").strip().equals("false")),
                entries.stringPropertyNames().stream()
                        .filter(SupervisorSettings.KEYS::contains)
                        .filter(key -> !DECIDED.contains(key))
                        .sorted()
                        .map(key -> key + "=" + entries.getProperty(key) + "\n")
                        .collect(Collectors.joining()));
    }

    private static Control control(Properties entries, String key, String otherwise) {
        return Control.parse(key, entries.getProperty(key, otherwise).strip());
    }

    private static List<String> words(Properties entries, String key, String otherwise) {
        return List.of(entries.getProperty(key, otherwise).strip().split("\\s+"));
    }

    private static Path path(Properties entries, String key, String otherwise) {
        return Path.of(entries.getProperty(key, otherwise).strip());
    }

    private static NodePlan.Sizes sizes(String memory) {
        return switch (memory) {
            case "standard" -> NodePlan.Sizes.STANDARD;
            case "small" -> NodePlan.Sizes.SMALL;
            default ->
                throw new IllegalArgumentException("database.memory is '" + memory + "'; it must be standard or small");
        };
    }

    /** Where this node's supervisor keeps its keys. */
    PeerTls.Files supervisorKeys() {
        Path folder = etc.resolve("supervisor-pki");
        return new PeerTls.Files(
                folder.resolve("ca.pem"), folder.resolve("certificate.pem"), folder.resolve("key.pem"));
    }
}
