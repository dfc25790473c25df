package io.holdfast.agent.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
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

    private static String classPath() {
        return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
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

    /** CPU time used, in clock ticks of 10 ms. */
    public long cpuTicks() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + agent().pid() + "/stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        return Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
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
