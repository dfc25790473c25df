package io.holdfast.agent;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.agent.testing.AgentProcess;
import io.holdfast.agent.testing.FakeManager;
import io.holdfast.agent.testing.TestAuthority;
import io.holdfast.protocol.agent.Welcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent as a process, and two managers over real TLS of which its configuration names the first alone. */
class ManagerListTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir(factory = DiskDirectory.class)
    Path directory;

    private static Welcome listing(FakeManager... managers) {
        Welcome.Builder welcome = Welcome.newBuilder().setClusterId("cluster-1").setReportIntervalMillis(200);
        for (FakeManager manager : managers) {
            welcome.addManagers("127.0.0.1:" + manager.port());
        }
        return welcome.build();
    }

    @Test
    void theSecondManagerIsLearnedWithoutEnrolmentAndKeptAndAShorterListCountsWhenTheLeaderTellsIt() throws Exception {
        TestAuthority authority = new TestAuthority(directory.resolve("pki"), "127.0.0.1", "host-1");
        Path remembered = directory.resolve("agent/state/managers");
        try (FakeManager first = new FakeManager(authority, "127.0.0.1", Welcome.getDefaultInstance());
                FakeManager second = new FakeManager(authority, "127.0.0.1", Welcome.getDefaultInstance());
                AgentProcess agent =
                        new AgentProcess(directory.resolve("agent"), authority, "host-1", first.port(), List.of())) {
            second.leader(false);
            // What a standby tells must change nothing: here, that it is alone.
            second.welcome(listing(second));
            first.welcome(listing(first, second));
            agent.start();
            second.awaitReport("reports at the manager that the configuration doesn't name", SOON, r -> true);
            first.forgetReport();
            first.awaitReport("and at the other one still", SOON, r -> true);
            assertThat(Files.readString(remembered))
                    .contains("127.0.0.1:" + first.port())
                    .contains("127.0.0.1:" + second.port());

            agent.kill();
            first.close();
            second.forgetReport();
            agent.start();
            second.awaitReport("after a restart, the first manager being dead", SOON, r -> true);

            second.epoch(2);
            second.leader(true);
            second.welcome(listing(second));
            await("the shorter list of the leader")
                    .atMost(SOON)
                    .until(() -> !Files.readString(remembered).contains("127.0.0.1:" + first.port()));
            first.start();
            first.forgetReport();
            int before = first.hellos().size();
            // It would be dialled every 400 ms.
            await("nobody dials").pollDelay(1500, MILLISECONDS).until(() -> true);
            assertThat(first.hellos()).hasSize(before);

            second.epoch(1);
            second.welcome(listing(first));
            second.epoch(2);
            second.welcome(listing().toBuilder().addManagers("127.0.0.1:1").build());
            await("a list that names nobody reachable")
                    .atMost(SOON)
                    .until(() -> Files.readString(remembered).contains("127.0.0.1:1\n"));
            assertThat(Files.readString(remembered))
                    .as("a deposed manager's list is none")
                    .doesNotContain("told 127.0.0.1:" + first.port());
            agent.kill();
            second.forgetReport();
            agent.start();
            second.awaitReport("the manager that worked is not lost", SOON, r -> true);
        }
    }
}
