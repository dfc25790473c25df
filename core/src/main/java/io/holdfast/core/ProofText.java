package io.holdfast.core;

import io.holdfast.core.isolation.Proof;
import io.holdfast.core.text.Message;
import java.util.List;

/** A proof in one phrase, for people. */
record ProofText(Message message, List<String> arguments) {
    static ProofText of(Turn turn, Proof proof) {
        return switch (proof) {
            case Proof.PoweredOff off ->
                new ProofText(
                        off.how() == Proof.PoweredOff.How.AFTER_COMMAND
                                ? Message.RUNG_POWER_OFF_CONFIRMED
                                : Message.RUNG_POWER_OFF_READ,
                        List.of());
            case Proof.LeaseExpired expired ->
                new ProofText(
                        Message.RUNG_LEASE_EXPIRED,
                        List.of(
                                turn.name(expired.datastore()),
                                String.valueOf(expired.unchangedMillis()),
                                String.valueOf(expired.boundMillis()),
                                turn.name(expired.observer())));
            case Proof.ProcessEnded ended -> processEnded(turn, ended);
            case Proof.LockedOut locked ->
                new ProofText(Message.RUNG_LOCKED_OUT, List.of(turn.name(locked.datastore()), locked.method()));
            case Proof.OperatorConfirmed confirmed ->
                new ProofText(Message.RUNG_OPERATOR, List.of(confirmed.actor(), confirmed.reason()));
        };
    }

    private static ProofText processEnded(Turn turn, Proof.ProcessEnded ended) {
        List<String> run = List.of(turn.name(ended.vm()), String.valueOf(ended.run()));
        return switch (ended.how()) {
            case NEW_BOOT -> new ProofText(Message.RUNG_NEW_BOOT, List.of());
            case NEW_GENERATION -> new ProofText(Message.RUNG_NEW_GENERATION, run);
            case LEASE_SLOT -> new ProofText(Message.RUNG_SLOT_ENDED, run);
            case START_REFUSED -> new ProofText(Message.RUNG_START_REFUSED, run);
            case REPORT -> new ProofText(Message.RUNG_PROCESS_ENDED, run);
        };
    }

    String english() {
        return message.english(arguments);
    }
}
