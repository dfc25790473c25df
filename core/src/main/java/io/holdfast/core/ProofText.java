package io.holdfast.core;

import io.holdfast.core.isolation.Proof;
import io.holdfast.core.text.Message;
import java.util.List;

/** A proof in one phrase, for the timeline. */
final class ProofText {
    private ProofText() {}

    static String english(Turn turn, Proof proof) {
        return switch (proof) {
            case Proof.PoweredOff off ->
                (off.how() == Proof.PoweredOff.How.AFTER_COMMAND
                                ? Message.RUNG_POWER_OFF_CONFIRMED
                                : Message.RUNG_POWER_OFF_READ)
                        .english();
            case Proof.LeaseExpired expired ->
                Message.RUNG_LEASE_EXPIRED.english(List.of(
                        turn.name(expired.datastore()),
                        String.valueOf(expired.unchangedMillis()),
                        String.valueOf(expired.boundMillis()),
                        turn.name(expired.observer())));
            case Proof.ProcessEnded ended -> processEnded(turn, ended);
            case Proof.LockedOut locked -> locked.method();
            case Proof.OperatorConfirmed confirmed ->
                Message.RUNG_OPERATOR.english(List.of(confirmed.actor(), confirmed.reason()));
        };
    }

    private static String processEnded(Turn turn, Proof.ProcessEnded ended) {
        return switch (ended.how()) {
            case NEW_BOOT -> Message.RUNG_NEW_BOOT.english();
            case REPORT, LEASE_SLOT, START_REFUSED, NEW_GENERATION ->
                Message.RUNG_PROCESS_ENDED.english(List.of(turn.name(ended.vm()), String.valueOf(ended.run())));
        };
    }
}
