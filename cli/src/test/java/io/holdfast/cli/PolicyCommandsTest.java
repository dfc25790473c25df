package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyCommandsTest {

    private final RecordedServer server = new RecordedServer();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void showsEachRowWithItsActionWhoSetItAndWhatItMayBe() {
        server.on("GET /clusters/default/policy", 200, "policy");

        Run run = Run.of(server, "policy show");

        assertThat(run.exitCode()).isZero();
        assertThat(run.words())
                .containsExactly(
                        "ROW MANAGEMENT STORAGE BUSINESS ACTION SOURCE CHOICES",
                        "ok-ok-ok ok ok ok keep default locked",
                        "ok-ok-fault ok ok fault migrate-or-restart cluster keep migrate-or-keep migrate-or-restart stop-and-restart");
        assertThat(Run.of(server, "policy show --json").out()).isEqualTo(RecordedServer.payload("policy") + "\n");
        assertThat(Run.of(server, "policy show --language zh").out())
                .contains("迁移，否则重启")
                .contains("已锁定");
    }

    @Test
    void setsRowsOfAClusterOrOfAVm() {
        server.on("PATCH /clusters/c2/policy", 200, "policy");

        Run run = Run.of(server, "policy set ok-ok-fault=keep fault-ok-ok=default --cluster c2");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("The policy of c2 is changed.\n");
        assertThat(server.onlyRequest().body())
                .isEqualTo("{\"actions\":{\"ok-ok-fault\":\"keep\",\"fault-ok-ok\":null}}");
        assertThat(server.onlyRequest().idempotencyKey()).isNotEmpty();
    }

    @Test
    void previewListsTheRowsAndTheVmsThatWouldBeTreatedOtherwiseNow() {
        server.on("POST /vms/vm1/policy/preview", 200, "policy-preview");

        Run run = Run.of(server, "policy preview ok-ok-fault=stop-and-restart --vm vm1");

        assertThat(run.exitCode()).isZero();
        assertThat(run.words())
                .containsExactly(
                        "Rows that would change",
                        "ROW NOW THEN VMS THAT FOLLOW",
                        "ok-ok-fault migrate-or-keep stop-and-restart 1",
                        "",
                        "Virtual machines that would be treated otherwise right now",
                        "VM HOST ROW NOW THEN",
                        "vm1 host1 ok-ok-fault migrate-or-keep stop-and-restart");
    }

    @Test
    void resetGivesAClusterItsDefaultsAndAVmItsCluster() {
        server.on("PUT /clusters/default/policy", 200, "policy").on("DELETE /vms/vm1/policy", 204, "");

        assertThat(Run.of(server, "policy reset").out()).isEqualTo("The policy of default is the default again.\n");
        assertThat(server.onlyRequest().body()).isEqualTo("{\"actions\":{}}");
        assertThat(Run.of(server, "policy reset --vm vm1").out())
                .isEqualTo("VM vm1 follows its cluster in all rows again.\n");
    }

    @Test
    void refusalOfALockedRowIsToldWithExitCodeFour() {
        server.text(
                "PATCH /clusters/default/policy",
                422,
                "{\"title\":\"Refused\",\"status\":422,\"detail\":\"Row ok-fault-ok is locked.\",\"field\":\"actions.ok-fault-ok\",\"code\":\"reject-policy-locked\"}");

        Run run = Run.of(server, "policy set ok-fault-ok=keep");

        assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(run.err()).contains("Row ok-fault-ok is locked.").contains("actions.ok-fault-ok");
        assertThat(Run.of(server, "policy show --vm none").exitCode()).isEqualTo(ExitCode.NOT_FOUND);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "policy",
                "policy set",
                "policy set ok-ok-fault",
                "policy set ok-ok-fault=",
                "policy set ok-ok-fault=keep ok-ok-fault=keep",
                "policy set ok-ok-fault=keep --vm a --cluster b",
                "policy preview"
            })
    void refusesWrongCommandLinesWithoutAskingTheServer(String line) {
        Run run = Run.of(server, line);

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.out()).isEmpty();
    }
}
