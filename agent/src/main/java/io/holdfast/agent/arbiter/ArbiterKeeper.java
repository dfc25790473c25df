package io.holdfast.agent.arbiter;

import io.holdfast.agent.rule.ArbiterDuty;
import io.holdfast.agent.rule.ArbiterDuty.Order;
import io.holdfast.agent.system.Connections;
import io.holdfast.protocol.agent.Arbiter;
import io.holdfast.protocol.agent.ArbiterStatus;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the arbiter, Galera's garbd, while the leader's word names this host (rule {@link ArbiterDuty}), restarts it when it ends, and ends it otherwise. The process outlives the agent, which finds
 * it again by its command line: a restart of the agent costs no vote. It runs as nobody; its folder, with the saved view of the members, is one for each placement.
 */
public final class ArbiterKeeper implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(ArbiterKeeper.class);
    private static final long LOOK_MILLIS = 250;
    /** One that is back within 3 s, before the others have cleaned up its former self, keeps them from writing until evs.install_timeout (measured: 2.5 and 3.4 s). */
    static final long FIRST_PAUSE_NANOS = 5_000_000_000L;

    private static final long LONGEST_PAUSE_NANOS = 10_000_000_000L;
    /** One that has lived so long was well: the next pause is short again. */
    private static final long WELL_NANOS = 30_000_000_000L;
    /** Leaving the group in order takes a round trip; a hung one is killed. */
    private static final long END_MILLIS = 2000;

    private static final String LOG_FILE = "garbd.log";
    private static final long MOST_LOG_BYTES = 1 << 20;

    private final Path program;
    private final Path folder;
    private final String hostId;
    private final String name;
    private final LongSupplier nanos;
    private final Runnable changed;
    private Arbiter placement = Arbiter.getDefaultInstance();
    private ArbiterDuty duty;
    private @Nullable Running running;
    private long nextStartNanos;
    private long pauseNanos = FIRST_PAUSE_NANOS;
    private String detail = "";
    private volatile ArbiterStatus status = ArbiterStatus.getDefaultInstance();

    /** A process of it, and for which placement it was started. */
    private record Running(ProcessHandle process, long generation, long sinceNanos) {}

    /**
     * @param program garbd
     * @param folder its own
     * @param nanos monotonic clock
     * @param changed is called when something has changed that a manager may wait for
     */
    public ArbiterKeeper(Path program, Path folder, String hostId, LongSupplier nanos, Runnable changed) {
        this.program = program;
        this.folder = folder;
        this.hostId = hostId;
        this.name = "holdfast-arbiter-" + hostId;
        this.nanos = nanos;
        this.changed = changed;
        this.duty = ArbiterDuty.unknown(nanos.getAsLong());
    }

    /** What is on the disk from before; to be called before {@link #run}. */
    public synchronized void remember(Arbiter before) {
        placement = before;
        // If it doesn't run, it may have ended together with the former process of the agent, just now.
        nextStartNanos = nanos.getAsLong() + FIRST_PAUSE_NANOS;
        duty = duty.remembered(
                before.getEpoch(), before.getGeneration(), before.getHostId().equals(hostId));
    }

    /** Whether this word of the leader is later than the last one. */
    public synchronized boolean accepts(Arbiter word) {
        return duty.accepts(word.getEpoch(), word.getGeneration());
    }

    /** The leader's word, which {@link #accepts} has let through and which is on the disk. */
    public synchronized void told(Arbiter word) {
        if (!accepts(word)) {
            return;
        }
        if (word.getGeneration() != placement.getGeneration()) {
            LOG.info(
                    "arbiter, generation {}: {}",
                    word.getGeneration(),
                    word.getHostId().equals(hostId) ? "here" : "not here");
            nextStartNanos = 0;
        }
        placement = word;
        duty = duty.told(word.getEpoch(), word.getGeneration(), word.getHostId().equals(hostId), nanos.getAsLong());
        notifyAll();
    }

    /** For the report. */
    public ArbiterStatus status() {
        return status;
    }

    @Override
    public void run() {
        try {
            synchronized (this) {
                running = find().orElse(null);
                duty = duty.listening(nanos.getAsLong());
            }
            while (true) {
                look();
                synchronized (this) {
                    wait(LOOK_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() throws InterruptedException {
        Running present;
        Order order;
        Arbiter wanted;
        synchronized (this) {
            present = running;
            wanted = placement;
            boolean alive = present != null && present.process().isAlive();
            order = duty.order(
                    alive && present != null && present.generation() == wanted.getGeneration(), nanos.getAsLong());
        }
        try {
            switch (order) {
                case LEAVE -> bury(present);
                case END -> end(present);
                case RUN -> keep(present, wanted);
            }
        } catch (IOException e) {
            detail = String.valueOf(e.getMessage());
            LOG.warn("arbiter: {}", detail);
        }
        tell();
    }

    private void keep(@Nullable Running present, Arbiter wanted) throws IOException, InterruptedException {
        long now = nanos.getAsLong();
        if (present != null && present.process().isAlive()) {
            if (present.generation() == wanted.getGeneration()) {
                detail = "";
                return;
            }
            end(present);
        } else if (present != null) {
            boolean wasWell = now - present.sinceNanos() > WELL_NANOS;
            pauseNanos = wasWell ? FIRST_PAUSE_NANOS : Math.min(2 * pauseNanos, LONGEST_PAUSE_NANOS);
            nextStartNanos = now + pauseNanos;
            detail = "it ended by itself; see " + folder.resolve(LOG_FILE);
            LOG.warn("arbiter ended by itself; started again in {} ms", pauseNanos / 1_000_000);
            bury(present);
        }
        if (now >= nextStartNanos) {
            nextStartNanos = now + pauseNanos;
            start(wanted);
        }
    }

    private void bury(@Nullable Running present) {
        if (present != null && !present.process().isAlive()) {
            synchronized (this) {
                running = null;
            }
        }
    }

    /** In order, so that the group needs no time to miss it. */
    private void end(@Nullable Running present) throws InterruptedException {
        detail = "";
        if (present == null) {
            return;
        }
        LOG.info("arbiter of generation {} is ended: it is not placed here", present.generation());
        present.process().destroy();
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(END_MILLIS);
        while (present.process().isAlive() && System.nanoTime() - deadline < 0) {
            TimeUnit.MILLISECONDS.sleep(20);
        }
        present.process().destroyForcibly();
        synchronized (this) {
            running = null;
        }
    }

    private void start(Arbiter wanted) throws IOException {
        if (!available()) {
            throw new IOException(
                    program + " is not there; install Debian's galera-arbitrator-4, or set arbiter.program");
        }
        Path own = prepare(wanted.getGeneration());
        List<String> command = new ArrayList<>(List.of(
                "setsid",
                "setpriv",
                "--reuid=nobody",
                "--regid=nogroup",
                "--clear-groups",
                "--no-new-privs",
                program.toString(),
                "-n",
                name,
                "-a",
                "gcomm://" + String.join(",", wanted.getNodesList()),
                "-g",
                wanted.getGroup(),
                "-w",
                own.toString()));
        if (!wanted.getOptions().isEmpty()) {
            command.addAll(List.of("-o", wanted.getOptions()));
        }
        Path log = folder.resolve(LOG_FILE);
        if (Files.exists(log) && Files.size(log) > MOST_LOG_BYTES) {
            Files.delete(log);
        }
        Process started = new ProcessBuilder(command)
                .directory(own.toFile())
                .redirectInput(Path.of("/dev/null").toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        LOG.info("arbiter of generation {} started, process {}", wanted.getGeneration(), started.pid());
        synchronized (this) {
            running = new Running(started.toHandle(), wanted.getGeneration(), nanos.getAsLong());
        }
    }

    /** The folder of this placement, and none of another: a view of the members that was saved for a former placement is of no use. */
    private Path prepare(long generation) throws IOException {
        Files.createDirectories(folder);
        Path own = folder.resolve(Long.toString(generation));
        try (Stream<Path> others = Files.list(folder)) {
            for (Path other : others.filter(path -> Files.isDirectory(path) && !path.equals(own))
                    .toList()) {
                remove(other);
            }
        }
        Files.createDirectories(own);
        // Nobody has to reach it.
        for (Path way : List.of(folder.toAbsolutePath().getParent(), folder)) {
            Set<PosixFilePermission> permissions = Files.getPosixFilePermissions(way);
            if (permissions.add(PosixFilePermission.OTHERS_EXECUTE)) {
                Files.setPosixFilePermissions(way, permissions);
            }
        }
        var users = own.getFileSystem().getUserPrincipalLookupService();
        Files.setOwner(own, users.lookupPrincipalByName("nobody"));
        return own;
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    private boolean available() {
        return Files.isExecutable(program);
    }

    private void tell() {
        ArbiterStatus.Builder now = ArbiterStatus.newBuilder()
                .setAvailable(available())
                .setDetail(detail)
                .setRunningMillis(-1);
        Running present;
        synchronized (this) {
            present = running;
        }
        if (present != null && present.process().isAlive()) {
            Set<String> ends = Connections.of(present.process().pid());
            now.setRunning(true)
                    .setGeneration(present.generation())
                    .setRunningMillis((nanos.getAsLong() - present.sinceNanos()) / 1_000_000);
            for (String node : placement.getNodesList()) {
                if (ends.contains(node.substring(0, node.lastIndexOf(':')))) {
                    now.addConnectedTo(node);
                }
            }
        }
        ArbiterStatus before = status;
        status = now.build();
        boolean moved = before.getRunning() != status.getRunning()
                || before.getGeneration() != status.getGeneration()
                || before.getConnectedToCount() != status.getConnectedToCount();
        if (moved) {
            changed.run();
        }
    }

    /** One that a former process of this agent has started. */
    private Optional<Running> find() {
        return ProcessHandle.allProcesses()
                .flatMap(process ->
                        generation(process)
                                .map(generation -> new Running(process, generation, nanos.getAsLong()))
                                .stream())
                .findFirst();
    }

    /** Of the placement that this process was started for; empty when it isn't this host's arbiter. */
    private Optional<Long> generation(ProcessHandle process) {
        try {
            byte[] line = Files.readAllBytes(Path.of("/proc/" + process.pid() + "/cmdline"));
            List<String> words = Arrays.asList(new String(line, StandardCharsets.UTF_8).split("\0"));
            int at = words.indexOf("-w");
            if (!words.contains(name) || at < 0 || at + 1 == words.size()) {
                return Optional.empty();
            }
            Path last = Path.of(words.get(at + 1)).getFileName();
            return last == null ? Optional.empty() : Optional.of(Long.parseLong(last.toString()));
        } catch (IOException | NumberFormatException other) {
            return Optional.empty();
        }
    }
}
