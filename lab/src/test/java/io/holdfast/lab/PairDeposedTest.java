package io.holdfast.lab;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.lab.ManagementMachine.Program;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * A leader is stopped (SIGSTOP) in the middle of a recovery, between its question whether it may act and the act ({@link HeldCommand}); the other node
 * takes over and ends the recovery; then the old leader goes on, and its command leaves. The agent refuses it, and every VM runs once.
 */
@ExtendWith(PairLab.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
final class PairDeposedTest {

    private static final long COMMAND_LIMIT_MILLIS = 8_000;
    private static final long ARRIVAL_LIMIT_MILLIS = 30_000;

    private static final long WELL_LIMIT_MILLIS = 120_000;
    /** Until its supervisor has noticed. */
    private static final long RESTART_MILLIS = 1_000;

    /** What starts a node's manager. */
    private static final Path SCRIPT = Path.of("/run/lab/bin/manager");

    private final String script = read(SCRIPT);

    @TempDir
    Path folder;

    /** What the agent of the surviving host was told. */
    private record Seen(List<EpochCheck.Told> accepted, List<EpochCheck.Told> refused, TrialResult recovery) {

        /** How often the agent obeyed an epoch below one that it had obeyed before. */
        int breaches() {
            return EpochCheck.falls(
                    accepted.stream().map(EpochCheck.Told::epoch).toList());
        }
    }

    /** The leader is one that can be held: a standby that was started anew for it, and then given the leadership. */
    @BeforeEach
    void leaderThatCanBeHeld() {
        PairLab.pair().restore();
        PairLab.pair().awaitWell(WELL_LIMIT_MILLIS);
        ManagementMachine standby = PairLab.pair().peer(PairLab.pair().active());
        restart(standby, script.replace("'JDK_JAVA_OPTIONS=", "'JDK_JAVA_OPTIONS=" + HeldCommand.OPTION + " "));
        PairLab.lab().client().post("/management/switch-over", Map.of());
        Waiting.until(
                () -> PairLab.pair().holders().equals(List.of(standby))
                        && PairLab.pair().well(),
                100,
                WELL_LIMIT_MILLIS,
                () -> standby.name() + " does not lead");
    }

    @AfterEach
    void leaderAsBefore() {
        PairLab.pair().restore();
        PairLab.pair().awaitWell(WELL_LIMIT_MILLIS);
        restart(PairLab.pair().peer(PairLab.pair().active()), script);
    }

    private static void restart(ManagementMachine standby, String script) {
        LabHost.write(SCRIPT, script);
        standby.signal(Program.MANAGER, "KILL");
        Waiting.pause(RESTART_MILLIS);
        PairLab.pair().awaitWell(WELL_LIMIT_MILLIS);
    }

    @Test
    @Order(1)
    void whatADeposedManagerHadOnItsWayIsRefusedAndVmsRunOnce() {
        Seen seen = deposedInTheMiddleOfARecovery();

        assertThat(seen.breaches())
                .as("what the agent accepted: %s", seen.accepted())
                .isZero();
        assertThat(seen.refused())
                .as("commands of the old epoch that arrived late")
                .isNotEmpty();
        Expect.allWell(seen.recovery());
        assertThat(seen.recovery().hit())
                .allSatisfy(vm ->
                        assertThat(vm.starts()).as("starts of %s", vm.vm()).isEqualTo(1));
    }

    /** The same with the rule taken out of the agent: if this did not fail, the test above would prove nothing. */
    @Test
    @Order(2)
    void withoutTheAgentsEpochCheckTheSameIsABreach() throws IOException {
        Lab lab = PairLab.lab();
        Path before = withoutEpochCheck();
        try {
            lab.agents(lab.programs().agent(Lab.AGENT_PROPERTIES, before));
            lab.hosts().forEach(LabHost::reset);
            Seen seen = deposedInTheMiddleOfARecovery();

            assertThat(seen.refused()).as("nothing is refused any more").isEmpty();
            assertThat(seen.breaches())
                    .as("what the agent accepted: %s", seen.accepted())
                    .isPositive();
        } finally {
            lab.agents(lab.programs().agent(Lab.AGENT_PROPERTIES));
            lab.hosts().forEach(LabHost::reset);
        }
    }

    private Seen deposedInTheMiddleOfARecovery() {
        PairLab.awaitWell();
        Lab lab = PairLab.lab();
        ManagementPair pair = PairLab.pair();
        ManagementMachine old = pair.active();
        LabHost victim = lab.hosts().stream()
                .max(Comparator.comparingInt(
                        host -> PairLab.cluster().vmsOn(host.name()).size()))
                .orElseThrow();
        LabHost other =
                lab.hosts().stream().filter(host -> host != victim).findFirst().orElseThrow();
        Path agentLog = other.folder().resolve("agent.log");
        int acceptedBefore = EpochCheck.accepted(agentLog).size();
        int refusedBefore = EpochCheck.refused(agentLog).size();
        try (HeldCommand command = HeldCommand.on(old.address())) {
            CompletableFuture<Void> deposed = CompletableFuture.runAsync(() -> depose(old, command));
            TrialResult recovery =
                    new Trial(lab, PairLab.cluster(), System.out::println).run(SharedLab.call(Fault.POWER_CUT, victim));
            deposed.join();
            old.signal(Program.MANAGER, "CONT");
            command.go();
            Waiting.until(
                    () -> EpochCheck.refused(agentLog).size() > refusedBefore
                            || EpochCheck.falls(epochs(agentLog, acceptedBefore)) > 0,
                    50,
                    ARRIVAL_LIMIT_MILLIS,
                    () -> "no command of the old leader has arrived at " + other.name() + "; see " + agentLog);
            return new Seen(
                    EpochCheck.accepted(agentLog).stream().skip(acceptedBefore).toList(),
                    EpochCheck.refused(agentLog).stream().skip(refusedBefore).toList(),
                    recovery);
        } finally {
            old.signal(Program.SUPERVISOR, "CONT");
        }
    }

    private static void depose(ManagementMachine old, HeldCommand command) {
        try {
            command.await(COMMAND_LIMIT_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return;
        }
        // Its supervisor would end a hung manager; here both stand still, as on a node whose processors are taken away.
        old.signal(Program.SUPERVISOR, "STOP");
        old.signal(Program.MANAGER, "STOP");
        ManagementMachine next = PairLab.pair().peer(old);
        Waiting.until(
                () -> next.supervisorStatus().contains("\"role\":\"leader\""),
                50,
                COMMAND_LIMIT_MILLIS,
                () -> "the other node did not take over: " + next.supervisorStatus());
    }

    private static List<Long> epochs(Path agentLog, int from) {
        return EpochCheck.accepted(agentLog).stream()
                .skip(from)
                .map(EpochCheck.Told::epoch)
                .toList();
    }

    /** The agent's class of that rule with the rule taken out, compiled into a folder of its own. */
    private Path withoutEpochCheck() throws IOException {
        Path home = PairLab.lab().programs().home();
        Path original = home.resolve("agent/src/main/java/io/holdfast/agent/state/EpochMemory.java");
        String text = Files.readString(original);
        String rule = "if (epoch < highest) {\n            return false;";
        assertThat(text).as("the rule in %s", original).contains(rule);
        Path source = folder.resolve("EpochMemory.java");
        Files.writeString(source, text.replace(rule, "if (epoch < highest) {\n            return true;"));
        Path target = Path.of("/run/lab/sabotage");
        Files.createDirectories(target);
        StringWriter said = new StringWriter();
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var files = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            boolean done = compiler.getTask(
                            said,
                            files,
                            null,
                            List.of(
                                    "-proc:none",
                                    "-d",
                                    target.toString(),
                                    "-cp",
                                    classPath(home.resolve("agent/target"))),
                            null,
                            files.getJavaFileObjects(source))
                    .call();
            assertThat(done).as("compiled: %s", said).isTrue();
        }
        return target;
    }

    private static String read(Path file) {
        // The lab is built before the first test's object is made only if somebody has asked for it.
        PairLab.lab();
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new LabException("the file " + file + " can't be read: " + e.getMessage(), e);
        }
    }

    private static String classPath(Path target) throws IOException {
        try (Stream<Path> jars = Files.list(target.resolve("lib"))) {
            return target.resolve("classes") + ":" + jars.map(Path::toString).collect(Collectors.joining(":"));
        }
    }
}
