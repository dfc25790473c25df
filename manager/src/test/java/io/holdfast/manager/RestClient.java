package io.holdfast.manager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpHeaders;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;

/** A client of the management interface on loopback. */
class RestClient implements AutoCloseable {
    private static final JsonMapper JSON = new JsonMapper();

    private final HttpClient client = HttpClient.newHttpClient();
    private final int port;

    RestClient(int port) {
        this.port = port;
    }

    /** An answer. */
    record Answer(int status, JsonNode body, HttpHeaders headers) {
        String code() {
            return body.path("code").asText();
        }

        JsonNode items() {
            return body.path("items");
        }
    }

    String metrics() {
        try {
            return client.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/metrics"))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException gone) {
            throw new UncheckedIOException("GET /metrics", gone);
        } catch (InterruptedException stop) {
            throw new IllegalStateException("GET /metrics", stop);
        }
    }

    Answer get(String path, String... headers) {
        return send("GET", path, null, headers);
    }

    Answer post(String path, String body, String... headers) {
        return send("POST", path, body, headers);
    }

    Answer send(String method, String path, @Nullable String body, String... headers) {
        try {
            var builder = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1" + path))
                    .method(
                            method,
                            body == null
                                    ? HttpRequest.BodyPublishers.noBody()
                                    : HttpRequest.BodyPublishers.ofString(body));
            if (headers.length > 0) {
                builder.headers(headers);
            }
            HttpResponse<String> response = client.send(builder.build(), HttpResponse.BodyHandlers.ofString());
            String text = response.body();
            return new Answer(
                    response.statusCode(),
                    text.startsWith("{")
                            ? JSON.readTree(text)
                            : JSON.createObjectNode().put("text", text),
                    response.headers());
        } catch (IOException gone) {
            throw new UncheckedIOException(method + " " + path, gone);
        } catch (InterruptedException stop) {
            throw new IllegalStateException(method + " " + path, stop);
        }
    }

    @Override
    public void close() {
        client.shutdownNow();
    }
}
