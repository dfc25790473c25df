package io.holdfast.supervisor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Two documents over plain HTTP, read only: {@code GET /v1/report} for the peer ({@link ReportText}) and {@code GET /v1/status} for the manager
 * and people ({@link StatusDocument}).
 *
 * <p>There is no TLS yet: whoever can answer in the peer's place on the management network could feign a peer. Mutual TLS from the cluster's CA
 * goes in here and in {@link Probes#peer()}; nothing else speaks to the peer.
 */
final class StatusServer {

    private final HttpServer server;

    private StatusServer(HttpServer server) {
        this.server = server;
    }

    static StatusServer start(SupervisorSettings settings, Supplier<SupervisionState> state) throws IOException {
        InetSocketAddress listen = settings.listen();
        HttpServer server;
        try {
            server = HttpServer.create(listen, 16);
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on " + listen + ": " + e.getMessage() + "; is another supervisor running?", e);
        }
        server.setExecutor(Executors.newFixedThreadPool(
                2, Thread.ofPlatform().name("status-", 0).daemon().factory()));
        server.createContext(
                "/v1/report",
                exchange -> answer(
                        exchange,
                        "text/plain",
                        () -> ReportText.write(state.get().report(System.nanoTime()))));
        server.createContext(
                "/v1/status",
                exchange -> answer(
                        exchange,
                        "application/json",
                        () -> StatusDocument.render(state.get(), settings, System.nanoTime(), Instant.now())));
        server.start();
        return new StatusServer(server);
    }

    void stop() {
        server.stop(0);
    }

    private static void answer(HttpExchange exchange, String type, Supplier<String> document) throws IOException {
        try (exchange) {
            if (!exchange.getRequestMethod().equals("GET")) {
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            byte[] body = document.get().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type + "; charset=utf-8");
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
