package io.holdfast.supervisor.setup;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * When the other node's manager doesn't come up, the first one has led on the replicated database already: what it has acknowledged since must not be
 * thrown away. The machines are stand-ins; the decisions are Enable's own.
 */
final class EnableRollBackTest {

    @TempDir
    Path folder;

    private final List<String> done = new ArrayList<>();
    private final StandInMachine first = new StandInMachine("first");
    private final StandInMachine second = new StandInMachine("second");
    private final StandInMachine arbiter = new StandInMachine("arbiter");
    private HttpServer manager;
    private String holder = "a/1";

    private final class StandInMachine implements NodeHands {
        private final String name;
        private Optional<Task> broken = Optional.empty();

        StandInMachine(String name) {
            this.name = name;
        }

        @Override
        public Map<String, String> perform(Task task, Map<String, String> arguments) throws IOException {
            if (task != Task.DATABASE_STATE && task != Task.STATUS && task != Task.FACTS) {
                done.add(name + " " + task.word() + (arguments.containsKey("stay") ? " stay" : ""));
            }
            if (broken.equals(Optional.of(task))) {
                throw new IOException(name + " is broken");
            }
            return switch (task) {
                case FACTS ->
                    new NodeFacts(
                                    name.equals("first") ? "a" : "b",
                                    name.equals("first") ? "10.9.0.1" : "10.9.0.2",
                                    "eth0",
                                    24,
                                    "1",
                                    System.currentTimeMillis(),
                                    1L << 40,
                                    List.of(),
                                    List.of(),
                                    List.of(),
                                    0,
                                    "",
                                    false)
                            .toMap();
                case DATABASE_STATE ->
                    Map.of(
                            "wsrep_cluster_size", name.equals("first") ? "2" : "3",
                            "wsrep_cluster_status", "Primary",
                            "wsrep_ready", "ON",
                            "wsrep_local_state", "4",
                            "wsrep_last_committed", "5");
                case STATUS -> Map.of("status", "{\"fit\":true,\"role\":\"leader\",\"held\":true}");
                case PAUSE -> Map.of("holder", holder);
                default -> new HashMap<>();
            };
        }
    }

    @BeforeEach
    void singleManager() throws IOException {
        manager = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 4);
        manager.createContext("/api/v1/status", exchange -> {
            byte[] body = "{\"role\":\"leader\"}".getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        manager.start();
    }

    @AfterEach
    void end() {
        manager.stop(0);
    }

    private boolean run() throws Exception {
        Path state = folder.resolve("manager");
        Files.createDirectories(state.resolve("pki"));
        for (String file : List.of("ca.pem", "ca.key", "secrets.key")) {
            Files.writeString(state.resolve("pki/" + file), "x");
        }
        Path program = folder.resolve("certificates");
        Files.writeString(
                program,
                "#!/bin/sh\nmkdir -p \"$5\"\nfor file in ca.pem a.pem a.key b.pem b.key; do echo x >\"$5/$file\"; done\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        Path configuration = folder.resolve("manager.properties");
        Files.writeString(
                configuration,
                "manager.id=a\nstate=" + state + "\nlisten=127.0.0.1:"
                        + manager.getAddress().getPort() + "\n");
        Path node = folder.resolve("node.properties");
        Files.writeString(
                node,
                "manager.configuration=" + configuration + "\nmanager.program=" + program + "\nmanager.state=" + state
                        + "\nstate.dir=" + folder.resolve("setup") + "\netc.dir=" + folder + "\n");
        Path request = folder.resolve("request");
        Files.writeString(request, "peer=127.0.0.2\npeer.code=x\nvip=10.9.0.9/24\narbiter=10.9.0.3\narbiter.code=x\n");
        NodeSettings settings = NodeSettings.read(node);
        return new Enable(
                        SetupRequest.read(request),
                        settings,
                        new Enable.Machines(first, second, arbiter),
                        new SetupProgress(folder, "enable", SetupStep.ENABLE))
                .run();
    }

    private String said() throws IOException {
        return Files.readString(SetupProgress.file(folder));
    }

    @Test
    void whatWasAcknowledgedOnTheReplicatedDatabaseIsCopiedBack() throws Exception {
        second.broken = Optional.of(Task.SUPERVISE);
        assertThat(run()).isFalse();
        assertThat(done.subList(done.indexOf("second supervise") + 1, done.size()))
                .containsExactly(
                        "first pause",
                        "second pause",
                        "first pause",
                        "first copy-back",
                        "first restore stay",
                        "second restore",
                        "second wipe",
                        "arbiter restore",
                        "arbiter wipe",
                        "first wipe");
        assertThat(said()).contains("\"state\":\"rolled-back\"", "serves alone");
    }

    @Test
    void whereNobodyHasLedTheEmbeddedDatabaseIsStillTheTruth() throws Exception {
        holder = "";
        first.broken = Optional.of(Task.SUPERVISE);
        assertThat(run()).isFalse();
        assertThat(done).doesNotContain("first copy-back", "first restore stay", "second supervise");
        assertThat(done.indexOf("second restore"))
                .as("what still runs there must not find a second leader")
                .isLessThan(done.indexOf("first restore"));
        assertThat(said()).contains("\"state\":\"rolled-back\"", "everything is as before");
    }

    @Test
    void whenItCannotBeCopiedBackThePairStays() throws Exception {
        second.broken = Optional.of(Task.SUPERVISE);
        first.broken = Optional.of(Task.COPY_BACK);
        assertThat(run()).isFalse();
        assertThat(done).doesNotContain("first restore stay", "first wipe", "second wipe");
        assertThat(done.getLast()).isEqualTo("second supervise");
        assertThat(said()).contains("\"state\":\"failed\"", "serves as one of a pair");
    }
}
