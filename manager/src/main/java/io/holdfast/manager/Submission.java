package io.holdfast.manager;

import io.holdfast.core.Request;
import io.holdfast.core.State;
import io.holdfast.manager.store.OperationRecord;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Something asked of the core by a person or a program.
 *
 * @param actor in whose name
 * @param cause what it is called in the journal
 * @param requests made from the state at its turn, so that a change of one field rests on what is there then; they take effect together or not at all
 * @param secrets to be stored in the same transaction
 * @param render makes the answer from the state that it led to
 * @param idempotencyKey null: none
 * @param fingerprint of the whole request, for the key
 */
public record Submission(
        String actor,
        String cause,
        Function<State, List<Request>> requests,
        Map<String, String> secrets,
        Function<State, Answer> render,
        @Nullable String idempotencyKey,
        String fingerprint) {
    /**
     * The answer that was given under the same key.
     *
     * @throws KeyReusedException the key was used for another request
     */
    Answer replay(OperationRecord earlier) {
        if (!earlier.fingerprint().equals(fingerprint)) {
            throw new KeyReusedException(earlier.key());
        }
        return new Answer(earlier.status(), earlier.body());
    }
}
