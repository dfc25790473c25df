package io.holdfast.agent.arbiter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.holdfast.protocol.agent.Arbiter;
import io.holdfast.protocol.agent.ArbiterStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that only waits stands in for garbd; the real one runs in the lab's HaEnableTest. Needs root, as the agent does. */
class ArbiterKeeperTest {
    private static final String HOST = "keeper-test-host";

    @TempDir
    Path directory;

    private Path standIn;
    /** Stands still but for what a test adds. */
    private final AtomicLong clock = new AtomicLong(1_000_000_000_000L);

    /** How often the keeper has looked at it: twice a look while no process is there. */
    private final AtomicLong reads = new AtomicLong();

    private ArbiterKeeper keeper;
    private Thread thread;

    @BeforeEach
    void install() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
        standIn = directory.resolve("stand-in");
        Files.writeString(standIn, "#!/usr/bin/python3\nimport signal\nsignal.pause()\n");
        Files.setPosixFilePermissions(standIn, PosixFilePermissions.fromString("rwxr-xr-x"));
        start();
    }

    private void start() {
        keeper = new ArbiterKeeper(standIn, directory.resolve("arbiter"), HOST, this::nanos, () -> {});
        thread = Thread.ofPlatform().daemon().start(keeper);
    }

    private long nanos() {
        reads.incrementAndGet();
        return clock.get();
    }

    @AfterEach
    void end() throws InterruptedException {
        keeper.told(placed(1000, "other"));
        until(status -> !status.getRunning());
        thread.interrupt();
        thread.join();
    }

    private static Arbiter placed(long generation, String host) {
        return Arbiter.newBuilder()
                .setEpoch(5)
                .setGeneration(generation)
                .setHostId(host)
                .addNodes("127.0.0.1:4567")
                .setGroup("test")
                .build();
    }

    private ArbiterStatus until(Predicate<ArbiterStatus> condition) {
        await().until(() -> condition.test(keeper.status()));
        return keeper.status();
    }

    private List<ProcessHandle> processes() {
        return ProcessHandle.allProcesses()
                .filter(process -> process.info().commandLine().orElse("").contains("holdfast-arbiter-" + HOST))
                .toList();
    }

    @Test
    void itRunsWhereTheLeaderPlacesItAndEndsWhereItDoesNot() {
        assertThat(until(ArbiterStatus::getAvailable).getRunning()).isFalse();
        keeper.told(placed(3, HOST));
        assertThat(until(ArbiterStatus::getRunning).getGeneration()).isEqualTo(3);
        assertThat(processes()).hasSize(1);
        keeper.told(placed(4, "other"));
        until(status -> !status.getRunning());
        assertThat(processes()).isEmpty();
        keeper.told(placed(3, HOST));
        assertThat(keeper.accepts(placed(3, HOST))).as("overtaken on its way").isFalse();
    }

    private void startsNoneBeforeThePauseIsOver() {
        clock.addAndGet(ArbiterKeeper.FIRST_PAUSE_NANOS - 1);
        long before = reads.get();
        await().until(() -> reads.get() > before + 6);
        assertThat(processes()).isEmpty();
        clock.addAndGet(1);
        until(ArbiterStatus::getRunning);
    }

    @Test
    void oneThatDiesIsStartedAgainWhenTheOthersHaveForgottenIt() {
        keeper.told(placed(1, HOST));
        until(ArbiterStatus::getRunning);
        clock.addAndGet(60_000_000_000L);
        processes().getFirst().destroyForcibly();
        until(status -> status.getDetail().contains("ended by itself"));
        startsNoneBeforeThePauseIsOver();
    }

    @Test
    void oneThatDiedWithTheAgentWaitsToo() throws Exception {
        keeper.told(placed(2, HOST));
        until(ArbiterStatus::getRunning);
        thread.interrupt();
        thread.join();
        ProcessHandle left = processes().getFirst();
        left.destroyForcibly();
        left.onExit().join();
        start();
        keeper.remember(placed(2, HOST));
        keeper.told(placed(2, HOST));
        startsNoneBeforeThePauseIsOver();
    }

    @Test
    void itOutlivesTheAgentAndIsFoundAgain() throws Exception {
        keeper.told(placed(2, HOST));
        until(ArbiterStatus::getRunning);
        long first = processes().getFirst().pid();
        thread.interrupt();
        thread.join();
        start();
        keeper.remember(placed(2, HOST));
        assertThat(until(ArbiterStatus::getRunning).getGeneration()).isEqualTo(2);
        assertThat(processes())
                .singleElement()
                .satisfies(found -> assertThat(found.pid()).isEqualTo(first));
    }

    @Test
    void anewPlacementHereIsANewProcessWithAFolderOfItsOwn() {
        keeper.told(placed(1, HOST));
        until(ArbiterStatus::getRunning);
        keeper.told(placed(3, HOST));
        until(status -> status.getGeneration() == 3);
        assertThat(processes()).hasSize(1);
        assertThat(directory.resolve("arbiter/3")).isDirectory();
        assertThat(directory.resolve("arbiter/1")).doesNotExist();
    }
}
