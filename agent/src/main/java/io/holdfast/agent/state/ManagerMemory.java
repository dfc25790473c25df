package io.holdfast.agent.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The managers that the leader has told this agent to dial, on disk: they are dialled after a restart too, without anybody's help. */
public final class ManagerMemory {
    private static final String TOLD = "told ";
    private static final String PROVEN = "proven ";

    private final Path file;
    private Lists lists;

    /**
     * What is remembered.
     *
     * @param told taken last
     * @param proven the last list at which the leader has greeted this agent
     */
    public record Lists(List<String> told, List<String> proven) {}

    public ManagerMemory(Path stateDirectory) throws IOException {
        file = stateDirectory.resolve("managers");
        Optional<byte[]> stored = DurableFile.read(file);
        String text =
                stored.map(bytes -> new String(bytes, StandardCharsets.UTF_8)).orElse("");
        lists = new Lists(line(text, TOLD), line(text, PROVEN));
    }

    private static List<String> line(String text, String mark) {
        return text.lines()
                .filter(line -> line.startsWith(mark))
                .map(line -> line.substring(mark.length()).strip())
                .filter(line -> !line.isEmpty())
                .map(line -> List.of(line.split(" ")))
                .findFirst()
                .orElse(List.of());
    }

    /** Both empty before a leader has told any. */
    public synchronized Lists lists() {
        return lists;
    }

    /** On disk when this returns. */
    public synchronized void store(Lists now) throws IOException {
        if (!now.equals(lists)) {
            DurableFile.replace(
                    file, TOLD + String.join(" ", now.told()) + "\n" + PROVEN + String.join(" ", now.proven()) + "\n");
            lists = now;
        }
    }
}
