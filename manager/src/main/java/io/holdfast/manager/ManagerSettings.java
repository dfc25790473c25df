package io.holdfast.manager;

import io.holdfast.core.leadership.LeadershipTerms;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Settings of one manager, from {@code manager.properties} and the command line, which wins.
 *
 * @param managerId name of this node among the management nodes; its supervisor has the same
 * @param state directory of the database and the keys; made when it does not exist
 * @param listen address of REST, event stream and console
 * @param agents address of the agent link
 * @param advertise addresses (with port) that agents are told to dial; empty: the agent link's, if it is not a wildcard, else this machine's own
 * @param console directory of the built console, or null
 * @param ipmitool program that speaks to BMCs
 * @param database where the state is kept; the replicated one makes this manager one of a pair
 * @param supervisor where this node's supervisor answers, asked only by one of a pair
 * @param supervisorProgram start script of the supervisor's program with the arguments that it is always given; it makes a pair and takes it apart
 * @param supervisorState where that one writes how far it is
 */
public record ManagerSettings(
        String managerId,
        Path state,
        InetSocketAddress listen,
        InetSocketAddress agents,
        List<String> advertise,
        @Nullable Path console,
        String ipmitool,
        DatabaseSettings database,
        URI supervisor,
        List<String> supervisorProgram,
        Path supervisorState) {
    private static final Set<String> KEYS = new TreeSet<>(Set.of(
            "manager.id",
            "state",
            "listen",
            "agent.listen",
            "advertise",
            "console",
            "ipmitool",
            "database",
            "database.url",
            "database.user",
            "database.password.file",
            "lease.millis",
            "lease.renew.millis",
            "lease.attempt.millis",
            "supervisor",
            "supervisor.program",
            "supervisor.state"));

    public ManagerSettings {
        advertise = List.copyOf(advertise);
    }

    /** Which database. */
    public sealed interface DatabaseSettings {
        /** The embedded one, in {@code state}: a single manager. */
        record Embedded() implements DatabaseSettings {}

        /**
         * This node's member of the replicated database: one of a pair.
         *
         * @param url such as {@code jdbc:mariadb://127.0.0.1:3306/holdfast}
         * @param passwordFile file with the password alone, or null: none
         * @param terms of the leadership; the same on both nodes
         */
        record Replicated(String url, String user, @Nullable Path passwordFile, LeadershipTerms terms)
                implements DatabaseSettings {}
    }

    /** A setting that is missing, unknown or of the wrong form; the text says which and what to do. */
    public static final class InvalidSettingException extends Exception {
        public InvalidSettingException(String message) {
            super(message);
        }
    }

    /**
     * Reads {@code --config FILE} and {@code --KEY VALUE} for every key of the file.
     *
     * @throws InvalidSettingException a setting is unknown, missing or of the wrong form
     */
    public static ManagerSettings of(String... arguments) throws InvalidSettingException {
        Properties properties = new Properties();
        Properties given = new Properties();
        for (int at = 0; at < arguments.length; at += 2) {
            String name = arguments[at];
            if (!name.startsWith("--") || at + 1 == arguments.length) {
                throw new InvalidSettingException(
                        "\"" + name + "\" is no setting with a value: give --config FILE, or --"
                                + String.join(" VALUE, --", KEYS) + " VALUE");
            }
            if (name.equals("--config")) {
                load(properties, Path.of(arguments[at + 1]));
            } else {
                given.setProperty(
                        name.substring(2)
                                .replace("agent-listen", "agent.listen")
                                .replace("manager-id", "manager.id")
                                .replace("supervisor-", "supervisor.")
                                .replace("database-", "database.")
                                .replace("password-file", "password.file"),
                        arguments[at + 1]);
            }
        }
        properties.putAll(given);
        for (String name : properties.stringPropertyNames()) {
            if (!KEYS.contains(name)) {
                throw new InvalidSettingException(
                        "The setting \"" + name + "\" is not known; known are: " + String.join(", ", KEYS));
            }
        }
        return of(properties);
    }

    private static void load(Properties into, Path file) throws InvalidSettingException {
        try (var reader = Files.newBufferedReader(file)) {
            into.load(reader);
        } catch (IOException | IllegalArgumentException failure) {
            throw new InvalidSettingException(
                    "The configuration " + file + " can't be read (" + failure.getMessage() + "): check path and form");
        }
    }

    private static ManagerSettings of(Properties properties) throws InvalidSettingException {
        String state = properties.getProperty("state", "/var/lib/holdfast-manager");
        String console = properties.getProperty("console", "");
        List<String> advertise = new ArrayList<>();
        for (String address :
                Arrays.asList(properties.getProperty("advertise", "").split(","))) {
            if (!address.isBlank()) {
                address(address.strip(), "advertise");
                advertise.add(address.strip());
            }
        }
        return new ManagerSettings(
                properties.getProperty("manager.id", "manager-1"),
                Path.of(state),
                address(properties.getProperty("listen", "0.0.0.0:7480"), "listen"),
                address(properties.getProperty("agent.listen", "0.0.0.0:7443"), "agent.listen"),
                advertise,
                console.isEmpty() ? null : Path.of(console),
                properties.getProperty("ipmitool", "ipmitool"),
                database(properties),
                supervisor(properties.getProperty("supervisor", "http://127.0.0.1:7431")),
                List.of(properties
                        .getProperty("supervisor.program", "/usr/lib/holdfast/bin/holdfast-supervisor")
                        .strip()
                        .split("\\s+")),
                Path.of(properties.getProperty("supervisor.state", "/var/lib/holdfast-supervisor")));
    }

    private static DatabaseSettings database(Properties properties) throws InvalidSettingException {
        String kind = properties.getProperty("database", "sqlite");
        switch (kind) {
            case "sqlite" -> {
                return new DatabaseSettings.Embedded();
            }
            case "mariadb" -> {
                String password = properties.getProperty("database.password.file", "");
                return new DatabaseSettings.Replicated(
                        properties.getProperty("database.url", "jdbc:mariadb://127.0.0.1:3306/holdfast"),
                        properties.getProperty("database.user", "holdfast"),
                        password.isEmpty() ? null : Path.of(password),
                        terms(properties));
            }
            default ->
                throw new InvalidSettingException(
                        "The setting database is \"" + kind + "\", but must be sqlite or mariadb");
        }
    }

    private static LeadershipTerms terms(Properties properties) throws InvalidSettingException {
        LeadershipTerms standard = LeadershipTerms.STANDARD;
        try {
            return new LeadershipTerms(
                    millis(properties, "lease.millis", standard.lease()),
                    millis(properties, "lease.renew.millis", standard.renewEvery()),
                    millis(properties, "lease.attempt.millis", standard.attemptTimeout()));
        } catch (IllegalArgumentException wrong) {
            throw new InvalidSettingException(
                    "The settings lease.millis, lease.renew.millis and lease.attempt.millis don't fit: "
                            + wrong.getMessage());
        }
    }

    private static Duration millis(Properties properties, String name, Duration otherwise) {
        String text = properties.getProperty(name);
        return text == null ? otherwise : Duration.ofMillis(Long.parseLong(text.strip()));
    }

    private static URI supervisor(String text) throws InvalidSettingException {
        URI uri = URI.create(text.strip());
        if (uri.getHost() == null || !"http".equals(uri.getScheme())) {
            throw new InvalidSettingException("The setting supervisor is \"" + text
                    + "\", but must be http://address:port, such as http://127.0.0.1:7431");
        }
        return uri;
    }

    private static InetSocketAddress address(String text, String name) throws InvalidSettingException {
        int colon = text.lastIndexOf(':');
        try {
            if (colon > 0) {
                return new InetSocketAddress(text.substring(0, colon), Integer.parseInt(text.substring(colon + 1)));
            }
        } catch (IllegalArgumentException wrong) {
            throw new InvalidSettingException(
                    "The setting " + name + " is \"" + text + "\", but must be address:port with a port up to 65535");
        }
        throw new InvalidSettingException(
                "The setting " + name + " is \"" + text + "\", but must be address:port, such as 0.0.0.0:7480");
    }
}
