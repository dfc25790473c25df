package io.holdfast.supervisor.setup;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * What set-up has done on this machine, on disk before it is done, so that it can be undone whatever happens in between: which files it has
 * written, with the former ones, and what it has started or ended.
 */
final class NodeJournal {

    /** What else is remembered. */
    enum Fact {
        /** The database was started by set-up: its directory is set-up's. */
        DATABASE,
        ARBITER,
        /** The single manager was ended for the copy. */
        MANAGER_ENDED,
        SUPERVISOR,
        /** Set-up has ended well: what was written is meant to stay. */
        DONE
    }

    private final Path folder;
    private final Path facts;

    NodeJournal(Path state) {
        this.folder = state.resolve("setup");
        this.facts = folder.resolve("facts");
    }

    /** Where else set-up may keep things while it runs. */
    Path folder() throws IOException {
        Files.createDirectories(
                folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        return folder;
    }

    /** Whether anything of a set-up is on this machine, finished or not. */
    boolean any() {
        return Files.exists(facts);
    }

    boolean has(Fact fact) throws IOException {
        return lines().contains(fact.name());
    }

    void note(Fact fact) throws IOException {
        note(fact.name());
    }

    /** Writes a file, readable as said; the former one is kept, once. */
    void write(SetupFile what, Path file, String content) throws IOException {
        keep(what, file);
        Files.createDirectories(Objects.requireNonNull(file.toAbsolutePath().getParent()));
        Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(content.getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(what.permissions()));
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private void keep(SetupFile what, Path file) throws IOException {
        Set<String> known = lines();
        if (known.contains("NEW " + what) || known.contains("KEPT " + what)) {
            return;
        }
        if (Files.exists(file)) {
            Files.copy(file, former(what), StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
            note("KEPT " + what);
        } else {
            note("NEW " + what);
        }
    }

    private Path former(SetupFile what) throws IOException {
        return folder().resolve("former-" + what.name().toLowerCase(Locale.ROOT));
    }

    /** The file as it was before set-up, if it was there. */
    Optional<Path> formerOf(SetupFile what) throws IOException {
        return lines().contains("KEPT " + what) ? Optional.of(former(what)) : Optional.empty();
    }

    /** Puts the former file back, or removes the new one; nothing when set-up hasn't written it. */
    void restore(SetupFile what, Path file) throws IOException {
        Set<String> known = lines();
        if (known.contains("KEPT " + what)) {
            Path beside = file.resolveSibling("." + file.getFileName() + ".former");
            Files.copy(former(what), beside, StandardCopyOption.COPY_ATTRIBUTES, StandardCopyOption.REPLACE_EXISTING);
            Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } else if (known.contains("NEW " + what)) {
            Files.deleteIfExists(file);
        }
    }

    /** Forgets everything; the last thing of an undo. */
    void forget() throws IOException {
        Files.deleteIfExists(facts);
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> kept = Files.list(folder)) {
            for (Path file : kept.filter(path -> path.getFileName().toString().startsWith("former-"))
                    .toList()) {
                Files.delete(file);
            }
        }
    }

    private Set<String> lines() throws IOException {
        return Files.exists(facts) ? new TreeSet<>(Files.readAllLines(facts)) : Set.of();
    }

    private void note(String line) throws IOException {
        if (lines().contains(line)) {
            return;
        }
        folder();
        try (FileChannel channel = FileChannel.open(
                facts, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
            channel.write(ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.US_ASCII)));
            channel.force(true);
        }
    }

    /** Deletes what is in a folder, not the folder itself: it may be a mount point. */
    static void empty(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        List<Path> all;
        try (Stream<Path> files = Files.walk(directory)) {
            all = files.filter(file -> !file.equals(directory))
                    .sorted(Comparator.reverseOrder())
                    .toList();
        }
        for (Path file : all) {
            if (!file.getFileName().toString().equals("lost+found")) {
                Files.deleteIfExists(file);
            }
        }
    }
}
