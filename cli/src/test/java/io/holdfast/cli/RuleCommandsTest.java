package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RuleCommandsTest {

    private final RecordedServer server = new RecordedServer();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void listsRulesOfEachKind() {
        server.on("GET /clusters/default/rules", 200, "rules");

        Run run = Run.of(server, "rule list");

        assertThat(run.words())
                .containsExactly(
                        "NAME KIND STRICT VMS HOSTS",
                        "order depends-on – web1 → db1 –",
                        "pin vm-host no db1 host1=10 host2=0",
                        "spread apart yes db1 db2 –");
        assertThat(Run.of(server, "rule list --json").out()).isEqualTo(RecordedServer.payload("rules") + "\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rule apart r db1 db2 | {\"kind\":\"apart\",\"strict\":true,\"vms\":[\"db1\",\"db2\"]}",
                "rule together r db1 db2 --soft | {\"kind\":\"together\",\"strict\":false,\"vms\":[\"db1\",\"db2\"]}",
                "rule hosts r db1 --on host1=10 --on host2 | {\"kind\":\"vm-host\",\"strict\":true,\"vms\":[\"db1\"],\"hosts\":[{\"host\":\"host1\",\"priority\":10},{\"host\":\"host2\"}]}",
                "rule depends r web1 --on db1 | {\"kind\":\"depends-on\",\"vm\":\"web1\",\"dependsOn\":[\"db1\"]}"
            })
    void writesRules(String line, String body) {
        server.text("PUT /clusters/default/rules/r", 200, "{}");

        Run run = Run.of(server, line);

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).isEqualTo("Rule r is stored.\n");
        assertThat(server.onlyRequest().body()).isEqualTo(body);
    }

    @Test
    void removesAndTellsARefusalWithExitCodeFour() {
        server.on("DELETE /clusters/c2/rules/r", 204, "")
                .text(
                        "PUT /clusters/default/rules/r",
                        409,
                        "{\"title\":\"Conflict\",\"status\":409,\"detail\":\"The strict rules a, r cannot all hold.\",\"field\":\"rule\"}");

        assertThat(Run.of(server, "rule remove r --cluster c2").out()).isEqualTo("Rule r is removed.\n");
        Run refused = Run.of(server, "rule apart r db1 db2");
        assertThat(refused.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(refused.err()).contains("a, r cannot all hold");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rule",
                "rule apart r db1",
                "rule hosts r db1",
                "rule hosts r db1 --on h=x",
                "rule depends r web1"
            })
    void refusesWrongCommandLinesWithoutAskingTheServer(String line) {
        Run run = Run.of(server, line);

        assertThat(run.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(run.out()).isEmpty();
    }
}
