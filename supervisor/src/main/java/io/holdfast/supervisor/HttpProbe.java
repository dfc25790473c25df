package io.holdfast.supervisor;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/** GET and POST with one time limit for everything, the body included. */
final class HttpProbe {

    /** An answer, or the reason why there is none. */
    sealed interface Result {
        record Answer(int status, String body) implements Result {}

        record Refused(String why) implements Result {}

        record Silent(Duration timeLimit) implements Result {}
    }

    static {
        // Read once, when the client is made for the first time: whether a request may say "Connection: close".
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "connection");
    }

    private final HttpClient client;

    HttpProbe() {
        this.client = builder().build();
    }

    /** For peers that must show a certificate, and want to see one. */
    HttpProbe(SSLContext context) {
        this.client = builder().sslContext(context).build();
    }

    private static HttpClient.Builder builder() {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .executor(Executors.newVirtualThreadPerTaskExecutor());
    }

    Result get(URI address, Duration timeLimit) throws InterruptedException {
        return ask(address, HttpRequest.newBuilder(address), timeLimit);
    }

    /** POST of that JSON, with an idempotency key of its own. */
    Result post(URI address, String json, Duration timeLimit) throws InterruptedException {
        return ask(
                address,
                HttpRequest.newBuilder(address)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", UUID.randomUUID().toString())
                        .POST(HttpRequest.BodyPublishers.ofString(json)),
                timeLimit);
    }

    private Result ask(URI address, HttpRequest.Builder asked, Duration timeLimit) throws InterruptedException {
        asked.timeout(timeLimit);
        if ("http".equals(address.getScheme())) {
            // On a connection of its own: one that is kept answers long after the listener has died, and clients find
            // nobody.
            asked.header("Connection", "close");
        }
        HttpRequest request = asked.build();
        CompletableFuture<HttpResponse<String>> answer =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
        try {
            HttpResponse<String> response = answer.get(timeLimit.toMillis(), TimeUnit.MILLISECONDS);
            return new Result.Answer(response.statusCode(), response.body());
        } catch (TimeoutException e) {
            answer.cancel(true);
            return new Result.Silent(timeLimit);
        } catch (ExecutionException e) {
            return e.getCause() instanceof HttpTimeoutException
                    ? new Result.Silent(timeLimit)
                    : new Result.Refused(String.valueOf(
                            e.getCause() instanceof IOException io && io.getMessage() != null
                                    ? io.getMessage()
                                    : e.getCause()));
        }
    }
}
