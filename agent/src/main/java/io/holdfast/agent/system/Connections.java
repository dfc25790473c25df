package io.holdfast.agent.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeSet;

/** With whom a process holds TCP connections, by /proc. */
public final class Connections {
    private static final String ESTABLISHED = "01";
    private static final int REMOTE = 2;
    private static final int STATE = 3;
    private static final int INODE = 9;
    private static final int IPV4_DIGITS = 8;
    private static final String MAPPED = "0000000000000000FFFF0000";

    private Connections() {}

    /** IPv4 addresses at the other ends of its established connections; empty when it has ended. */
    public static Set<String> of(long pid) {
        Set<String> inodes = sockets(pid);
        Set<String> addresses = new TreeSet<>();
        if (!inodes.isEmpty()) {
            read(Path.of("/proc/" + pid + "/net/tcp"), inodes, addresses);
            read(Path.of("/proc/" + pid + "/net/tcp6"), inodes, addresses);
        }
        return addresses;
    }

    private static Set<String> sockets(long pid) {
        Set<String> inodes = new HashSet<>();
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(Path.of("/proc/" + pid + "/fd"))) {
            for (Path descriptor : descriptors) {
                String target = Files.readSymbolicLink(descriptor).toString();
                if (target.startsWith("socket:[")) {
                    inodes.add(target.substring(8, target.length() - 1));
                }
            }
        } catch (IOException | DirectoryIteratorException ended) {
            return inodes;
        }
        return inodes;
    }

    private static void read(Path table, Set<String> inodes, Set<String> into) {
        try {
            for (String line : Files.readAllLines(table, StandardCharsets.US_ASCII)) {
                String[] fields = line.strip().split("\\s+");
                if (fields.length > INODE && fields[STATE].equals(ESTABLISHED) && inodes.contains(fields[INODE])) {
                    String address = address(fields[REMOTE].substring(0, fields[REMOTE].indexOf(':')));
                    if (!address.isEmpty()) {
                        into.add(address);
                    }
                }
            }
        } catch (IOException none) {
            // A kernel without IPv6 has no such table.
            return;
        }
    }

    /** The kernel writes each four bytes as a number of its own byte order, which is little-endian here. */
    static String address(String hex) {
        String digits = hex.startsWith(MAPPED) ? hex.substring(MAPPED.length()) : hex;
        if (digits.length() != IPV4_DIGITS) {
            return "";
        }
        long value = Long.parseLong(digits, 16);
        return (value & 255) + "." + (value >> 8 & 255) + "." + (value >> 16 & 255) + "." + (value >> 24 & 255);
    }
}
