package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ArbiterCommandsTest {
    private static final String COUNTED =
            "{\"kind\":\"host\",\"host\":\"host2\",\"address\":\"10.0.1.2\",\"running\":true,"
                    + "\"connectedTo\":[\"10.0.0.1:4567\"],\"counted\":true,\"since\":null,"
                    + "\"text\":{\"en\":\"Moved from host1, which is dead, to host2\",\"zh\":\"从已失效的 host1 移到 host2\"},"
                    + "\"hosts\":[{\"host\":\"host1\",\"eligible\":false,\"text\":{\"en\":\"its agent does not report\",\"zh\":\"其代理没有上报\"}}]}";

    private final RecordedServer server = new RecordedServer();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void enableWaitsUntilTheVoteCounts() {
        server.text("POST /management/arbiter", 202, "{\"host\":\"host2\"}")
                .text("GET /management/arbiter", 200, COUNTED);
        Run run = Run.of(server, "arbiter enable host2");
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("The agents are told", "is counted");
    }

    @Test
    void aRefusalHasTheRemedyAndExitCodeFour() {
        server.text(
                "POST /management/arbiter",
                409,
                "{\"title\":\"Conflict\",\"status\":409,\"detail\":\"Host host1 is one of the two management nodes. Choose another host.\",\"field\":\"host\"}");
        Run run = Run.of(server, "arbiter enable host1");
        assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(run.err()).contains("Choose another host");
    }

    @Test
    void aPreviewSaysWhatSpeaksAgainstItWithExitCodeFour() {
        server.text(
                "POST /management/arbiter",
                200,
                "{\"host\":\"host3\",\"from\":\"host2\",\"there\":false,\"refusals\":[{\"code\":\"arbiter-host-silent\",\"text\":{\"en\":\"It is silent.\",\"zh\":\"无上报。\"}}]}");
        Run run = Run.of(server, "arbiter enable host3 --preview");
        assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(run.out()).contains("from host2 to host3", "refused: It is silent.");
        assertThat(server.onlyRequest().body()).contains("\"preview\":true");
    }

    @Test
    void statusSaysWhereWhyAndWhoElseCould() {
        server.text("GET /management/arbiter", 200, COUNTED);
        assertThat(Run.of(server, "arbiter status").out())
                .contains("host2", "which is dead", "10.0.0.1:4567", "its agent does not report");
        assertThat(Run.of(server, "arbiter status --json").out()).isEqualTo(COUNTED + "\n");
        assertThat(Run.of(server, "arbiter status --language zh").out()).contains("从已失效的", "已计入");
    }

    @Test
    void statusSaysForWhichMachineAHostStandsIn() {
        server.text(
                "GET /management/arbiter", 200, COUNTED.replace("\"running\"", "\"home\":\"10.0.0.13\",\"running\""));
        assertThat(Run.of(server, "arbiter status").out()).contains("BELONGS ON", "10.0.0.13");
    }

    @Test
    void disableSaysThatNoSpareVoteIsLeft() {
        server.text("POST /management/arbiter/disable", 202, "{\"from\":\"host2\"}");
        assertThat(Run.of(server, "arbiter disable").out()).contains("no spare vote");
    }
}
