package io.holdfast.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.holdfast.agent.testing.AgentProcess;
import io.holdfast.agent.testing.FakeManager;
import io.holdfast.agent.testing.TestAuthority;
import io.holdfast.protocol.agent.Command;
import io.holdfast.protocol.agent.CommandResult;
import io.holdfast.protocol.agent.Datastore;
import io.holdfast.protocol.agent.LeaseProfile;
import io.holdfast.protocol.agent.Outcome;
import io.holdfast.protocol.agent.ProbeDatastore;
import io.holdfast.protocol.agent.Report;
import io.holdfast.protocol.agent.SharedPath;
import io.holdfast.protocol.agent.Welcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent as a process, a manager over real TLS, and a lease area in a file by direct I/O. */
class LinkAndLeaseTest {
    private static final Duration SOON = Duration.ofSeconds(60);

    @TempDir(factory = DiskDirectory.class)
    Path directory;

    /** A start of the agent on a busy machine takes seconds; it may not lose its lease by that. */
    private static final int PATIENT_MILLIS = 20_000;

    private static final int IMPATIENT_MILLIS = 3000;

    private FakeManager manager;
    private AgentProcess agent;
    private Welcome welcome = Welcome.getDefaultInstance();
    private Datastore datastore;

    private static LeaseProfile losing(int lossMillis) {
        return LeaseProfile.newBuilder()
                .setRenewMillis(500)
                .setLossMillis(lossMillis)
                .setKillMillis(500)
                .setWatchdogMillis(3000)
                .setInFlightMillis(1000)
                .setExpiryMillis(2 * lossMillis + 10_000)
                .setClockRateErrorPpm(10_000)
                .build();
    }

    @BeforeEach
    void start() throws Exception {
        Path shared = Files.createDirectory(directory.resolve("shared"));
        datastore = Datastore.newBuilder()
                .setDatastoreId("datastore-1")
                .setSharedPath(SharedPath.newBuilder().setPath(shared.toString()))
                .build();
        welcome = Welcome.newBuilder()
                .setClusterId("cluster-1")
                .setLeaseSlot(3)
                .setReportIntervalMillis(200)
                .setLease(losing(PATIENT_MILLIS))
                .addDatastores(datastore)
                .build();
        TestAuthority authority = new TestAuthority(directory.resolve("pki"), "127.0.0.1", "host-1");
        manager = new FakeManager(authority, "127.0.0.1", welcome);
        agent = new AgentProcess(directory.resolve("agent"), authority, "host-1", manager.port(), List.of()).start();
    }

    @AfterEach
    void stop() throws Exception {
        manager.close();
        agent.close();
    }

    private CommandResult probe(ByteString token, boolean initialise) {
        return manager.ask(
                Command.newBuilder()
                        .setProbeDatastore(ProbeDatastore.newBuilder()
                                .setDatastore(datastore)
                                .setWriteToken(token)
                                .setInitialise(initialise)),
                SOON);
    }

    private static boolean held(Report report, long generation) {
        return report.getLeasesCount() == 1
                && report.getLeases(0).getHeld()
                && report.getLeases(0).getGeneration() == generation;
    }

    @Test
    void theAgentHoldsItsLeaseAcrossItsOwnDeathAndLosesItWhenItWasAwayTooLong() throws Exception {
        manager.awaitReport("a lease that can't be held yet", SOON, r -> r.getLeasesCount() == 1);
        assertThat(probe(ByteString.copyFromUtf8("token"), true).getOutcome()).isEqualTo(Outcome.DONE);
        assertThat(probe(ByteString.EMPTY, false).getToken().toStringUtf8()).isEqualTo("token");
        manager.awaitReport("generation 1 held", SOON, r -> held(r, 1));

        agent.kill();
        manager.forgetReport();
        agent.start();
        manager.awaitReport("the same generation after a restart", SOON, r -> held(r, 1));
        assertThat(manager.hellos())
                .last()
                .satisfies(h -> assertThat(h.getAgentStart()).isEqualTo(2));

        manager.welcome(welcome.toBuilder().setLease(losing(IMPATIENT_MILLIS)).build());
        assertThat(probe(ByteString.EMPTY, false).getOutcome())
                .as("the new times have arrived: messages are handled in order")
                .isEqualTo(Outcome.DONE);
        agent.kill();
        Thread.sleep(IMPATIENT_MILLIS + 200);
        manager.forgetReport();
        agent.start();
        manager.awaitReport("a new generation after more than the loss time", SOON, r -> held(r, 2));
    }

    @Test
    void theLeaseIsRenewedWithNoManagerAndTheLinkComesBackByItself() throws Exception {
        manager.awaitReport("linked", SOON, r -> r.getLeasesCount() == 1);
        probe(ByteString.EMPTY, true);
        manager.awaitReport("held", SOON, r -> held(r, 1));
        manager.close();
        agent.kill();
        agent.start();
        Thread.sleep(4000);
        manager.forgetReport();
        manager.start();
        Report report = manager.awaitReport("linked again", SOON, r -> held(r, 1));
        assertThat(report.getLeases(0).getAgeMillis()).isBetween(0L, 3000L);
    }

    @Test
    void aManagerOfAnOlderEpochIsNotObeyed() {
        manager.epoch(7);
        manager.welcome(Welcome.getDefaultInstance());
        manager.awaitReport("epoch 7 seen", SOON, r -> r.getHighestEpoch() == 7);
        manager.epoch(6);
        CommandResult result = probe(ByteString.EMPTY, true);
        assertThat(result.getOutcome()).isEqualTo(Outcome.REFUSED);
        assertThat(result.getReasonCode()).isEqualTo("epoch-old");
    }
}
