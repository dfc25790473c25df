package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExitCodeTest {

    private final RecordedServer server = new RecordedServer();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void unknownNameIsNotFound() {
        Run run = Run.of(server, "host show host9");

        assertThat(run.exitCode()).isEqualTo(ExitCode.NOT_FOUND);
        assertThat(run.err()).contains("There is no /hosts/host9");
        assertThat(run.out()).isEmpty();
    }

    @Test
    void refusalNamesTitleDetailAndField() {
        server.on("POST /hosts", 422, "problem");

        Run run = Run.of(server, "host add host1 --address 10.77.1.11");

        assertThat(run.exitCode()).isEqualTo(ExitCode.REFUSED);
        assertThat(run.err().lines())
                .containsExactly(
                        "holdfast: The BMC refuses the password",
                        "  Host host1 was to be added with the BMC 10.77.1.111, which refuses user admin. Give the right password.",
                        "  field: bmc.password");
    }

    @Test
    void refusalIsProblemDocumentWithJson() {
        server.on("POST /hosts", 422, "problem");

        Run run = Run.of(server, "host add host1 --address 10.77.1.11 --json");

        assertThat(Json.parse(run.err()).path("code").asText()).isEqualTo("bmc-wrong-password");
        assertThat(Json.parse(run.err()).path("field").asText()).isEqualTo("bmc.password");
    }

    @ParameterizedTest
    @CsvSource({"400, 4", "404, 3", "409, 4", "422, 4", "500, 1", "503, 1"})
    void followsFromTheHttpStatus(int status, int exitCode) {
        server.text("GET /hosts", status, "<html>not a problem document</html>");

        Run run = Run.of(server, "host list");

        assertThat(run.exitCode()).isEqualTo(exitCode);
        assertThat(run.err()).contains("HTTP status " + status);
    }

    @Test
    void answerThatIsNoJsonFails() {
        server.text("GET /hosts", 200, "<html>");

        assertThat(Run.of(server, "host list").exitCode()).isEqualTo(ExitCode.FAILED);
    }

    @Test
    void nobodyListensIsUnreachable() throws IOException {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }

        Run run = Run.with(Map.of(), "host", "list", "--server", "http://127.0.0.1:" + port);

        assertThat(run.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(run.err())
                .contains("no manager answers at http://127.0.0.1:" + port)
                .contains("--server");
    }

    @Test
    void helpIsNoMistake() {
        Run run = Run.with(Map.of(), "vm", "create", "--help");

        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("--memory").contains("Exit codes:");
    }
}
