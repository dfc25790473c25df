package io.holdfast.agent.system;

import io.holdfast.agent.system.QemuProcess.Placement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Finds and kills QEMU processes by /proc and pidfd, without libvirt. */
public final class QemuProcesses {
    private static final Path PROC = Path.of("/proc");
    private static final int SYS_PIDFD_SEND_SIGNAL = 424;
    private static final int SYS_PIDFD_OPEN = 434;
    private static final int SYS_PIDFD_GETFD = 438;
    private static final int SIGKILL = 9;
    private static final int STATE_FIELD = 0;
    private static final int START_FIELD = 19;

    private QemuProcesses() {}

    /** Every QEMU in /proc that hasn't ended and whose pid passes; use {@link HostProcesses} for those of this host. */
    static List<QemuProcess> scan(IntPredicate wanted) {
        List<QemuProcess> found = new ArrayList<>();
        try (DirectoryStream<Path> pids = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path directory : pids) {
                read(Integer.parseInt(directory.getFileName().toString()))
                        .filter(process -> wanted.test(process.pid()))
                        .ifPresent(found::add);
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw new UncheckedIOException("can't list /proc", e instanceof IOException io ? io : new IOException(e));
        }
        return found;
    }

    private static Optional<QemuProcess> read(int pid) {
        try {
            byte[] raw = Files.readAllBytes(PROC.resolve(pid + "/cmdline"));
            if (raw.length == 0) {
                return Optional.empty();
            }
            List<String> arguments = Arrays.asList(new String(raw, StandardCharsets.UTF_8).split("\0"));
            int uuid = arguments.indexOf("-uuid");
            if (uuid < 0 || uuid + 1 >= arguments.size() || !arguments.contains("-name")) {
                return Optional.empty();
            }
            Optional<Long> start = startTicks(pid);
            return start.map(ticks -> new QemuProcess(
                    pid,
                    ticks,
                    arguments.get(uuid + 1),
                    guestName(arguments),
                    arguments.contains("-incoming"),
                    placement(arguments)));
        } catch (IOException ended) {
            return Optional.empty();
        }
    }

    private static String guestName(List<String> arguments) {
        int name = arguments.indexOf("-name");
        String value = name + 1 < arguments.size() ? arguments.get(name + 1) : "";
        for (String part : value.split(",")) {
            if (part.startsWith("guest=")) {
                return part.substring("guest=".length());
            }
        }
        return value;
    }

    private static Optional<Placement> placement(List<String> arguments) {
        String start = "name=" + QemuProcess.PLACEMENT_ENTRY + ",string=";
        return arguments.stream()
                .filter(argument -> argument.startsWith(start))
                .findFirst()
                .flatMap(argument -> Placement.parse(argument.substring(start.length())));
    }

    /** Start time of a process that hasn't ended; empty when it's gone or a zombie. */
    public static Optional<Long> startTicks(int pid) {
        try {
            String stat = Files.readString(PROC.resolve(pid + "/stat"), StandardCharsets.ISO_8859_1);
            List<String> fields =
                    List.of(stat.substring(stat.lastIndexOf(')') + 2).split(" "));
            boolean ended = fields.get(STATE_FIELD).equals("Z")
                    || fields.get(STATE_FIELD).equals("X");
            return ended ? Optional.empty() : Optional.of(Long.parseLong(fields.get(START_FIELD)));
        } catch (IOException | IndexOutOfBoundsException gone) {
            return Optional.empty();
        }
    }

    /** A pidfd of exactly this process: pids are reused, so the start time is compared after opening. Empty: it has ended. */
    public static Optional<Integer> open(int pid, long startTicks) {
        int descriptor;
        try {
            descriptor = (int) LibC.syscall("pidfd_open", SYS_PIDFD_OPEN, pid, 0, 0, 0);
        } catch (LibC.NativeException e) {
            if (e.errno() == LibC.ESRCH) {
                return Optional.empty();
            }
            throw new UncheckedIOException("can't watch process " + pid + "; Linux 5.6 or later is needed", e);
        }
        if (startTicks(pid).filter(ticks -> ticks == startTicks).isEmpty()) {
            LibC.close(descriptor);
            return Optional.empty();
        }
        return Optional.of(descriptor);
    }

    /**
     * Kills the process at once. Before, its TCP connections are set to discard what they have queued: otherwise the kernel would go on
     * sending a dead QEMU's queued writes to the storage, for minutes when the path is down, past any lease.
     */
    public static void kill(int pid, long startTicks) {
        open(pid, startTicks).ifPresent(descriptor -> {
            try {
                discardQueuedWrites(pid, descriptor);
                LibC.syscall("pidfd_send_signal", SYS_PIDFD_SEND_SIGNAL, descriptor, SIGKILL, 0, 0);
            } catch (LibC.NativeException e) {
                if (e.errno() != LibC.ESRCH) {
                    throw new UncheckedIOException("can't kill process " + pid, e);
                }
            } finally {
                LibC.close(descriptor);
            }
        });
    }

    private static void discardQueuedWrites(int pid, int process) {
        try (DirectoryStream<Path> descriptors = Files.newDirectoryStream(PROC.resolve(pid + "/fd"))) {
            for (Path entry : descriptors) {
                if (isSocket(entry)) {
                    discardOnClose(process, Integer.parseInt(entry.getFileName().toString()));
                }
            }
        } catch (IOException | DirectoryIteratorException ending) {
            // The process is ending by itself; what it left queued is waited for by OrphanedConnections.
        }
    }

    private static boolean isSocket(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString().startsWith("socket:");
        } catch (IOException closed) {
            return false;
        }
    }

    private static void discardOnClose(int process, int descriptor) {
        try {
            int copy = (int) LibC.syscall("pidfd_getfd", SYS_PIDFD_GETFD, process, descriptor, 0, 0);
            try {
                LibC.discardOnClose(copy);
            } finally {
                LibC.close(copy);
            }
        } catch (LibC.NativeException closed) {
            // Closed meanwhile, or a kernel without pidfd_getfd: OrphanedConnections waits for it then.
        }
    }
}
