package io.holdfast.agent.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The real agent as a process of its own, started by its start script. */
public final class AgentProcess implements AutoCloseable {
    private final Path directory;
    private final Map<String, String> properties = new TreeMap<>();
    private final List<String> prefix;
    private @Nullable Process process;

    /** {@code prefix}: command that enters a host's namespaces, or empty. */
    public AgentProcess(Path directory, TestAuthority authority, String hostId, int managerPort, List<String> prefix)
            throws IOException {
        this.directory = directory;
        this.prefix = prefix;
        Files.createDirectories(directory);
        Files.writeString(directory.resolve("boot-id"), "boot-1\n");
        properties.put("host.id", hostId);
        properties.put("managers", "127.0.0.1:" + managerPort);
        properties.put("tls.ca", authority.file("ca.pem").toString());
        properties.put("tls.certificate", authority.file("agent.pem").toString());
        properties.put("tls.key", authority.file("agent.key").toString());
        properties.put("probe.address", "127.0.0.1:0");
        properties.put("migration.address", "127.0.0.1:0");
        properties.put("state.dir", directory.resolve("state").toString());
        properties.put("run.dir", directory.resolve("run").toString());
        properties.put("boot.id.file", directory.resolve("boot-id").toString());
        properties.put("watchdog.path", "");
    }

    public AgentProcess with(String key, String value) {
        properties.put(key, value);
        return this;
    }

    public void boot(String bootId) throws IOException {
        Files.writeString(directory.resolve("boot-id"), bootId + "\n");
    }

    public AgentProcess start() throws IOException {
        Path file = directory.resolve("agent.properties");
        List<String> lines = new ArrayList<>();
        properties.forEach((key, value) -> lines.add(key + "=" + value));
        Files.write(file, lines);
        List<String> command = new ArrayList<>(prefix);
        command.add(Path.of("src/main/dist/holdfast-agent").toAbsolutePath().toString());
        command.add(file.toString());
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("HOLDFAST_AGENT_LIB", classPath());
        Path log = directory.resolve("agent.log");
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        process = builder.start();
        return this;
    }

    /** The agent's own in production, without the tests' libraries: written by the build before the tests. */
    private static String classPath() throws IOException {
        return Path.of("target/classes").toAbsolutePath() + ":"
                + Files.readString(Path.of("target/runtime-class-path")).strip();
    }

    public Process process() {
        Process running = process;
        if (running == null) {
            throw new AssertionError("the agent isn't started");
        }
        return running;
    }

    /** The agent's own process: below nsenter when it runs in a host's namespaces. */
    public ProcessHandle agent() {
        ProcessHandle started = process().toHandle();
        return prefix.isEmpty() ? started : started.children().findFirst().orElseThrow();
    }

    /** SIGKILL, and waits. */
    public void kill() throws InterruptedException {
        if (process().isAlive()) {
            agent().destroyForcibly();
            process().waitFor(10, TimeUnit.SECONDS);
        }
    }

    /** SIGTERM, and waits. */
    public void stop() throws InterruptedException {
        agent().destroy();
        process().waitFor(10, TimeUnit.SECONDS);
    }

    /** CPU time that each thread has used, in nanoseconds, by thread id. */
    private Map<String, Long> threadNanos() throws IOException {
        Map<String, Long> used = new TreeMap<>();
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + agent().pid() + "/task"))) {
            for (Path thread : threads.toList()) {
                try {
                    String onCpu = Files.readString(thread.resolve("schedstat")).split(" ")[0];
                    used.put(thread.getFileName().toString(), Long.parseLong(onCpu));
                } catch (IOException ended) {
                    // Between the listing and the reading; what it used is lost, which is little.
                }
            }
        }
        return used;
    }

    /** Share of one core that the agent uses during a window, in percent. */
    public double cpuPercent(Duration window) throws IOException, InterruptedException {
        Map<String, Long> before = threadNanos();
        long begun = System.nanoTime();
        Thread.sleep(window);
        long used = threadNanos().entrySet().stream()
                .mapToLong(thread -> thread.getValue() - before.getOrDefault(thread.getKey(), 0L))
                .sum();
        return used * 100.0 / (System.nanoTime() - begun);
    }

    public long residentBytes() throws IOException {
        return Files.readAllLines(Path.of("/proc/" + agent().pid() + "/status")).stream()
                .filter(line -> line.startsWith("VmRSS:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElseThrow();
    }

    public String log() throws IOException {
        return Files.readString(directory.resolve("agent.log"));
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null && process.isAlive()) {
            kill();
        }
    }
}
