package io.holdfast.manager;

import io.holdfast.core.health.PowerState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A manager as a process of its own, on ports that stay the same over its restarts; its BMCs are a script that reads files. */
final class ManagerProcess implements AutoCloseable, PowerPanel {
    private final Path directory;
    private final int restPort = freePort();
    private final int agentPort = freePort();
    private Process process;

    ManagerProcess(Path directory) throws IOException {
        this.directory = directory;
        Path tool = Files.createFile(
                directory.resolve("ipmitool"),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        Files.writeString(tool, """
                #!/bin/sh
                while [ "$1" != -H ]; do shift; done
                [ "$(cat %s/power-$2)" = ON ] && echo Chassis Power is on || echo Chassis Power is off
                """.formatted(directory));
        process = launch();
    }

    @Override
    public void set(String address, PowerState state) {
        try {
            Files.writeString(directory.resolve("power-" + address), state.name());
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    private Process launch() throws IOException {
        return new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-Xmx128m",
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        "io.holdfast.manager.ManagerMain",
                        "--state",
                        directory.resolve("state").toString(),
                        "--listen",
                        "127.0.0.1:" + restPort,
                        "--agent.listen",
                        "127.0.0.1:" + agentPort,
                        "--ipmitool",
                        directory.resolve("ipmitool").toString()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        directory.resolve("manager.log").toFile()))
                .start();
    }

    int restPort() {
        return restPort;
    }

    int agentPort() {
        return agentPort;
    }

    /** Waits until it answers. */
    RestClient answering() {
        RestClient rest = new RestClient(restPort);
        Awaitility.await()
                .atMost(Duration.ofSeconds(60))
                .ignoreExceptions()
                .until(() -> rest.get("/status").status() == 200);
        return rest;
    }

    /** SIGKILL. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    void restart() throws IOException {
        process = launch();
    }

    /** A further manager on the same state and ports; it ends by itself. Gives its exit code. */
    int exitCodeOfSecond() throws IOException, InterruptedException {
        Process second = launch();
        try {
            return second.waitFor(60, TimeUnit.SECONDS) ? second.exitValue() : -1;
        } finally {
            second.destroyForcibly().waitFor();
        }
    }

    String log() throws IOException {
        return Files.readString(directory.resolve("manager.log"));
    }

    @Override
    public void close() throws InterruptedException {
        kill();
    }
}
