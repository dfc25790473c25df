package io.holdfast.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A client that repeats a write with its key after the manager has died gets the same result: never a second object, never an error. */
class RepeatedWriteTest {
    private static final String[] KEY = {"Idempotency-Key", "once"};

    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 4})
    void aClusterIsMadeOnceWhereverItsManagerDies(int death) {
        TestManager.Panel panel = new TestManager.Panel();
        CrashingLedger.When when = death % 2 == 1 ? CrashingLedger.When.BEFORE : CrashingLedger.When.AFTER;
        String body = "{\"name\": \"second\", \"shutdownPolicy\": \"freeze\"}";
        try (TwinAgents agents = new TwinAgents()) {
            TestManager dying = start(agents, panel);
            ((CrashingLedger) dying.ledger).arm((death + 1) / 2, when);
            Thread.ofVirtual().start(() -> dying.post("/clusters", body, KEY));
            await().atMost(Duration.ofSeconds(20)).until(() -> ((CrashingLedger) dying.ledger).hasCrashed());
            agents.detach();
            try (TestManager next = start(agents, panel)) {
                ((CrashingLedger) dying.ledger).bury();
                dying.close();
                RestClient.Answer first = next.post("/clusters", body, KEY);
                assertThat(first.status()).as("%s", first.body()).isEqualTo(201);
                assertThat(next.post("/clusters", body, KEY).body()).isEqualTo(first.body());
                assertThat(names(next)).containsExactlyInAnyOrder("default", "second");
                assertThat(next.get("/clusters/second")
                                .body()
                                .path("shutdownPolicy")
                                .asText())
                        .isEqualTo("freeze");
                assertThat(next.post("/clusters", "{\"name\": \"third\"}", KEY).status())
                        .isEqualTo(422);
                assertThat(next.post("/clusters", "{\"name\": \"second\"}").code())
                        .isEqualTo("name-taken");
            }
        }
    }

    private TestManager start(TwinAgents agents, TestManager.Panel panel) {
        return TestManager.start(directory, agents, panel, CrashingLedger::new, () -> {});
    }

    private static List<String> names(TestManager manager) {
        return StreamSupport.stream(manager.get("/clusters").items().spliterator(), false)
                .map(cluster -> cluster.path("name").asText())
                .toList();
    }
}
