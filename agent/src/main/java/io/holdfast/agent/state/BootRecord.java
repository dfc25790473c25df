package io.holdfast.agent.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * Which boot this is, and how often the agent has been started in it.
 *
 * @param agentStart from 1
 */
public record BootRecord(String bootId, long agentStart) {

    /** Reads the boot id and counts this start in the memory-backed run directory. */
    public static BootRecord read(Path bootIdFile, Path runDirectory) throws IOException {
        String bootId = Files.readString(bootIdFile, StandardCharsets.UTF_8).strip();
        if (bootId.isEmpty()) {
            throw new IOException(bootIdFile + " is empty; it should hold the identity of this boot");
        }
        Path file = runDirectory.resolve("agent-starts");
        Optional<byte[]> stored = DurableFile.read(file);
        long starts = stored.map(bytes -> count(bootId, new String(bytes, StandardCharsets.UTF_8)))
                .orElse(0L);
        DurableFile.replaceInMemory(file, (bootId + " " + (starts + 1)).getBytes(StandardCharsets.UTF_8));
        return new BootRecord(bootId, starts + 1);
    }

    private static long count(String bootId, String line) {
        try {
            return line.startsWith(bootId + " ") ? Long.parseLong(line.substring(bootId.length() + 1)) : 0;
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
