package io.holdfast.agent.state;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;

/** The highest leadership epoch this agent has seen (safety argument, section 2), on disk before anything of that epoch is obeyed. */
public final class EpochMemory {
    private final Path file;
    private volatile long highest;

    public EpochMemory(Path stateDirectory) throws IOException {
        file = stateDirectory.resolve("epoch");
        Optional<byte[]> stored = DurableFile.read(file);
        highest = stored.isEmpty() ? 0 : parse(new String(stored.get(), StandardCharsets.UTF_8).strip());
    }

    private long parse(String text) throws IOException {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            throw new IOException(
                    file + " should hold the highest epoch seen, it holds '" + text
                            + "'; write the manager's present epoch into it",
                    e);
        }
    }

    public long highest() {
        return highest;
    }

    /** True when a manager of this epoch may be obeyed; a new highest one is flushed first. An error means: not obeyed. */
    public synchronized boolean accept(long epoch) throws IOException {
        if (epoch < highest) {
            return false;
        }
        if (epoch > highest) {
            DurableFile.replace(file, Long.toString(epoch));
            highest = epoch;
        }
        return true;
    }
}
