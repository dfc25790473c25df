package io.holdfast.supervisor.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is asked of a manager; a server that answers as one stands in for it. */
class AgentArbiterHandsTest {
    @TempDir
    Path directory;

    private final List<String> asked = new ArrayList<>();
    private String kind = "host";
    private String home = "";
    private int status = 202;
    private HttpServer standIn;
    private NodeSettings node;

    @BeforeEach
    void start() throws IOException {
        standIn = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 8);
        standIn.createContext("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            boolean get = exchange.getRequestMethod().equals("GET");
            asked.add(
                    exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath() + " " + body);
            byte[] answer = ("{\"kind\":\"" + kind + "\"" + home + "}").getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(get ? 200 : status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        standIn.start();
        Path manager = directory.resolve("manager.properties");
        Files.writeString(manager, "listen=127.0.0.1:" + standIn.getAddress().getPort() + "\n");
        Path file = directory.resolve("node.properties");
        Files.writeString(file, "manager.configuration=" + manager + "\n");
        node = NodeSettings.read(file);
    }

    @AfterEach
    void stop() {
        standIn.stop(0);
    }

    @Test
    void theManagerIsToldWhichHostAndWhatItJoins() throws Exception {
        new AgentArbiterHands(node, "host3", List.of("10.0.0.1", "10.0.0.2")).perform(Task.ARBITER_START, Map.of());
        assertThat(asked)
                .singleElement()
                .asString()
                .startsWith("POST /api/v1/management/arbiter ")
                .contains("\"host\":\"host3\"", "[\"10.0.0.1:4567\",\"10.0.0.2:4567\"]", "evs.suspect_timeout=PT1S");
    }

    @Test
    void aRefusalFailsTheStep() {
        status = 409;
        assertThatThrownBy(() -> new AgentArbiterHands(node, "host3", List.of()).perform(Task.ARBITER_START, Map.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("host3");
    }

    @Test
    void anUndoEndsItAndLeavesItToTheManagerWhileThatStandsStill() throws Exception {
        AgentArbiterHands hands = new AgentArbiterHands(node, "host3", List.of());
        hands.perform(Task.RESTORE, Map.of());
        assertThat(asked).hasSize(2).last().asString().startsWith("POST /api/v1/management/arbiter/disable ");
        standIn.stop(0);
        hands.perform(Task.RESTORE, Map.of());
    }

    @Test
    void takingThePairApartEndsAHostsThatStandsInAndSaysThatItsMachineIsLeft() throws Exception {
        AgentArbiterHands hands = AgentArbiterHands.parting(node);
        home = ",\"home\":null";
        hands.perform(Task.RESTORE, Map.of());
        home = ",\"home\":\"10.0.0.3\"";
        assertThatThrownBy(() -> hands.perform(Task.RESTORE, Map.of())).hasMessageContaining("can't be told");
        assertThat(asked).last().asString().startsWith("POST /api/v1/management/arbiter/disable ");
    }

    @Test
    void takingThePairApartEndsOneThatAnAgentRunsAndSaysSoOfAnyOther() throws Exception {
        AgentArbiterHands hands = AgentArbiterHands.parting(node);
        hands.perform(Task.RESTORE, Map.of());
        assertThat(asked).hasSize(2);
        kind = "none";
        assertThatThrownBy(() -> hands.perform(Task.RESTORE, Map.of())).hasMessageContaining("nobody waits");
    }
}
