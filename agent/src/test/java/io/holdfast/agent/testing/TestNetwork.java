package io.holdfast.agent.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Switches and an iSCSI server between {@link TestHost}s, each on two cables that can be cut. Needs root. */
public final class TestNetwork implements AutoCloseable {
    /** What a cable carries; the prefix of its name. */
    public enum Cable {
        STORAGE("s"),
        MANAGEMENT("m");

        private final String letter;

        Cable(String letter) {
            this.letter = letter;
        }
    }

    private static final Path RESOURCES = Path.of("src/test/resources").toAbsolutePath();

    private final Path directory;
    private final Process process;

    /** {@code guest}: name of the boot sector in the test's resources that the disk holds. */
    public TestNetwork(Path directory, String guest) throws IOException {
        this.directory = directory;
        Files.createDirectories(directory);
        TestHost.makeDisks(directory, RESOURCES.resolve(guest));
        process = new ProcessBuilder(
                        "unshare",
                        "--mount",
                        "--pid",
                        "--fork",
                        "--kill-child=KILL",
                        "--net",
                        RESOURCES.resolve("network.sh").toString(),
                        directory.toString())
                .redirectError(directory.resolve("network.log").toFile())
                .start();
        BufferedReader output = process.inputReader(StandardCharsets.UTF_8);
        if (!"ready".equals(output.readLine())) {
            throw new AssertionError(
                    "the test network doesn't start; its log: " + Files.readString(directory.resolve("network.log")));
        }
    }

    Path directory() {
        return directory;
    }

    public Path disk() {
        return directory.resolve("disk.img");
    }

    void cable(long hostProcess, int host) throws IOException {
        for (Cable cable : Cable.values()) {
            String port = cable.letter + "-port" + host;
            ip("link", "add", port, "type", "veth", "peer", "name", cable.letter + "0", "netns", "" + hostProcess);
            ip("link", "set", port, "master", "br" + cable.letter, "up");
        }
    }

    public void cut(Cable cable, int host) throws IOException {
        ip("link", "set", cable.letter + "-port" + host, "down");
    }

    public void join(Cable cable, int host) throws IOException {
        ip("link", "set", cable.letter + "-port" + host, "up");
    }

    private void ip(String... arguments) throws IOException {
        long init = process.children().findFirst().orElseThrow().pid();
        List<String> command = new ArrayList<>(List.of("nsenter", "-t", Long.toString(init), "-n", "ip"));
        command.addAll(List.of(arguments));
        Process ran = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(ran.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (ran.waitFor() != 0) {
                throw new AssertionError(command + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    @Override
    public void close() throws InterruptedException {
        process.children().forEach(ProcessHandle::destroyForcibly);
        process.waitFor(10, TimeUnit.SECONDS);
    }
}
