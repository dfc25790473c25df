package io.holdfast.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real HTTP server on the loopback address that answers with recorded payloads and keeps what it was asked. */
final class RecordedServer implements AutoCloseable {

    private static final int NO_CONTENT = 204;

    /** One request as it came: method and path, query, body and the headers that matter. */
    record Request(String what, String query, String body, String language, String idempotencyKey) {}

    private record Answer(int status, String body) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<Request> requests = new CopyOnWriteArrayList<>();

    RecordedServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException noPort) {
            throw new UncheckedIOException(noPort);
        }
        server.setExecutor(threads);
        server.createContext("/api/v1", this::answer);
        server.start();
    }

    static String payload(String name) {
        String resource = "payloads/" + name + ".json";
        try (InputStream in = Objects.requireNonNull(RecordedServer.class.getResourceAsStream(resource), resource)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** @param what for example {@code GET /hosts} */
    RecordedServer on(String what, int status, String payload) {
        answers.put(what, new Answer(status, payload.isEmpty() ? "" : payload(payload)));
        return this;
    }

    /** Answers with this text instead of a recorded payload. */
    RecordedServer text(String what, int status, String body) {
        answers.put(what, new Answer(status, body));
        return this;
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    Request onlyRequest() {
        if (requests.size() != 1) {
            throw new AssertionError("one request was expected, but these came: " + requests);
        }
        return requests.getFirst();
    }

    HttpServer http() {
        return server;
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getRawPath().substring("/api/v1".length());
        String what = exchange.getRequestMethod() + " " + path;
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(new Request(
                what,
                Objects.requireNonNullElse(exchange.getRequestURI().getQuery(), ""),
                body,
                header(exchange, "Accept-Language"),
                header(exchange, "Idempotency-Key")));
        Answer answer = answers.getOrDefault(
                what,
                new Answer(404, "{\"title\":\"Not found\",\"status\":404,\"detail\":\"There is no " + path + "\"}"));
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), answer.status() == NO_CONTENT ? -1 : bytes.length);
        if (answer.status() != NO_CONTENT) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    private static String header(HttpExchange exchange, String name) {
        return Objects.requireNonNullElse(exchange.getRequestHeaders().getFirst(name), "");
    }
}
