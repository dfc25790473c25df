package io.holdfast.manager.lead;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Asks the supervisor of this node for its status, now and then; for people and for the check before a switch-over, never to decide who leads. */
public final class SupervisorWatch implements Supplier<SupervisorWatch.Sight>, AutoCloseable {
    /** How often it should be asked. */
    public static final Duration EVERY = Duration.ofMillis(500);

    private static final Duration TIME_LIMIT = Duration.ofMillis(800);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final URI address;
    private final LongSupplier wallMillis;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(TIME_LIMIT)
            .build();
    private volatile @Nullable Thread thread;
    private volatile Sight sight = new Sight(null, 0, "not asked yet");

    /**
     * What was last heard.
     *
     * @param document the supervisor's document, or null: it did not answer the last time
     * @param seenWallMillis of the last answer; 0: never
     * @param why there is no answer; empty when there is
     */
    public record Sight(@Nullable JsonNode document, long seenWallMillis, String why) {}

    /** A single manager has no supervisor. */
    public static final Sight NONE = new Sight(null, 0, "");

    /** @param supervisor such as {@code http://127.0.0.1:7431} */
    public SupervisorWatch(URI supervisor, LongSupplier wallMillis) {
        this.address = supervisor.resolve("/v1/status");
        this.wallMillis = wallMillis;
    }

    /** Asks on a thread of its own from now on. */
    public void start() {
        thread = Thread.ofVirtual().name("supervisor-watch").start(() -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    ask();
                    Thread.sleep(EVERY);
                }
            } catch (InterruptedException stop) {
                Thread.currentThread().interrupt();
            }
        });
    }

    @Override
    public void close() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
        client.shutdownNow();
    }

    /** Asks once; blocks for up to a second. */
    public void ask() {
        HttpRequest request =
                HttpRequest.newBuilder(address).timeout(TIME_LIMIT).GET().build();
        try {
            HttpResponse<String> response = client.sendAsync(request, HttpResponse.BodyHandlers.ofString())
                    .get(TIME_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
            sight = response.statusCode() == 200
                    ? new Sight(JSON.readTree(response.body()), wallMillis.getAsLong(), "")
                    : silent("HTTP " + response.statusCode());
        } catch (ExecutionException | JsonProcessingException failure) {
            Throwable cause = failure.getCause() instanceof IOException io ? io : failure;
            sight = silent(String.valueOf(cause.getMessage()));
        } catch (TimeoutException late) {
            sight = silent("no answer within " + TIME_LIMIT.toMillis() + " ms");
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private Sight silent(String why) {
        return new Sight(null, sight.seenWallMillis(), why);
    }

    /** The last answer. */
    @Override
    public Sight get() {
        return sight;
    }
}
