package io.holdfast.supervisor;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Executors;

/** Stands in for the manager until it runs on the replicated database: status, console page, and a write that is acknowledged once committed. */
final class FakeManager {

    private static final Path SOCKET = Path.of("/run/mysqld/mysqld.sock");

    private FakeManager() {}

    public static void main(String[] arguments) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress("0.0.0.0", 7480), 64);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> answer(exchange, 200, "<html>console</html>"));
        server.createContext("/api/v1/status", exchange -> answer(exchange, 200, "{\"role\":\"leader\",\"epoch\":1}"));
        server.createContext("/write/", FakeManager::write);
        server.start();
    }

    private static void write(HttpExchange exchange) throws IOException {
        long number = Long.parseLong(exchange.getRequestURI().getPath().substring("/write/".length()));
        try (DatabaseConnection connection = DatabaseConnection.open(SOCKET, "root", Duration.ofSeconds(1))) {
            connection.execute("insert into holdfast.acknowledged(id) values (" + number
                    + ") on duplicate key update again = again + 1");
            answer(exchange, 200, "written");
        } catch (IOException e) {
            answer(exchange, 503, String.valueOf(e.getMessage()));
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        try (exchange) {
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(status, bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }
}
