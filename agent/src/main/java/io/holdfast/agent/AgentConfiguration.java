package io.holdfast.agent;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;

/** {@code agent.properties}; keys and defaults are listed in docs/architecture.md. An unknown or missing key is an error that names it. */
public record AgentConfiguration(
        String hostId,
        List<String> managers,
        Path certificateAuthority,
        Path certificate,
        Path key,
        String probeAddress,
        String migrationAddress,
        String libvirtUri,
        String watchdogPath,
        int watchdogTimeoutMillis,
        Path stateDirectory,
        Path runDirectory,
        Path bootIdFile,
        String emulator,
        Path arbiterProgram) {

    public static AgentConfiguration read(Path file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            properties.load(reader);
        }
        return of(properties, file.toString());
    }

    static AgentConfiguration of(Properties properties, String source) {
        Keys keys = new Keys(properties, source);
        AgentConfiguration configuration = new AgentConfiguration(
                keys.required("host.id"),
                List.of(keys.required("managers").split("\\s*,\\s*")),
                Path.of(keys.required("tls.ca")),
                Path.of(keys.required("tls.certificate")),
                Path.of(keys.required("tls.key")),
                keys.optional("probe.address", "0.0.0.0:7420"),
                keys.optional("migration.address", ""),
                keys.optional("libvirt.uri", "qemu:///system"),
                keys.optional("watchdog.path", "/dev/watchdog"),
                keys.number("watchdog.timeout.millis", 0),
                Path.of(keys.optional("state.dir", "/var/lib/holdfast")),
                Path.of(keys.optional("run.dir", "/run/holdfast")),
                Path.of(keys.optional("boot.id.file", "/proc/sys/kernel/random/boot_id")),
                keys.optional("emulator", "/usr/bin/qemu-system-x86_64"),
                Path.of(keys.optional("arbiter.program", "/usr/bin/garbd")));
        keys.refuseRest();
        return configuration;
    }

    /** Takes each key once, so that what is left over is unknown. */
    private static final class Keys {
        private final Map<String, String> rest = new TreeMap<>();
        private final String source;

        Keys(Properties properties, String source) {
            this.source = source;
            properties
                    .stringPropertyNames()
                    .forEach(name -> rest.put(name, properties.getProperty(name).strip()));
        }

        String required(String key) {
            String value = rest.remove(key);
            if (value == null || value.isEmpty()) {
                throw new IllegalArgumentException(
                        source + " lacks '" + key + "'; add it, docs/architecture.md lists the keys");
            }
            return value;
        }

        String optional(String key, String otherwise) {
            String value = rest.remove(key);
            return value == null ? otherwise : value;
        }

        int number(String key, int otherwise) {
            String value = optional(key, "");
            try {
                return value.isEmpty() ? otherwise : Integer.parseInt(value);
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException(
                        source + ": '" + key + "' should be a whole number, it is '" + value + "'", e);
            }
        }

        void refuseRest() {
            if (!rest.isEmpty()) {
                throw new IllegalArgumentException(
                        source + " has unknown keys " + rest.keySet() + "; docs/architecture.md lists them all");
            }
        }
    }
}
