package io.holdfast.agent.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/**
 * TCP connections whose process has died but whose queued data the kernel still sends. A dead QEMU's run hasn't ended as long as there's
 * one to its storage: its last writes could land later than anything the manager does.
 */
public final class OrphanedConnections {
    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));
    private static final int REMOTE = 2;
    private static final int QUEUES = 4;
    private static final int INODE = 9;

    private OrphanedConnections() {}

    /** Whether the kernel still holds unsent or unacknowledged data of a dead process for this TCP port of any address. */
    public static boolean holdData(int remotePort) throws IOException {
        String port = String.format("%04X", remotePort);
        for (Path table : TABLES) {
            try {
                if (Files.readString(table, StandardCharsets.US_ASCII)
                        .lines()
                        .skip(1)
                        .anyMatch(line -> holdsData(line, port))) {
                    return true;
                }
            } catch (NoSuchFileException noIpv6) {
                continue;
            }
        }
        return false;
    }

    private static boolean holdsData(String line, String port) {
        List<String> fields = List.of(line.strip().split("\\s+"));
        return fields.size() > INODE
                && fields.get(INODE).equals("0")
                && fields.get(REMOTE).endsWith(":" + port)
                && !fields.get(QUEUES).startsWith("00000000:");
    }
}
