package io.holdfast.agent.vm;

import io.holdfast.protocol.agent.CommandResult;
import io.holdfast.protocol.agent.Outcome;

/** Results of commands in the words of the agent contract. A message says what was asked, what is wrong, what to do. */
public final class Results {
    private Results() {}

    public static CommandResult done(String operationId) {
        return CommandResult.newBuilder()
                .setOperationId(operationId)
                .setOutcome(Outcome.DONE)
                .build();
    }

    public static CommandResult refused(String operationId, String reasonCode, String message) {
        return CommandResult.newBuilder()
                .setOperationId(operationId)
                .setOutcome(Outcome.REFUSED)
                .setReasonCode(reasonCode)
                .setMessage(message)
                .build();
    }

    public static CommandResult failed(String operationId, String message) {
        return CommandResult.newBuilder()
                .setOperationId(operationId)
                .setOutcome(Outcome.FAILED)
                .setReasonCode("failed")
                .setMessage(message)
                .build();
    }
}
