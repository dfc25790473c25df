package io.holdfast.agent.system;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Size, load and abilities of this host. */
public final class HostFacts {
    private static final Pattern VIRTUALIZATION = Pattern.compile("\\b(vmx|svm)\\b");
    private static final double TICKS_PER_SECOND = 100;
    /** Load is looked at this often, not with each report: placement needs no fresher one, and reading it is most of a report's cost. */
    private static final long SAMPLE_NANOS = 2_000_000_000L;

    private long lastBusyTicks = -1;
    private long lastNanos;
    private Load load = new Load(0, 0);

    /**
     * Load of the whole host.
     *
     * @param cpuCores busy cores since the sample before, 0 at first
     */
    public record Load(double cpuCores, long memoryUsedBytes) {}

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
        String text = Files.readString(Path.of("/proc/meminfo"), StandardCharsets.US_ASCII);
        long total = kibibytes(text, "MemTotal:");
        return new Memory(total * 1024, (total - kibibytes(text, "MemAvailable:")) * 1024);
    }

    private static long kibibytes(String text, String key) throws IOException {
        int begin = text.indexOf(key);
        int end = text.indexOf(" kB", begin);
        if (begin < 0 || end < 0) {
            throw new IOException("/proc/meminfo has no " + key);
        }
        return Long.parseLong(text.substring(begin + key.length(), end).strip());
    }

    /** The load of the last two seconds or so. */
    public synchronized Load load() throws IOException {
        long now = System.nanoTime();
        if (lastBusyTicks < 0 || now - lastNanos >= SAMPLE_NANOS) {
            long busy = busyTicks();
            double cores =
                    lastBusyTicks < 0 ? 0 : (busy - lastBusyTicks) / TICKS_PER_SECOND / ((now - lastNanos) / 1e9);
            lastBusyTicks = busy;
            lastNanos = now;
            load = new Load(cores, memory().usedBytes());
        }
        return load;
    }

    private static long busyTicks() throws IOException {
        String stat = Files.readString(Path.of("/proc/stat"), StandardCharsets.US_ASCII);
        String[] fields = stat.substring(0, stat.indexOf('\n')).split(" +");
        long busy = 0;
        for (int i : new int[] {1, 2, 3, 6, 7, 8}) {
            busy += Long.parseLong(fields[i]);
        }
        return busy;
    }
}
