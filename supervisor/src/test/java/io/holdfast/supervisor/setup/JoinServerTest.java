package io.holdfast.supervisor.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.supervisor.setup.SetupProblem.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Over the wire: two machines that wait, at loopback addresses, each with a clock of its own, and what the node that asks makes of their word. */
final class JoinServerTest {

    private static final String SECOND = "127.77.32.2";
    private static final String ARBITER = "127.77.32.3";

    /** One key for each is made: that takes a second of a processor. */
    @TempDir
    private static Path folder;

    private static final AtomicLong SECOND_AHEAD_MILLIS = new AtomicLong();
    private static final AtomicLong ARBITER_AHEAD_MILLIS = new AtomicLong();
    private static JoinServer.Joining second;
    private static JoinServer.Joining arbiter;

    @BeforeAll
    static void machinesWait() throws Exception {
        second = waiting("second", FactFinder.Role.SECOND, SECOND, SECOND_AHEAD_MILLIS);
        arbiter = waiting("arbiter", FactFinder.Role.ARBITER, ARBITER, ARBITER_AHEAD_MILLIS);
    }

    @AfterAll
    static void end() {
        second.server().close();
        arbiter.server().close();
    }

    private static JoinServer.Joining waiting(String name, FactFinder.Role role, String address, AtomicLong ahead)
            throws Exception {
        NodeSettings node = node(name);
        return JoinServer.joining(
                role, address, new LocalHands(node, () -> System.currentTimeMillis() + ahead.get()), node.state());
    }

    private static NodeSettings node(String name) throws IOException {
        Path own = folder.resolve(name);
        Files.createDirectories(own);
        Path file = own.resolve("node.properties");
        Files.writeString(
                file,
                "node.name=" + name + "\nmanager.state=" + own + "/manager\ndatabase.directory=" + own
                        + "/database\netc.dir=" + own + "/etc\nstate.dir=" + own + "/state\n");
        return NodeSettings.read(file);
    }

    private List<Refusal> refusals() throws Exception {
        NodeSettings first = node("first");
        Files.createDirectories(first.etc());
        Files.writeString(first.managerConfiguration(), "manager.id=first\n");
        Path request = folder.resolve("request");
        Files.writeString(
                request,
                "peer=" + SECOND + "\npeer.code=" + second.code() + "\nvip=127.77.32.9/8\narbiter=" + ARBITER
                        + "\narbiter.code=" + arbiter.code() + "\n");
        SetupRequest wanted = SetupRequest.read(request);
        Enable.Machines machines = new Enable.Machines(
                new LocalHands(first),
                RemoteHands.joining(SECOND, second.code()),
                RemoteHands.joining(ARBITER, arbiter.code()));
        return new Enable(
                        wanted,
                        first,
                        machines,
                        new SetupProgress(folder.resolve("progress"), "enable", SetupStep.ENABLE))
                .refusals();
    }

    private List<String> ofClocks() throws Exception {
        return refusals().stream()
                .filter(refusal -> refusal.problem() == SetupProblem.CLOCK_SKEW)
                .map(Refusal::english)
                .toList();
    }

    @Test
    void aClockThatIsMoreThanFiveSecondsOffIsRefusedAndNothingIsSetUp() throws Exception {
        SECOND_AHEAD_MILLIS.set(60_500);
        assertThat(ofClocks()).singleElement().asString().contains("second (" + SECOND + ")", "time server");
        SECOND_AHEAD_MILLIS.set(-60_500);
        ARBITER_AHEAD_MILLIS.set(90_500);
        assertThat(ofClocks())
                .satisfiesExactly(
                        one -> assertThat(one).contains("second (" + SECOND + ")"),
                        other -> assertThat(other).contains("arbiter (" + ARBITER + ")"));
        for (String machine : List.of("second", "arbiter")) {
            assertThat(folder.resolve(machine + "/etc")).doesNotExist();
            try (Stream<Path> kept = Files.list(folder.resolve(machine + "/state"))) {
                assertThat(kept).isEmpty();
            }
        }
    }

    /** However long the way takes: the skew that is counted is less than the true one, never more. */
    @Test
    void aClockWithinFiveSecondsIsNot() throws Exception {
        SECOND_AHEAD_MILLIS.set(4_900);
        ARBITER_AHEAD_MILLIS.set(-4_900);
        assertThat(ofClocks()).isEmpty();
    }

    @Test
    void aWrongCodeIsToldNothingAndFiveEndIt() throws Exception {
        JoinCode shown = second.code();
        RemoteHands guesser = RemoteHands.joining(SECOND, new JoinCode("0".repeat(16), shown.fingerprint()));
        for (int guess = 0; guess < 5; guess++) {
            assertThatThrownBy(() -> guesser.perform(Task.FACTS, Map.of()))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the code is wrong");
        }
        assertThat(second.server().await()).isFalse();
    }

    @Test
    void anArbiterCannotBeAskedForANodesTasks() {
        RemoteHands hands = RemoteHands.joining(ARBITER, arbiter.code());
        assertThatThrownBy(() -> hands.perform(Task.USE, Map.of("version", "1")))
                .hasMessageContaining("'use' can't be asked of this machine");
    }
}
