package io.holdfast.lab;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A machine of the lab: namespaces of its own below one first process. SIGKILL to that process takes all others with
 * it, as a power cut does; what the kernel would still say for them (FIN, RST) is kept in by pulling the cables first.
 */
final class Machine {

    private static final long DEATH_LIMIT_MILLIS = 10_000;

    private final long pid;
    private final long startNanos;
    private final String pidNamespace;

    private Machine(ProcessTable.Entry init) {
        this.pid = init.pid();
        this.startNanos = init.startNanos();
        this.pidNamespace = ProcessTable.pidNamespace(init.pid());
    }

    /** Starts a machine whose first process is this command. */
    static Machine start(Path log, String... init) {
        List<String> command = new ArrayList<>(List.of(
                "unshare", "--mount", "--pid", "--net", "--uts", "--ipc", "--cgroup", "--fork", "--kill-child=KILL"));
        command.addAll(List.of(init));
        Process unshare = Shell.start(log, command);
        Optional<ProcessTable.Entry> first = Optional.empty();
        for (int attempt = 0; attempt < 2000 && first.isEmpty() && unshare.isAlive(); attempt++) {
            first = onlyChild(unshare.pid());
            if (first.isEmpty()) {
                Waiting.pause(5);
            }
        }
        return new Machine(first.orElseThrow(() -> new LabException(
                "a machine of the lab has not started ('" + String.join(" ", init) + "'); see " + log)));
    }

    private static Optional<ProcessTable.Entry> onlyChild(long parent) {
        try {
            String children = Files.readString(
                            Path.of("/proc/" + parent + "/task/" + parent + "/children"), StandardCharsets.US_ASCII)
                    .strip();
            return children.isEmpty()
                    ? Optional.empty()
                    : ProcessTable.entry(Long.parseLong(children.split(" ", -1)[0]));
        } catch (IOException gone) {
            return Optional.empty();
        }
    }

    /** Its first process, in the lab's pid namespace. */
    long pid() {
        return pid;
    }

    /** The name of its pid namespace. */
    String pidNamespace() {
        return pidNamespace;
    }

    /** True until its first process has ended. */
    boolean alive() {
        return ProcessTable.entry(pid)
                .filter(entry -> entry.startNanos() == startNanos)
                .isPresent();
    }

    /** Ends it at once, with all of its processes. */
    void kill() {
        ProcessHandle.of(pid).filter(handle -> alive()).ifPresent(ProcessHandle::destroyForcibly);
        ProcessTable.awaitEnd(pid, startNanos, DEATH_LIMIT_MILLIS);
    }

    /** A command line that runs the command inside, but as a process of the lab (not of its pid namespace). */
    List<String> inside(List<String> command) {
        List<String> line = new ArrayList<>(
                List.of("nsenter", "-t", String.valueOf(pid), "--mount", "--net", "--uts", "--ipc", "--"));
        line.addAll(command);
        return line;
    }

    /** A command line that runs the command inside, as one of its own processes. */
    List<String> fullyInside(List<String> command) {
        List<String> line = new ArrayList<>(
                List.of("nsenter", "-t", String.valueOf(pid), "--mount", "--net", "--uts", "--ipc", "--pid", "--"));
        line.addAll(command);
        return line;
    }
}
