package io.holdfast.manager.rest;

import io.holdfast.core.Request;
import io.holdfast.core.State;
import io.holdfast.manager.Answer;
import io.holdfast.manager.BusyException;
import io.holdfast.manager.ClusterLoop;
import io.holdfast.manager.KeyReusedException;
import io.holdfast.manager.RejectedException;
import io.holdfast.manager.Submission;
import io.holdfast.manager.store.DeposedException;
import io.holdfast.manager.store.Ledger;
import io.holdfast.manager.store.OperationRecord;
import io.holdfast.manager.store.StorageException;
import io.javalin.http.Context;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The way of every write: through the cluster's loop, with its idempotency key, answered after the commit. */
public final class Writes {
    private static final int KEY_LENGTH = 200;
    private static final long TIMEOUT_SECONDS = 15;

    private final Ledger ledger;

    public Writes(Ledger ledger) {
        this.ledger = ledger;
    }

    /** What a route wants done. */
    public record Wish(
            String cause,
            Function<State, List<Request>> requests,
            Map<String, String> secrets,
            Function<State, Answer> render) {
        /** One that needs no secrets. */
        public static Wish of(String cause, Function<State, List<Request>> requests, Function<State, Answer> render) {
            return new Wish(cause, requests, Map.of(), render);
        }
    }

    /** Answers with what was answered before under the request's key; true when it did. For writes that first ask the world outside. */
    public boolean replayed(Context context) {
        String key = key(context);
        if (key == null) {
            return false;
        }
        OperationRecord earlier = ledger.operation(key).orElse(null);
        if (earlier == null) {
            return false;
        }
        if (!earlier.fingerprint().equals(fingerprint(context))) {
            throw ProblemException.about("Idempotency-Key", ProblemText.KEY_REUSED, key);
        }
        answer(context, new Answer(earlier.status(), earlier.body()));
        return true;
    }

    /**
     * Id of what a request makes that is stored before the request's answer is: the same for the same key, so that a repetition finds what a
     * manager that died in between has left.
     */
    static String id(Context context) {
        String key = key(context);
        return (key == null
                        ? UUID.randomUUID()
                        : UUID.nameUUIDFromBytes((context.path() + "\n" + key).getBytes(StandardCharsets.UTF_8)))
                .toString();
    }

    /** Submits, waits for the commit, and answers. */
    public void submit(Context context, ClusterLoop loop, Wish wish) {
        Submission submission = new Submission(
                Objects.requireNonNullElse(context.header("Holdfast-Operator"), "operator"),
                wish.cause(),
                wish.requests(),
                wish.secrets(),
                wish.render(),
                key(context),
                fingerprint(context));
        answer(context, await(loop.ask(submission), submission));
    }

    private static Answer await(CompletableFuture<Answer> future, Submission submission) {
        try {
            return future.get(TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException late) {
            throw ProblemException.of(ProblemText.TIMEOUT, Long.toString(TIMEOUT_SECONDS));
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw ProblemException.of(ProblemText.BUSY);
        } catch (ExecutionException failure) {
            throw problem(failure.getCause(), submission);
        }
    }

    private static RuntimeException problem(@Nullable Throwable cause, Submission submission) {
        return switch (cause) {
            case RejectedException rejected -> ProblemException.of(rejected.rejected());
            case DeposedException deposed -> ProblemException.of(ProblemText.NOT_LEADER, "nobody known");
            case StorageException storage -> ProblemException.of(ProblemText.OUTCOME_UNKNOWN);
            case BusyException busy -> ProblemException.of(ProblemText.BUSY);
            case KeyReusedException reused ->
                ProblemException.about(
                        "Idempotency-Key",
                        ProblemText.KEY_REUSED,
                        Objects.requireNonNullElse(submission.idempotencyKey(), ""));
            case RuntimeException other -> other;
            case null, default -> new IllegalStateException(cause);
        };
    }

    /** What to store so that the same key gets this answer again; null for a request without a key. */
    @Nullable
    OperationRecord operation(Context context, Answer answer) {
        String key = key(context);
        return key == null ? null : new OperationRecord(key, fingerprint(context), answer.status(), answer.body());
    }

    static void answer(Context context, Answer answer) {
        context.status(answer.status());
        if (!answer.body().isEmpty()) {
            context.contentType("application/json").result(answer.body());
        }
    }

    static @Nullable String key(Context context) {
        String key = context.header("Idempotency-Key");
        if (key != null && key.length() > KEY_LENGTH) {
            throw ProblemException.about("Idempotency-Key", ProblemText.KEY_LONG, Integer.toString(key.length()));
        }
        return key == null || key.isEmpty() ? null : key;
    }

    private static String fingerprint(Context context) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update((context.method() + " " + context.path() + "\n").getBytes(StandardCharsets.UTF_8));
            digest.update(context.bodyAsBytes());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException impossible) {
            throw new IllegalStateException("SHA-256 is missing in this Java runtime", impossible);
        }
    }
}
