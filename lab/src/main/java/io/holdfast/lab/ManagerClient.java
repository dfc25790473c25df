package io.holdfast.lab;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** The manager's REST interface (openapi.yaml), as any client sees it. */
public final class ManagerClient {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration LIMIT = Duration.ofSeconds(40);
    /** A question to a pair whose active node has just died is asked again soon. */
    private static final Duration ASK_LIMIT = Duration.ofSeconds(3);

    private static final Duration LEADERLESS_LIMIT = Duration.ofSeconds(8);

    private final URI base;
    private final HttpClient http;

    ManagerClient(String address) {
        this.base = URI.create("http://" + address + ":" + ManagerNode.REST_PORT + "/api/v1");
        this.http = HttpClient.newBuilder()
                .connectTimeout(Duration.ofSeconds(2))
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /** GET. @throws LabException when the manager can't be reached or refuses; the message is its own */
    public JsonNode get(String path) {
        return send("GET", path, Optional.empty());
    }

    /** POST of that JSON. @throws LabException as for {@link #get} */
    public JsonNode post(String path, Map<String, ?> body) {
        return send("POST", path, Optional.of(body));
    }

    /** PATCH with that JSON. @throws LabException as for {@link #get} */
    public JsonNode patch(String path, Map<String, ?> body) {
        return send("PATCH", path, Optional.of(body));
    }

    /** True when the manager answers. */
    public boolean answers() {
        try {
            get("/status");
            return true;
        } catch (LabException notYet) {
            return false;
        }
    }

    /** The elements of a list. */
    public List<JsonNode> items(String path) {
        List<JsonNode> items = new ArrayList<>();
        get(path).path("items").forEach(items::add);
        return items;
    }

    /** A VM by its name. */
    public JsonNode vm(String name) {
        return get("/vms/" + name);
    }

    /** A host by its name. */
    public JsonNode host(String name) {
        return get("/hosts/" + name);
    }

    private JsonNode send(String method, String path, Optional<Map<String, ?>> body) {
        String asked = method + " " + path;
        try {
            HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                    .timeout(method.equals("GET") ? ASK_LIMIT : LIMIT)
                    .header("Accept-Language", "en");
            if (body.isPresent()) {
                request.header("Content-Type", "application/json")
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .method(method, HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body.get())));
            } else {
                request.method(method, HttpRequest.BodyPublishers.noBody());
            }
            HttpResponse<String> response = answered(request.build());
            if (response.statusCode() >= 300) {
                throw new LabException("the manager answered " + asked + " with " + response.statusCode() + ": "
                        + detail(response.body()));
            }
            return response.body().isBlank() ? JSON.createObjectNode() : JSON.readTree(response.body());
        } catch (IOException e) {
            throw new LabException("the manager does not answer " + asked + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted while " + asked + " was sent", e);
        }
    }

    /** A node that doesn't lead says so; whoever does answers soon, and the key makes a repetition harmless. */
    private HttpResponse<String> answered(HttpRequest request) throws IOException, InterruptedException {
        long until = System.nanoTime() + LEADERLESS_LIMIT.toNanos();
        while (true) {
            HttpResponse<String> response = sent(request);
            if (response.statusCode() != 503 || System.nanoTime() > until) {
                return response;
            }
            Thread.sleep(100);
        }
    }

    /** Once more when the connection was one to a node that has the VIP no more. */
    private HttpResponse<String> sent(HttpRequest request) throws IOException, InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (HttpTimeoutException late) {
            throw late;
        } catch (IOException stale) {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    private static String detail(String body) {
        try {
            JsonNode problem = JSON.readTree(body);
            String field = problem.path("field").asText("");
            return problem.path("detail").asText(body)
                    + (field.isEmpty() || field.equals("null") ? "" : " (field " + field + ")");
        } catch (JsonProcessingException plain) {
            return body;
        }
    }
}
