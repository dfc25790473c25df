package io.holdfast.agent.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.agent.system.QemuProcess.Placement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Stand-ins with QEMU's command line: an agent may only ever see those of its own host and PID namespace. */
class HostProcessesTest {
    private final List<Process> started = new ArrayList<>();

    @AfterEach
    void stop() {
        started.forEach(process -> {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        });
    }

    private void startedFor(String hostId, String... prefix) throws IOException {
        String placement = new Placement(hostId, "vm-1", 3, List.of("datastore-1")).text();
        List<String> command = new ArrayList<>(List.of(prefix));
        command.addAll(List.of("sh", "-c", "while sleep 1; do :; done", "-name", "guest=vm1,debug-threads=on"));
        command.addAll(List.of("-uuid", "6f9619ff-8b86-4d01-b42d-00c04fc964ff"));
        command.addAll(List.of("-fw_cfg", "name=opt/io.holdfast/placement,string=" + placement));
        started.add(new ProcessBuilder(command).start());
    }

    @Test
    void findsItsOwnWithPlacementAndKillsExactlyThat() throws Exception {
        startedFor("host-of-this-test");
        HostProcesses own = new HostProcesses("host-of-this-test");
        await().until(() -> own.scan().size() == 1);
        QemuProcess process = own.scan().getFirst();
        assertThat(process.name()).isEqualTo("vm1");
        assertThat(process.placement().orElseThrow().datastores()).containsExactly("datastore-1");
        QemuProcesses.kill(process.pid(), process.startTicks() + 1);
        assertThat(own.scan()).as("another start time is another process").hasSize(1);
        QemuProcesses.kill(process.pid(), process.startTicks());
        assertThat(started.getFirst().waitFor(5, TimeUnit.SECONDS)).isTrue();
        assertThat(own.scan()).isEmpty();
    }

    @Test
    void neverSeesTheProcessesOfAnotherHostOrOfAnotherPidNamespace() throws Exception {
        startedFor("another-host");
        startedFor("host-of-this-test", "unshare", "--pid", "--fork", "--kill-child=KILL");
        HostProcesses other = new HostProcesses("another-host");
        await().until(() -> other.scan().size() == 1);
        await("the one in the namespace is up")
                .until(() -> started.get(1).children().findAny().isPresent());
        Process unshare = started.get(1);
        assertThat(new HostProcesses("host-of-this-test").scan())
                .as("unshare bears the same command line, but its child lives in the namespace")
                .extracting(process -> (long) process.pid())
                .containsExactly(unshare.pid());
    }
}
