package io.holdfast.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EventFollowTest {

    private static final String FIRST_STREAM = """
            : nothing to say

            id: 10
            event: snapshot
            data: {"events":[{"id":2,"at":"","text":{"en":"two"}},{"id":1,"at":"","text":{"en":"one"}}]}

            id: 11
            event: vm
            data: {"id":"v-1"}

            id: 12
            event: timeline
            data: {"id":3,"at":"","text":{"en":"three"}}

            """;
    private static final String SECOND_STREAM = """
            id: 13
            event: timeline
            data: {"id":3,"at":"","text":{"en":"three"}}

            id: 14
            event: timeline
            data: {"id":4,"at":"",
            data: "text":{"en":"four"}}

            """;

    private final RecordedServer server = new RecordedServer();
    private final List<String> lastEventIds = new CopyOnWriteArrayList<>();

    @AfterEach
    void close() {
        server.close();
    }

    @Test
    void printsEachEventOnceOverLostStreams() {
        List<String> streams = new ArrayList<>(List.of(FIRST_STREAM, SECOND_STREAM));
        server.http().createContext("/api/v1/events/stream", exchange -> stream(exchange, streams));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Terminal terminal = Terminal.plain(new PrintStream(out, true, StandardCharsets.UTF_8));
        Session session = new Session(terminal, new ApiClient(URI.create(server.url()), "en"), new Words("en"), false);

        new EventCommands.Follower(session)
                .follow(() -> !out.toString(StandardCharsets.UTF_8).contains("four"));

        assertThat(out.toString(StandardCharsets.UTF_8).lines().map(line -> line.substring(line.lastIndexOf(' ') + 1)))
                .containsExactly("one", "two", "three", "four");
        assertThat(lastEventIds).containsExactly("", "12");
    }

    private void stream(HttpExchange exchange, List<String> streams) throws IOException {
        lastEventIds.add(Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst("Last-Event-ID"), ""));
        exchange.getResponseHeaders().set("Content-Type", "text/event-stream");
        byte[] bytes = streams.removeFirst().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
