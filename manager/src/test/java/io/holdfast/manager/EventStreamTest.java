package io.holdfast.manager;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventStreamTest {
    @TempDir
    Path directory;

    private record Frame(String id, String kind, String data) {}

    /** Reads frames until one has this text in its data. */
    private static List<Frame> readUntil(int port, @Nullable String lastEventId, String text) throws IOException {
        URLConnection connection = URI.create("http://127.0.0.1:" + port + "/api/v1/events/stream")
                .toURL()
                .openConnection();
        connection.setReadTimeout(10_000);
        if (lastEventId != null) {
            connection.setRequestProperty("Last-Event-ID", lastEventId);
        }
        List<Frame> result = new ArrayList<>();
        try (BufferedReader reader =
                new BufferedReader(new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
            String id = "";
            String kind = "";
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                if (line.startsWith("id: ")) {
                    id = line.substring(4);
                } else if (line.startsWith("event: ")) {
                    kind = line.substring(7);
                } else if (line.startsWith("data: ")) {
                    result.add(new Frame(id, kind, line.substring(6)));
                    if (line.contains(text)) {
                        return result;
                    }
                }
            }
        }
        return result;
    }

    @Test
    void beginsWithASnapshotAndGoesOnAfterTheLastEventSeen() throws IOException {
        try (TwinAgents agents = new TwinAgents();
                TestManager manager = TestManager.start(directory, agents, new TestManager.Panel())) {
            int port = manager.manager.restPort();
            manager.post("/hosts", "{\"name\": \"alpha\", \"address\": \"10.0.0.1\"}");
            List<Frame> first = readUntil(port, null, "alpha");
            assertThat(first.getFirst().kind()).isEqualTo("snapshot");
            String seen = readUntil(port, null, "\"name\":\"alpha\"").getLast().id();
            manager.post("/hosts", "{\"name\": \"beta\", \"address\": \"10.0.0.2\"}");
            List<Frame> resumed = readUntil(port, seen, "\"name\":\"beta\"");
            assertThat(resumed).noneMatch(frame -> frame.kind().equals("snapshot"));
            assertThat(resumed.getLast().kind()).isEqualTo("host");
            assertThat(readUntil(port, "of-another-process-7", "beta")
                            .getFirst()
                            .kind())
                    .isEqualTo("snapshot");
        }
    }

    @Test
    void threeManagersRunSideBySideInOneProcess() {
        try (TwinAgents agents = new TwinAgents();
                TestManager one = TestManager.start(directory.resolve("1"), agents, new TestManager.Panel());
                TestManager two = TestManager.start(directory.resolve("2"), agents, new TestManager.Panel());
                TestManager three = TestManager.start(directory.resolve("3"), agents, new TestManager.Panel())) {
            two.post("/hosts", "{\"name\": \"only-here\", \"address\": \"10.0.0.1\"}");
            assertThat(one.get("/hosts").items()).isEmpty();
            assertThat(two.get("/hosts").items()).hasSize(1);
            assertThat(three.get("/hosts").items()).isEmpty();
        }
    }
}
