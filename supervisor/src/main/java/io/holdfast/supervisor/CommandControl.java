package io.holdfast.supervisor;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/**
 * A service that is a command in the foreground, for the lab and for machines without systemd. Its process id is kept in a file, so that a new
 * supervisor takes over the running service from a dead one. The command must not fork away: use {@code exec} in scripts.
 */
public final class CommandControl implements ServiceControl {

    private final List<String> command;
    private final Path pidFile;
    private final Path log;

    CommandControl(String name, List<String> command, Path run) {
        this.command = List.copyOf(command);
        this.pidFile = run.resolve(name + ".pid");
        this.log = run.resolve(name + ".log");
    }

    @Override
    public boolean alive() {
        OptionalLong id = ProcessIds.read(pidFile);
        return id.isPresent() && ProcessIds.alive(id.getAsLong());
    }

    OptionalLong id() {
        return ProcessIds.read(pidFile);
    }

    @Override
    public void end() throws IOException, InterruptedException {
        end(true);
    }

    @Override
    public void endAlone() throws IOException, InterruptedException {
        end(false);
    }

    private void end(boolean withChildren) throws IOException, InterruptedException {
        OptionalLong id = ProcessIds.read(pidFile);
        if (id.isEmpty() || !ProcessIds.alive(id.getAsLong())) {
            return;
        }
        Optional<ProcessHandle> handle = ProcessHandle.of(id.getAsLong());
        handle.ifPresent(process -> {
            if (withChildren) {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
            }
            process.destroyForcibly();
        });
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (ProcessIds.alive(id.getAsLong())) {
            if (System.nanoTime() - deadline > 0) {
                throw new IOException(
                        "process " + id.getAsLong() + " doesn't end after SIGKILL: it hangs in the kernel");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Override
    public void ask(Duration grace) throws InterruptedException {
        OptionalLong id = ProcessIds.read(pidFile);
        if (id.isEmpty() || !ProcessIds.alive(id.getAsLong())) {
            return;
        }
        ProcessHandle.of(id.getAsLong()).ifPresent(ProcessHandle::destroy);
        long deadline = System.nanoTime() + grace.toNanos();
        while (ProcessIds.alive(id.getAsLong()) && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
    }

    @Override
    public void start(List<String> options) throws IOException {
        List<String> words = new ArrayList<>(command);
        words.addAll(options);
        Process process = new ProcessBuilder(words)
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        Path fresh = pidFile.resolveSibling(pidFile.getFileName() + ".new");
        Files.writeString(fresh, process.pid() + "\n", StandardCharsets.US_ASCII);
        Files.move(fresh, pidFile, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
