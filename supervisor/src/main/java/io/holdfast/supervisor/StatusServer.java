package io.holdfast.supervisor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.function.Supplier;

/**
 * Two documents, read only. On the management address, with mutual TLS ({@link PeerTls}): {@code GET /v1/report} for the peer ({@link
 * ReportText}) and {@code GET /v1/status} ({@link StatusDocument}). On the loopback, plainly: {@code GET /v1/status} for the manager and people of
 * this machine.
 */
final class StatusServer {

    private final List<HttpServer> servers;

    private StatusServer(List<HttpServer> servers) {
        this.servers = servers;
    }

    /** What the other node may order: that a process is started here which takes the pair apart. */
    interface Parting {
        void start() throws IOException, InterruptedException;
    }

    static StatusServer start(
            SupervisorSettings settings,
            PeerTls tls,
            Supplier<SupervisionState> state,
            Supplier<Optional<PeerDetails>> peerDetails,
            Parting parting)
            throws IOException {
        HttpsServer peers = bound(HttpsServer.create(), settings.listen());
        HttpServer people = HttpServer.create();
        try {
            bound(people, settings.statusListen());
        } catch (IOException e) {
            peers.stop(0);
            throw e;
        }
        peers.setHttpsConfigurator(tls.server());
        peers.createContext(
                "/v1/report", exchange -> answer(exchange, "text/plain", () -> told(state.get(), System.nanoTime())));
        peers.createContext("/v1/part", exchange -> part(exchange, parting));
        for (HttpServer server : List.of(peers, people)) {
            // Two threads each: somebody who keeps the loopback's busy must not make this node look silent to the peer.
            server.setExecutor(Executors.newFixedThreadPool(
                    2, Thread.ofPlatform().name("status-", 0).daemon().factory()));
            server.createContext(
                    "/v1/status",
                    exchange -> answer(
                            exchange,
                            "application/json",
                            () -> StatusDocument.render(
                                    state.get(), peerDetails.get(), settings, System.nanoTime(), Instant.now())));
            server.start();
        }
        return new StatusServer(List.of(peers, people));
    }

    private static <S extends HttpServer> S bound(S server, InetSocketAddress listen) throws IOException {
        try {
            server.bind(listen, 16);
            return server;
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on " + listen + ": " + e.getMessage() + "; is another supervisor running?", e);
        }
    }

    private static String told(SupervisionState state, long nowNanos) {
        return ReportText.write(state.report(nowNanos)) + PeerDetails.write(state, nowNanos);
    }

    void stop() {
        servers.forEach(server -> server.stop(0));
    }

    private static void part(HttpExchange exchange, Parting parting) throws IOException {
        try (exchange) {
            String problem = "";
            if (!exchange.getRequestMethod().equals("POST")) {
                problem = "only POST orders it";
            } else {
                try {
                    parting.start();
                } catch (IOException | RuntimeException e) {
                    problem = String.valueOf(e.getMessage());
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    problem = "this supervisor is stopping";
                }
            }
            byte[] body = problem.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(problem.isEmpty() ? 200 : 409, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
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
