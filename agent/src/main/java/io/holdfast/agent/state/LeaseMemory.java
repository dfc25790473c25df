package io.holdfast.agent.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What is remembered of one lease: on disk the highest generation begun and the last mailbox command obeyed, in memory-backed storage of
 * this boot the start of the last acknowledged renewal. The latter lets a restarted agent show its lease's age (safety argument, section
 * 4); a record of another boot counts for nothing.
 */
public final class LeaseMemory {
    /** @param lastStartNanos CLOCK_BOOTTIME */
    public record Renewed(long generation, long sequence, long lastStartNanos) {}

    /** Last mailbox command obeyed; both 0: none. */
    public record Obeyed(long epoch, long commandId) {}

    private final Path generationFile;
    private final Path mailboxFile;
    private final Path renewalFile;
    private final String bootId;

    public LeaseMemory(Path stateDirectory, Path runDirectory, String datastoreId, String bootId) {
        generationFile = stateDirectory.resolve(DurableFile.name("generation-", datastoreId));
        mailboxFile = stateDirectory.resolve(DurableFile.name("mailbox-", datastoreId));
        renewalFile = runDirectory.resolve(DurableFile.name("lease-", datastoreId));
        this.bootId = bootId;
    }

    /** Highest generation ever begun here, 0: none. */
    public long generation() throws IOException {
        List<String> words = words(generationFile, 1);
        return words.isEmpty() ? 0 : Long.parseLong(words.getFirst());
    }

    public void generationBegins(long generation) throws IOException {
        DurableFile.replace(generationFile, Long.toString(generation));
    }

    public Obeyed obeyed() throws IOException {
        List<String> words = words(mailboxFile, 2);
        return words.isEmpty()
                ? new Obeyed(0, 0)
                : new Obeyed(Long.parseLong(words.get(0)), Long.parseLong(words.get(1)));
    }

    public void obeys(Obeyed obeyed) throws IOException {
        DurableFile.replace(mailboxFile, obeyed.epoch() + " " + obeyed.commandId());
    }

    /** The last acknowledged renewal of this boot. Anything unreadable counts as none: the agent then fences itself. */
    public Optional<Renewed> renewed() {
        try {
            List<String> words = words(renewalFile, 5);
            boolean usable = !words.isEmpty()
                    && words.get(0).equals(bootId)
                    && words.get(4).equals("end");
            return usable
                    ? Optional.of(new Renewed(
                            Long.parseLong(words.get(1)), Long.parseLong(words.get(2)), Long.parseLong(words.get(3))))
                    : Optional.empty();
        } catch (IOException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    public void renewed(Renewed renewed) throws IOException {
        String line = String.join(
                " ",
                bootId,
                Long.toString(renewed.generation()),
                Long.toString(renewed.sequence()),
                Long.toString(renewed.lastStartNanos()),
                "end");
        DurableFile.replaceInMemory(renewalFile, line.getBytes(StandardCharsets.UTF_8));
    }

    private static List<String> words(Path file, int count) throws IOException {
        Optional<byte[]> content = DurableFile.read(file);
        if (content.isEmpty()) {
            return List.of();
        }
        List<String> words = List.of(
                new String(content.get(), StandardCharsets.UTF_8).strip().split(" ", -1));
        if (words.size() != count) {
            throw new IOException(file + " is malformed: " + words.size() + " words instead of " + count);
        }
        return words;
    }
}
