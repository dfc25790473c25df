package io.holdfast.supervisor.setup;

import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Collectors;

/** A {@code manager.properties}: what it says, and what it says as one of a pair. */
final class ManagerFile {

    private static final List<String> OF_PAIR = List.of(
            "manager.id",
            "advertise",
            "database",
            "database.url",
            "database.user",
            "database.password.file",
            "supervisor",
            "listen",
            "state");
    private static final String HEAD = "# Written by Holdfast (ha enable); ha disable puts the former file back.\n";

    private final Properties entries;

    private ManagerFile(Properties entries) {
        this.entries = entries;
    }

    /** A file that isn't there says nothing. */
    static ManagerFile read(Path file) throws IOException {
        Properties entries = new Properties();
        if (Files.exists(file)) {
            try (Reader reader = Files.newBufferedReader(file)) {
                entries.load(reader);
            }
        }
        return new ManagerFile(entries);
    }

    static ManagerFile parse(String text) throws IOException {
        Properties entries = new Properties();
        entries.load(new StringReader(text));
        return new ManagerFile(entries);
    }

    String text(String key, String otherwise) {
        return entries.getProperty(key, otherwise).strip();
    }

    /** Port of an entry {@code address:port}. */
    int port(String key, int otherwise) {
        String value = text(key, "");
        int colon = value.lastIndexOf(':');
        return colon < 0 ? otherwise : Integer.parseInt(value.substring(colon + 1));
    }

    /** As one of a pair that agents reach at these addresses. Clients come through the VIP, so it listens on all of its addresses. */
    String paired(String node, List<String> addresses) {
        int agents = port("agent.listen", 7443);
        return HEAD
                + kept()
                + "manager.id=" + node + "\nlisten=0.0.0.0:" + port("listen", 7480)
                + "\nadvertise="
                + addresses.stream().map(address -> address + ":" + agents).collect(Collectors.joining(","))
                + "\ndatabase=mariadb\n";
    }

    /** As a single one again. */
    String single() {
        return kept() + "manager.id=" + text("manager.id", "manager-1") + "\nstate="
                + text("state", "/var/lib/holdfast-manager") + "\nlisten=" + text("listen", "0.0.0.0:7480") + "\n";
    }

    /** On this machine: with its own folders, and without a console that isn't there. */
    String here(Path state, Path password) {
        entries.setProperty("state", state.toString());
        entries.setProperty("database.password.file", password.toString());
        String console = text("console", "");
        if (!console.isEmpty() && !Files.isDirectory(Path.of(console))) {
            entries.remove("console");
        }
        return HEAD
                + entries.stringPropertyNames().stream()
                        .sorted()
                        .map(this::line)
                        .collect(Collectors.joining());
    }

    private String kept() {
        return entries.stringPropertyNames().stream()
                .filter(key -> !OF_PAIR.contains(key))
                .sorted()
                .map(this::line)
                .collect(Collectors.joining());
    }

    private String line(String key) {
        return key + "=" + text(key, "").replace("\\", "\\\\") + "\n";
    }
}
