package io.holdfast.supervisor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The database's directory while the database is ended: reads the position, prepares the next start. */
public final class GaleraFiles {

    private static final Logger LOG = LoggerFactory.getLogger(GaleraFiles.class);

    /** InnoDB replays its log meanwhile; a control plane's log is small. */
    private static final Duration RECOVER_LIMIT = Duration.ofMinutes(5);

    private static final Duration FLUSH_LIMIT = Duration.ofMinutes(2);
    private static final Pattern RECOVERED = Pattern.compile("WSREP: Recovered position:?\\s*([0-9a-f-]{36}:-?\\d+)");

    private final Path directory;
    private final List<String> program;

    /** @param program the server with the options that it's always given */
    public GaleraFiles(Path directory, List<String> program) {
        this.directory = directory;
        this.program = List.copyOf(program);
    }

    /**
     * The position of the copy on disk, by {@code mariadbd --wsrep-recover}. Empty when the server can't read its files (a power cut while a
     * received copy was not flushed; finding 1 of the recipe), or when they hold no position.
     */
    Optional<Position> recover() throws InterruptedException {
        if (!Files.isDirectory(directory.resolve("mysql"))) {
            return Optional.empty(); // An empty disk: the server would begin to fill it with files of its own.
        }
        List<String> command = new ArrayList<>(program);
        command.addAll(List.of(
                "--wsrep-recover",
                "--skip-log-error",
                "--skip-networking",
                "--pid-file=" + directory.resolve("recover.pid")));
        try {
            Programs.Result result = Programs.run(RECOVER_LIMIT, command);
            Optional<Position> position = result.code() == 0 ? recovered(result.output()) : Optional.empty();
            if (position.isEmpty()) {
                LOG.warn("no position could be read, code {}: {}", result.code(), telling(result.output()));
            }
            return position;
        } catch (IOException e) {
            LOG.warn("no position could be read", e);
            return Optional.empty();
        }
    }

    private static String telling(String output) {
        return output.lines()
                .filter(line -> line.contains("[ERROR]") || line.contains("Recovered position"))
                .limit(10)
                .collect(Collectors.joining("; "));
    }

    static Optional<Position> recovered(String output) {
        Matcher matcher = RECOVERED.matcher(output);
        Optional<Position> last = Optional.empty();
        while (matcher.find()) {
            last = Position.parse(matcher.group(1));
        }
        return last;
    }

    /** Changes what the mode needs on disk and returns the options of the start. */
    public List<String> prepare(StartMode mode, Optional<Position> position) throws IOException {
        List<String> options = new ArrayList<>();
        switch (mode) {
            case JOIN -> {}
            case JOIN_PEER -> Files.deleteIfExists(directory.resolve("gvwstate.dat"));
            case FULL_COPY -> {
                Files.deleteIfExists(directory.resolve("gvwstate.dat"));
                Files.deleteIfExists(directory.resolve("grastate.dat"));
            }
            case BOOTSTRAP -> {
                Files.deleteIfExists(directory.resolve("gvwstate.dat"));
                if (position.isPresent()) {
                    writeState(position.get());
                } else {
                    // Ordered by an operator on a copy without a history: a new one begins.
                    Files.deleteIfExists(directory.resolve("grastate.dat"));
                }
                options.add("--wsrep-new-cluster");
            }
        }
        position.ifPresent(known -> options.add("--wsrep-start-position=" + known));
        return options;
    }

    /** {@code grastate.dat} with the history kept: bootstrapping without it would begin a new one, and the peer's copy would be worthless. */
    private void writeState(Position position) throws IOException {
        Path file = directory.resolve("grastate.dat");
        Path fresh = directory.resolve("grastate.dat.new");
        String text = "# GALERA saved state\nversion: 2.1\nuuid:    %s\nseqno:   %d\nsafe_to_bootstrap: 1\n"
                .formatted(position.history(), position.sequence());
        try (FileChannel channel = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
            channel.force(true);
        }
        PosixFileAttributes owner = Files.getFileAttributeView(directory, PosixFileAttributeView.class)
                .readAttributes();
        PosixFileAttributeView view = Files.getFileAttributeView(fresh, PosixFileAttributeView.class);
        view.setOwner(owner.owner());
        view.setGroup(owner.group());
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** Flushes the file system that holds the directory. */
    public boolean flush() throws InterruptedException {
        try {
            Programs.check(FLUSH_LIMIT, List.of("sync", "-f", directory.toString()));
            return true;
        } catch (IOException e) {
            LOG.warn("flushing {} failed", directory, e);
            return false;
        }
    }
}
