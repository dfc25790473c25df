package io.holdfast.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The lab's processes as /proc shows them to the lab's own pid namespace, which sees into every host. */
final class ProcessTable {

    /** Ticks of /proc/PID/stat a second: USER_HZ, 100 on every Linux of today (proc(5)). */
    private static final long TICK_NANOS = TimeUnit.SECONDS.toNanos(1) / 100;

    private ProcessTable() {}

    /**
     * A process.
     *
     * @param pid in the lab's pid namespace
     * @param startNanos CLOCK_BOOTTIME when it was forked, to 10 ms
     */
    record Entry(long pid, long startNanos) {}

    /** All live processes. A zombie is dead: it writes nothing. */
    static List<Entry> live() {
        List<Entry> entries = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path folder : folders) {
                entry(Long.parseLong(folder.getFileName().toString())).ifPresent(entries::add);
            }
        } catch (IOException e) {
            throw new LabException("/proc can't be read", e);
        }
        return entries;
    }

    /** This process, unless it has ended or is a zombie. */
    static Optional<Entry> entry(long pid) {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"), StandardCharsets.ISO_8859_1);
            // The name in parentheses may hold blanks: fields are counted from behind it. State is field 3, start time
            // 22.
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            if (fields[0].equals("Z") || fields[0].equals("X")) {
                return Optional.empty();
            }
            return Optional.of(new Entry(pid, Long.parseLong(fields[19]) * TICK_NANOS));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Its command line, arguments separated by blanks; empty when it has none or has ended. */
    static String commandLine(long pid) {
        try {
            return new String(Files.readAllBytes(Path.of("/proc/" + pid + "/cmdline")), StandardCharsets.UTF_8)
                    .replace('\0', ' ')
                    .strip();
        } catch (IOException gone) {
            return "";
        }
    }

    /** Which pid namespace it lives in; empty when it has ended. */
    static String pidNamespace(long pid) {
        try {
            return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/pid")).toString();
        } catch (IOException gone) {
            return "";
        }
    }

    /** The live processes of that namespace whose command line begins with or holds the text. */
    static List<Entry> find(String pidNamespace, String text) {
        return live().stream()
                .filter(entry -> commandLine(entry.pid()).contains(text)
                        && pidNamespace(entry.pid()).equals(pidNamespace))
                .toList();
    }

    /** Sends a signal by its name, for example KILL. A process that has ended already is no error. */
    static void signal(long pid, String name) {
        try {
            Shell.run("/bin/kill", "-" + name, String.valueOf(pid));
        } catch (LabException e) {
            if (entry(pid).isPresent()) {
                throw e;
            }
        }
    }

    /** Waits until it has ended (a zombie counts as ended). @throws LabException when it lives on */
    static void awaitEnd(long pid, long startNanos, long millis) {
        long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        while (entry(pid).filter(entry -> entry.startNanos() == startNanos).isPresent()) {
            if (System.nanoTime() > limit) {
                throw new LabException("process " + pid + " is still alive " + millis + " ms after SIGKILL");
            }
            Waiting.pause(5);
        }
    }
}
