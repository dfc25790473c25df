package io.holdfast.supervisor.setup;

import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;

/**
 * What is wanted of {@code ha enable}.
 *
 * @param peer address of the machine that becomes the second node; {@code holdfast-supervisor join} waits there
 * @param peerCode what that one has printed
 * @param vip {@code ADDRESS/LENGTH}
 * @param arbiter address of the machine that gets the arbiter
 * @param arbiterCode what {@code holdfast-supervisor join --arbiter} has printed there; empty: a host's agent runs it, and the manager asks it to
 * @param arbiterHost name of that host; empty for a machine of its own
 * @param gateway to be tried as evidence of this node's own isolation; empty: the default route's
 */
record SetupRequest(
        String peer,
        String peerCode,
        String vip,
        String arbiter,
        String arbiterCode,
        String arbiterHost,
        Optional<String> gateway) {

    private static final Set<String> KEYS =
            new TreeSet<>(Set.of("peer", "peer.code", "vip", "arbiter", "arbiter.code", "arbiter.host", "gateway"));

    /** @throws IllegalArgumentException an entry is unknown or missing */
    static SetupRequest read(Path file) throws IOException {
        Properties entries = new Properties();
        try (Reader reader = Files.newBufferedReader(file)) {
            entries.load(reader);
        }
        Set<String> unknown = new TreeSet<>(entries.stringPropertyNames());
        unknown.removeAll(KEYS);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException(file + ": unknown entries " + unknown + "; known are " + KEYS);
        }
        return new SetupRequest(
                needed(entries, "peer"),
                needed(entries, "peer.code"),
                needed(entries, "vip"),
                needed(entries, "arbiter"),
                entries.getProperty("arbiter.code", "").strip(),
                entries.getProperty("arbiter.host", "").strip(),
                Optional.of(entries.getProperty("gateway", "").strip()).filter(text -> !text.isEmpty()));
    }

    private static String needed(Properties entries, String key) {
        String value = entries.getProperty(key, "").strip();
        if (value.isEmpty()) {
            throw new IllegalArgumentException("entry " + key + " is missing");
        }
        return value;
    }
}
