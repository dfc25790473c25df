package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import org.jspecify.annotations.Nullable;

/**
 * A client of the management API ({@code /api/v1}, see the manager's {@code openapi.yaml}); also used by the lab.
 *
 * <p>Answers come back as the server's text, so that {@code --json} can print them unchanged. Every method throws
 * {@link ApiException} when the server cannot be reached or answers with a problem. Writes carry an idempotency key.
 */
public final class ApiClient implements AutoCloseable {

    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** Adding a datastore asks every host; nothing else takes longer. */
    private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(60);

    private static final int FIRST_ERROR_STATUS = 400;

    private final URI server;
    private final String language;
    private final HttpClient http;

    /** @param server scheme, host and port, for example {@code http://127.0.0.1:7480}
     * @param language {@code en} or {@code zh}: in which errors are told */
    public ApiClient(URI server, String language) {
        this.server = server;
        this.language = language;
        HttpClient.Builder builder =
                HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).version(HttpClient.Version.HTTP_1_1);
        if (!"https".equals(server.getScheme())) {
            builder.sslContext(withoutTrust());
        }
        this.http = builder.build();
    }

    /** Joins path segments, each encoded: {@code path("hosts", "a b")} is {@code /hosts/a%20b}. */
    public static String path(String... segments) {
        return Stream.of(segments).map(segment -> "/" + encode(segment)).collect(Collectors.joining());
    }

    /** Appends query parameters to a path; those with an empty value are left out. */
    public static String query(String path, Map<String, String> parameters) {
        String query = parameters.entrySet().stream()
                .filter(parameter -> !parameter.getValue().isEmpty())
                .map(parameter -> parameter.getKey() + "=" + encode(parameter.getValue()))
                .collect(Collectors.joining("&"));
        return query.isEmpty() ? path : path + "?" + query;
    }

    /** The body of the answer. */
    public String get(String path) {
        return send("GET", path, null);
    }

    /** The body of the answer, read. */
    public JsonNode read(String path) {
        return Json.parse(get(path));
    }

    /** Posts a body ({@code null}: none); the body of the answer. */
    public String post(String path, @Nullable JsonNode body) {
        return send("POST", path, body);
    }

    /** Replaces what is at the path; the body of the answer. */
    public String put(String path, JsonNode body) {
        return send("PUT", path, body);
    }

    /** Changes what is at the path; the body of the answer. */
    public String patch(String path, JsonNode body) {
        return send("PATCH", path, body);
    }

    /** Removes what is at the path. */
    public void delete(String path) {
        send("DELETE", path, null);
    }

    /**
     * Reads the event stream until the server ends it or {@code goOn} says no after an event.
     *
     * @param lastEventId where to go on; empty begins with a snapshot
     */
    public void events(String lastEventId, BooleanSupplier goOn, ServerSentEvents.Handler handler) {
        HttpRequest.Builder request = request("/events/stream").header("Accept", "text/event-stream");
        if (!lastEventId.isEmpty()) {
            request.header("Last-Event-ID", lastEventId);
        }
        try {
            HttpResponse<Stream<String>> response = http.send(request.build(), BodyHandlers.ofLines());
            try (Stream<String> lines = response.body()) {
                if (response.statusCode() >= FIRST_ERROR_STATUS) {
                    String body = lines.collect(Collectors.joining("\n"));
                    throw ApiException.refused(Problem.of(response.statusCode(), body));
                }
                ServerSentEvents.read(lines.iterator(), goOn, handler);
            }
        } catch (IOException | UncheckedIOException lost) {
            throw ApiException.unreachable(server, lost);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        http.shutdownNow();
    }

    private String send(String method, String path, @Nullable JsonNode body) {
        HttpRequest.Builder request = request(path).timeout(ANSWER_TIMEOUT);
        if (!method.equals("GET")) {
            request.header("Idempotency-Key", UUID.randomUUID().toString());
        }
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json");
            request.method(method, BodyPublishers.ofString(body.toString()));
        }
        try {
            HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (response.statusCode() >= FIRST_ERROR_STATUS) {
                throw ApiException.refused(Problem.of(response.statusCode(), response.body()));
            }
            return response.body();
        } catch (IOException unreachable) {
            throw ApiException.unreachable(server, unreachable);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw ApiException.unreachable(server, interrupted);
        }
    }

    /** Trusts nobody: for plain HTTP, where reading the machine's certificate authorities would only cost start time. */
    private static SSLContext withoutTrust() {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, new TrustManager[0], null);
            return context;
        } catch (GeneralSecurityException impossible) {
            throw new IllegalStateException("this JDK has no TLS", impossible);
        }
    }

    private HttpRequest.Builder request(String path) {
        String base = server.toString();
        String stripped = base.endsWith("/") ? base.substring(0, base.length() - 1) : base;
        return HttpRequest.newBuilder(URI.create(stripped + "/api/v1" + path)).header("Accept-Language", language);
    }

    private static String encode(String segment) {
        return URLEncoder.encode(segment, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
