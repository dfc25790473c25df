package io.holdfast.supervisor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The two files by which the supervisor speaks to keepalived: {@code health} (0 or 1, a track_file, noticed at once) and {@code heartbeat} (the
 * machine's uptime in seconds, looked at every second by a track script: a dead or hung supervisor stops writing it, and the VIP moves).
 */
final class HealthFile {

    private final Path health;
    private final Path heartbeat;

    HealthFile(Path run) {
        this.health = run.resolve("health");
        this.heartbeat = run.resolve("heartbeat");
    }

    /** Overwrites in place: keepalived watches this very file, not its name's successor. */
    void health(boolean healthy) throws IOException {
        put(health, healthy ? "0\n" : "1\n");
    }

    void beat() throws IOException {
        String uptime = Files.readString(Path.of("/proc/uptime"), StandardCharsets.US_ASCII);
        put(heartbeat, uptime.substring(0, uptime.indexOf('.')) + "\n");
    }

    private static void put(Path file, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            int length = channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)), 0);
            channel.truncate(length);
        }
    }
}
