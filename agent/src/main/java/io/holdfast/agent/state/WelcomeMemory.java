package io.holdfast.agent.state;

import com.google.protobuf.InvalidProtocolBufferException;
import io.holdfast.protocol.agent.Welcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The last Welcome obeyed, on disk: leases, observation and self-fence go on from it while no manager can be reached. */
public final class WelcomeMemory {
    private static final Logger LOG = LoggerFactory.getLogger(WelcomeMemory.class);

    private final Path file;
    private volatile Welcome last;

    public WelcomeMemory(Path stateDirectory) throws IOException {
        file = stateDirectory.resolve("welcome");
        last = load();
    }

    private Welcome load() throws IOException {
        Optional<byte[]> stored = DurableFile.read(file);
        try {
            return stored.isEmpty() ? Welcome.getDefaultInstance() : Welcome.parseFrom(stored.get());
        } catch (InvalidProtocolBufferException e) {
            LOG.warn("{} is unreadable; the manager will send a new one", file);
            return Welcome.getDefaultInstance();
        }
    }

    /** The default instance before the first one ever. */
    public Welcome last() {
        return last;
    }

    /** True when it differs from the last one in what the agent acts on; it's on disk then. */
    public synchronized boolean store(Welcome welcome) throws IOException {
        Welcome kept = welcome.toBuilder()
                .clearManagerId()
                .clearLeader()
                .clearEpoch()
                .clearManagers()
                .build();
        if (kept.equals(last)) {
            return false;
        }
        DurableFile.replace(file, kept.toByteArray());
        last = kept;
        return true;
    }
}
