package io.holdfast.agent.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Size, load and abilities of this host. */
public final class HostFacts {
    private static final Pattern MEMORY_LINE = Pattern.compile("(MemTotal|MemAvailable):\\s+(\\d+) kB");
    private static final Pattern VIRTUALIZATION = Pattern.compile("\\b(vmx|svm)\\b");
    private static final double TICKS_PER_SECOND = 100;

    private long lastBusyTicks = -1;
    private long lastNanos;

    /** @param usedBytes memory that new processes can't have */
    public record Memory(long totalBytes, long usedBytes) {}

    /** Whether guests can run by hardware: the device opens and the CPU shows vmx or svm; there are machines where only the first holds. */
    public static boolean kvmUsable() {
        try {
            int device = LibC.open("/dev/kvm", LibC.O_RDWR);
            LibC.close(device);
            return VIRTUALIZATION
                    .matcher(Files.readString(Path.of("/proc/cpuinfo")))
                    .find();
        } catch (IOException e) {
            return false;
        }
    }

    /** Logical CPUs, whatever this process itself may use. */
    public static int cpuCores() throws IOException {
        return (int) Files.readString(Path.of("/proc/cpuinfo"))
                .lines()
                .filter(line -> line.startsWith("processor"))
                .count();
    }

    public static Memory memory() throws IOException {
        long total = 0;
        long available = 0;
        Matcher matcher = MEMORY_LINE.matcher(Files.readString(Path.of("/proc/meminfo")));
        while (matcher.find()) {
            long bytes = Long.parseLong(matcher.group(2)) * 1024;
            if (matcher.group(1).equals("MemTotal")) {
                total = bytes;
            } else {
                available = bytes;
            }
        }
        return new Memory(total, total - available);
    }

    /** CPU use of the whole host since the last call, in cores. */
    public synchronized double cpuLoadCores() throws IOException {
        String stat = Files.readString(Path.of("/proc/stat"), StandardCharsets.US_ASCII);
        List<String> fields =
                List.of(stat.substring(0, stat.indexOf('\n')).strip().split("\\s+"));
        long busy = 0;
        for (int i : new int[] {1, 2, 3, 6, 7, 8}) {
            busy += Long.parseLong(fields.get(i));
        }
        long now = System.nanoTime();
        double cores = lastBusyTicks < 0 || now == lastNanos
                ? 0
                : (busy - lastBusyTicks) / TICKS_PER_SECOND / ((now - lastNanos) / 1e9);
        lastBusyTicks = busy;
        lastNanos = now;
        return cores;
    }
}
