package io.holdfast.supervisor;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets this node answer packets for the VIP that were sent to it before it lost the address. Without this the kernel drops them in silence, and a
 * client whose connection or request was on its way in those milliseconds waits for its own time limit (measured: 0.3 s and 1 s).
 *
 * <p>The VIP is put on the loopback, as the real servers of Linux Virtual Server have it: nobody is told of it ({@code arp_ignore=1}: asked for by
 * ARP, an address of another interface isn't answered for; {@code arp_announce=2}: nor is it ever named as the sender). Who holds the VIP is judged by
 * its own interface. The kernel takes the address away by itself at the end of its lifetime, whatever becomes of the supervisor. What is answered is
 * the manager's affair: one that doesn't lead acknowledges nothing.
 */
final class LateAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(LateAnswers.class);

    /** The VIP must not stay where it may not be because this takes long. */
    private static final Duration TIME_LIMIT = Duration.ofMillis(300);

    private final VirtualAddress vip;

    LateAnswers(VirtualAddress vip) {
        this.vip = vip;
    }

    /** Begins to answer; where that isn't possible, late clients wait for their own time limits. */
    void begin(Duration howLong) {
        try {
            set("arp_ignore", "1");
            set("arp_announce", "2");
            Programs.check(TIME_LIMIT, command(howLong));
        } catch (IOException e) {
            LOG.warn("late clients of the VIP get no answer: {}", e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The lifetime has whole seconds. */
    List<String> command(Duration howLong) {
        String seconds = String.valueOf(howLong.toSeconds());
        return List.of(
                "ip",
                "address",
                "replace",
                vip.address() + "/32",
                "dev",
                "lo",
                "valid_lft",
                seconds,
                "preferred_lft",
                seconds);
    }

    private void set(String name, String value) throws IOException {
        Path file = Path.of("/proc/sys/net/ipv4/conf", vip.networkInterface(), name);
        if (!Files.readString(file, StandardCharsets.US_ASCII).strip().equals(value)) {
            Files.writeString(file, value, StandardCharsets.US_ASCII);
        }
    }
}
