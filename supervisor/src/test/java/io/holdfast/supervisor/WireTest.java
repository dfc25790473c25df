package io.holdfast.supervisor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read from and written to others: reports, positions, configuration, systemd. */
class WireTest {

    private static final PeerReport REPORT = new PeerReport(
            "mn2",
            true,
            false,
            Optional.of("standby"),
            7,
            false,
            Duration.ofMillis(46_001),
            true,
            Optional.of(new Position(PairModel.HISTORY, 12)));

    @Test
    void aReportSurvivesTheWayAndAnUnknownLineOfANewerVersionIsIgnored() throws IOException {
        assertThat(ReportText.read(ReportText.write(REPORT) + "future=1\n")).isEqualTo(REPORT);
    }

    @ParameterizedTest
    @ValueSource(strings = {"fit", "primary", "laid-open", "not-primary-for-millis", "name", "epoch"})
    void aReportWithoutAnImportantLineCountsAsNone(String line) {
        String text = ReportText.write(REPORT).replaceAll("(?m)^" + line + "=.*$", "");
        assertThatThrownBy(() -> ReportText.read(text))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(line);
        assertThatThrownBy(() -> ReportText.read(ReportText.write(REPORT).replace("primary=false", "primary=maybe")))
                .isInstanceOf(IOException.class);
    }

    @Test
    void aPositionThatSaysNothingIsNone() {
        assertThat(Position.parse(PairModel.HISTORY + ":-1")).isEmpty();
        assertThat(Position.parse("00000000-0000-0000-0000-000000000000:5")).isEmpty();
        assertThat(Position.parse("nonsense")).isEmpty();
        assertThat(Position.parse(PairModel.HISTORY + ":0\n")).contains(new Position(PairModel.HISTORY, 0));
    }

    @Test
    void theLastRecoveredPositionInTheServersOutputCounts() {
        String output = "… WSREP: Recovered position: " + PairModel.HISTORY + ":3\n… WSREP: Recovered position: "
                + PairModel.HISTORY + ":4\n";
        assertThat(GaleraFiles.recovered(output)).contains(new Position(PairModel.HISTORY, 4));
        assertThat(GaleraFiles.recovered("[ERROR] Aria engine is not enabled")).isEmpty();
    }

    @Test
    void bootstrappingKeepsTheHistoryAndDropsTheSavedView(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("gvwstate.dat"), "old");
        Position position = new Position(PairModel.HISTORY, 9);
        List<String> options =
                new GaleraFiles(directory, List.of("mariadbd")).prepare(StartMode.BOOTSTRAP, Optional.of(position));
        assertThat(options).containsExactly("--wsrep-new-cluster", "--wsrep-start-position=" + position);
        assertThat(directory.resolve("grastate.dat"))
                .content()
                .contains("uuid:    " + PairModel.HISTORY, "seqno:   9", "safe_to_bootstrap: 1");
        assertThat(directory.resolve("gvwstate.dat")).doesNotExist();
    }

    @Test
    void aFullCopyIsAskedForWithoutAPosition(@TempDir Path directory) throws IOException {
        Files.writeString(directory.resolve("grastate.dat"), "old");
        assertThat(new GaleraFiles(directory, List.of("mariadbd")).prepare(StartMode.FULL_COPY, Optional.empty()))
                .isEmpty();
        assertThat(directory.resolve("grastate.dat")).doesNotExist();
    }

    @Test
    void theDatabasesWordsAreUnderstood() {
        DatabaseView view = DatabaseProbe.view(Map.of(
                "WSREP_CLUSTER_STATUS",
                "Primary",
                "WSREP_READY",
                "ON",
                "WSREP_LOCAL_STATE",
                "4",
                "WSREP_LAST_COMMITTED",
                "77",
                "WSREP_LOCAL_STATE_UUID",
                PairModel.HISTORY,
                "WSREP_CLUSTER_SIZE",
                "3"));
        assertThat(view)
                .isEqualTo(new DatabaseView.Answering(
                        true, true, 4, Optional.of(new Position(PairModel.HISTORY, 77)), 3, 0));
        assertThat(((DatabaseView.Answering) DatabaseProbe.view(Map.of())).serves())
                .isFalse();
    }

    @Test
    void theManagersWordsAreUnderstood() {
        assertThat(Probes.answer("{\"version\":\"0.1\", \"role\" : \"leader\",\"epoch\": 12}"))
                .contains(new ManagerAnswer("leader", 12, Optional.empty(), Long.MAX_VALUE, Optional.empty(), false));
        assertThat(
                        Probes.answer(
                                "{\"role\":\"standby\",\"epoch\":12,\"leader\":\"mn2\",\"leaderSeenMillis\":120,\"lastLeader\":\"mn2\",\"handedOver\":true}"))
                .contains(new ManagerAnswer("standby", 12, Optional.of("mn2"), 120, Optional.of("mn2"), true));
        assertThat(Probes.answer("{}")).isEmpty();
    }

    @Test
    void aConfigurationIsCheckedAsAWhole(@TempDir Path directory) throws IOException {
        NodePlan plan = new NodePlan(
                "mn1",
                "10.0.0.11",
                "10.0.0.12",
                "10.0.0.13",
                "",
                new VirtualAddress("10.0.0.10", 24, "eth0"),
                100,
                51,
                "holdfast",
                NodePlan.Sizes.SMALL,
                NodePlan.Timing.TUNED);
        String rendered = TemplateRenderer.installed().render(Template.SUPERVISOR_PROPERTIES, plan);
        Path file = directory.resolve("supervisor.properties");
        Files.writeString(file, rendered);
        SupervisorSettings settings = SupervisorSettings.read(file);
        assertThat(settings.database()).isEqualTo(new SupervisorSettings.Control.Unit("mariadb.service"));
        assertThat(settings.manager()).isEqualTo(settings.consoleService());
        for (String wrong : List.of(
                "nonsense=1", "manager.service=reboot", "vip=10.0.0.10", "peer=mn2", "recovery.patience.seconds=x")) {
            Files.writeString(file, rendered + wrong + "\n");
            assertThatThrownBy(() -> SupervisorSettings.read(file))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining(file.toString());
        }
    }

    @Test
    void systemdIsToldOverItsSocket(@TempDir Path directory) throws Exception {
        Path socket = directory.resolve("notify");
        Process listener = new ProcessBuilder("socat", "-u", "UNIX-RECV:" + socket, "STDOUT").start();
        try {
            for (int attempt = 0; attempt < 400 && !Files.exists(socket); attempt++) {
                TimeUnit.MILLISECONDS.sleep(10);
            }
            SystemdNotify.of(socket.toString()).orElseThrow().send("WATCHDOG=1");
            assertThat(new String(listener.getInputStream().readNBytes(10), StandardCharsets.UTF_8))
                    .isEqualTo("WATCHDOG=1");
        } finally {
            listener.destroyForcibly();
        }
        assertThat(SystemdNotify.of(null)).isEmpty();
    }

    @Test
    void theHeartbeatScriptToldFromTheRealOne(@TempDir Path directory) throws Exception {
        Path script = directory.resolve("supervisor-alive");
        Files.writeString(script, Template.SUPERVISOR_ALIVE.read());
        HealthFile files = new HealthFile(directory);
        assertThat(alive(script, directory)).as("no heartbeat yet").isFalse();
        files.beat();
        assertThat(alive(script, directory)).isTrue();
        Files.writeString(directory.resolve("heartbeat"), "1\n");
        assertThat(alive(script, directory)).as("old").isFalse();
        Files.writeString(directory.resolve("heartbeat"), "999999999999\n");
        assertThat(alive(script, directory)).as("from another boot").isFalse();
        Files.writeString(directory.resolve("heartbeat"), "x;reboot\n");
        assertThat(alive(script, directory)).isFalse();
    }

    private static boolean alive(Path script, Path directory) throws IOException, InterruptedException {
        return Programs.run(
                                Duration.ofSeconds(5),
                                List.of(
                                        "sh",
                                        script.toString(),
                                        directory.resolve("heartbeat").toString(),
                                        "3"))
                        .code()
                == 0;
    }
}
