package io.holdfast.agent.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Link state of network interfaces, from sysfs. */
public final class Uplinks {
    private static final int IFF_UP = 1;

    private Uplinks() {}

    /** @param carrier the cable carries a signal; false when the interface is down or missing */
    public record State(boolean carrier, boolean adminUp) {}

    public static State of(String networkInterface) {
        Path directory = Path.of("/sys/class/net").resolve(networkInterface);
        try {
            int flags = Integer.decode(text(directory.resolve("flags")));
            boolean up = (flags & IFF_UP) != 0;
            return new State(up && text(directory.resolve("carrier")).equals("1"), up);
        } catch (IOException | NumberFormatException missing) {
            return new State(false, false);
        }
    }

    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.US_ASCII).strip();
    }
}
