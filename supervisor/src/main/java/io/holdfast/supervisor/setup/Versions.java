package io.holdfast.supervisor.setup;

import io.holdfast.supervisor.ProductVersion;
import io.holdfast.supervisor.Programs;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The versions of Holdfast on this machine, as {@code install.sh} lays them out: a folder each below {@link #BASE}, and the link {@code current} to the
 * one in use. A version arrives in pieces of an archive, is checked, and lies beside the one in use until {@link #use}.
 */
final class Versions {

    static final Path BASE = Path.of("/opt/holdfast");
    static final int PIECE_BYTES = 600_000;

    private static final Path CURRENT = BASE.resolve("current");
    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z][0-9A-Za-z.+~-]{0,40}");
    private static final Duration READ_LIMIT = Duration.ofSeconds(20);
    private static final Duration UNPACK_LIMIT = Duration.ofSeconds(45);
    private static final Duration INSTALL_LIMIT = Duration.ofMinutes(3);
    /** A database that is asked to end writes what it has in memory. */
    private static final Duration CONFIGURE_LIMIT = Duration.ofSeconds(60);

    private static final int DIGEST_DIGITS = 64;
    /** In the folder of a version that has been staged: the digest of its archive. */
    private static final String STAGED = ".archive-sha256";

    private static final String SCRIPT = "install.sh";

    /** An archive until it lies beside the others: on the same file system, so that the room is the one that was asked for. */
    private static final Path INCOMING = BASE.resolve(".incoming");

    private static final Path ARCHIVE = INCOMING.resolve("archive.tar.gz");
    private static final int WRITABLE_BY_OTHERS = 022;
    private static final int STICKY = 01000;

    private final boolean training;

    /** @param training make the start-up caches of a version that arrives */
    Versions(boolean training) {
        this.training = training;
    }

    /** The arguments of {@link Task#USE} for a node that must not lead. */
    static Map<String, String> unlessItLeads(String version) {
        return Map.of("version", version, "unless", "leader");
    }

    /** What an archive says of itself. */
    record Archive(Path file, String version, int schema, String sha256, long bytes) {

        /** @throws IOException it is no archive of the distribution; the text is for people */
        static Archive read(Path named) throws IOException, InterruptedException {
            Path file = Files.exists(named) ? named.toRealPath() : named;
            if (!Files.isRegularFile(file)) {
                throw new IOException("there is no such file on this node");
            }
            requireTrusted(file);
            String listed = Programs.check(READ_LIMIT, List.of("tar", "-tzf", file.toString()));
            String root = listed.lines().findFirst().orElse("").replaceFirst("/.*", "");
            if (listed.lines().anyMatch(name -> !name.startsWith(root + "/") || name.contains("/../"))
                    || !root.startsWith("holdfast-")) {
                throw new IOException("it is not what packaging/distribution.sh makes");
            }
            String version = entry(file, root + "/VERSION");
            String schema = entry(file, root + "/SCHEMA");
            if (!NAME.matcher(version).matches() || !schema.matches("\\d{1,6}")) {
                throw new IOException("its VERSION or SCHEMA is of the wrong form");
            }
            return new Archive(file, version, Integer.parseInt(schema), digest(file), Files.size(file));
        }

        /** Its install.sh will run as root, and whoever reaches the manager may name a file: only root may have written it. */
        private static void requireTrusted(Path file) throws IOException {
            for (Path way = file; way != null; way = way.getParent()) {
                int mode = (int) Files.getAttribute(way, "unix:mode");
                boolean shared = (mode & WRITABLE_BY_OTHERS) != 0 && !(way != file && (mode & STICKY) != 0);
                if ((int) Files.getAttribute(way, "unix:uid") != 0 || shared) {
                    throw new IOException(
                            way
                                    + " is not root's alone to write, and root will run what is in it: copy it to a folder of root's");
                }
            }
        }

        private static String entry(Path file, String name) throws IOException, InterruptedException {
            return Programs.check(READ_LIMIT, List.of("tar", "-xzOf", file.toString(), name))
                    .strip();
        }
    }

    /** By the program: a command's Java runtime is slow at it. */
    private static String digest(Path file) throws IOException, InterruptedException {
        return Programs.check(READ_LIMIT, List.of("sha256sum", "--zero", file.toString()))
                .substring(0, DIGEST_DIGITS);
    }

    /** Which versions are here; the one in use is empty where Holdfast was not installed by {@code install.sh}. */
    Map<String, String> tell() throws IOException {
        Map<String, String> told = new HashMap<>();
        told.put("current", current());
        told.put("running", ProductVersion.running());
        told.put(
                "free.bytes",
                Long.toString(Files.getFileStore(Files.exists(BASE) ? BASE : Path.of("/"))
                        .getUsableSpace()));
        told.put("clock", Long.toString(System.currentTimeMillis()));
        for (String version : present()) {
            Path staged = BASE.resolve(version).resolve(STAGED);
            if (Files.exists(staged)) {
                told.put(stagedKey(version), Files.readString(staged));
            }
        }
        return told;
    }

    /** Under which {@link Task#VERSIONS} tells the digest of the archive from which a version was staged. */
    static String stagedKey(String version) {
        return "staged." + version;
    }

    private static String current() throws IOException {
        return Files.isSymbolicLink(CURRENT)
                ? String.valueOf(Files.readSymbolicLink(CURRENT).getFileName())
                : "";
    }

    /** Takes the piece of an archive that belongs at an offset; one that comes twice changes nothing. */
    void receive(long offset, byte[] piece) throws IOException {
        Files.createDirectories(INCOMING);
        try (FileChannel channel = FileChannel.open(ARCHIVE, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (offset > channel.size()) {
                throw new IOException("the archive's piece at " + offset + " came before the one at " + channel.size());
            }
            if (offset == 0) {
                channel.truncate(0);
            }
            ByteBuffer rest = ByteBuffer.wrap(piece);
            while (rest.hasRemaining()) {
                channel.write(rest, offset + rest.position());
            }
        }
    }

    /**
     * Checks what has arrived against the digest that the sender has made, unpacks it, has its own install.sh check every file and put it beside the
     * version in use, lets its programs say who they are, and has it see whether it can make this node's configuration: what can't run here must be
     * known before anything is ended for it. Nothing of the archive stays but the version.
     */
    void stage(String version, String sha256, NodeSettings node) throws IOException, InterruptedException {
        try {
            if (!digest(ARCHIVE).equals(sha256)) {
                throw new IOException("the archive has not arrived as it was sent (SHA-256 differs); try again");
            }
            install();
        } finally {
            NodeJournal.empty(INCOMING);
        }
        for (String program : List.of("holdfast-manager", "holdfast-supervisor")) {
            String said = Programs.check(
                            READ_LIMIT,
                            List.of(folder(version).resolve("bin/" + program).toString(), "version"))
                    .strip();
            if (!said.equals(version)) {
                throw new IOException(program + " of version " + version + " says here: " + said);
            }
        }
        configure(version, node, "--check");
        Files.writeString(folder(version).resolve(STAGED), sha256);
    }

    private void install() throws IOException, InterruptedException {
        Path unpacked = INCOMING.resolve("unpacked");
        NodeJournal.empty(unpacked);
        Files.createDirectories(unpacked);
        Programs.check(
                UNPACK_LIMIT,
                List.of(
                        "tar",
                        "-xzf",
                        ARCHIVE.toString(),
                        "-C",
                        unpacked.toString(),
                        "--no-same-owner",
                        "--strip-components=1"));
        List<String> command =
                new ArrayList<>(List.of("bash", unpacked.resolve(SCRIPT).toString(), "--beside"));
        if (!training) {
            command.add("--no-training");
        }
        Programs.check(INSTALL_LIMIT, command);
    }

    private static Path folder(String version) throws IOException {
        if (!present().contains(version)) {
            throw new IOException("version '" + version + "' is not in " + BASE + "; there are " + present());
        }
        return BASE.resolve(version);
    }

    private static List<String> present() throws IOException {
        if (!Files.isDirectory(BASE)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(BASE)) {
            return files.filter(file -> Files.exists(file.resolve("VERSION")) && !Files.isSymbolicLink(file))
                    .map(file -> file.getFileName().toString())
                    .sorted()
                    .toList();
        }
    }

    /** Has a version's own program do {@code holdfast-supervisor configure}: only it knows its templates. */
    void configure(String version, NodeSettings node, String... more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(folder(version).resolve("bin/holdfast-supervisor").toString(), "configure"));
        command.addAll(List.of("--node", node.file().toString()));
        command.addAll(List.of(more));
        Programs.check(CONFIGURE_LIMIT, command);
    }

    /** From now on programs are started of this version, with its units. */
    void use(String version) throws IOException, InterruptedException {
        Path folder = folder(version);
        Path fresh = BASE.resolve(".current.new");
        Files.deleteIfExists(fresh);
        Files.createSymbolicLink(fresh, Path.of(version));
        Files.move(fresh, CURRENT, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Programs.check(READ_LIMIT, List.of("bash", folder.resolve(SCRIPT).toString(), "--units"));
    }
}
