package io.holdfast.agent.system;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The QEMU processes of this host and of nobody else: those in the agent's own PID namespace whose command line names this host. Seeing a
 * process in /proc is not enough: from outside, the processes of other hosts in namespaces (a lab's, a container's) can be seen too, and
 * what isn't ours must never be adopted or killed.
 */
public record HostProcesses(String hostId) {
    private static final Path OWN_NAMESPACE = Path.of("/proc/self/ns/pid");

    public List<QemuProcess> scan() {
        return QemuProcesses.scan(this::sameNamespace).stream()
                .filter(process -> process.placement()
                        .filter(placement -> placement.hostId().equals(hostId))
                        .isPresent())
                .toList();
    }

    private boolean sameNamespace(int pid) {
        try {
            Path theirs = Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/pid"));
            return theirs.equals(Files.readSymbolicLink(OWN_NAMESPACE));
        } catch (IOException ended) {
            return false;
        }
    }
}
