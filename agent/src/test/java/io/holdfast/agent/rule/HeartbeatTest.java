package io.holdfast.agent.rule;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.agent.rule.Heartbeat.Answer;
import org.junit.jupiter.api.Test;

class HeartbeatTest {
    private static final long S = 1_000_000_000L;

    @Test
    void guestThatHasNeverAnsweredIsNotSilent() {
        Heartbeat guest = Heartbeat.NONE.asked(Answer.SILENT, 10 * S).asked(Answer.SILENT, 20 * S);
        assertThat(guest.answered()).isFalse();
        assertThat(guest.silentMillis(100 * S)).isZero();
    }

    @Test
    void silenceCountsFromTheFirstQuestionInARowWithoutAnAnswer() {
        Heartbeat guest = Heartbeat.NONE
                .asked(Answer.ANSWERED, 10 * S)
                .asked(Answer.SILENT, 20 * S)
                .asked(Answer.SILENT, 30 * S);
        assertThat(guest.answered()).isTrue();
        assertThat(guest.silentMillis(32 * S)).isEqualTo(12_000);
        assertThat(guest.asked(Answer.ANSWERED, 40 * S).silentMillis(50 * S)).isZero();
    }

    @Test
    void guestThatClosedItsChannelIsNotHung() {
        Heartbeat guest = Heartbeat.NONE
                .asked(Answer.ANSWERED, 10 * S)
                .asked(Answer.SILENT, 20 * S)
                .asked(Answer.CANNOT_BE_ASKED, 30 * S);
        assertThat(guest.silentMillis(1000 * S))
                .as("it reboots, or its guest agent was stopped")
                .isZero();
        assertThat(guest.answered()).isTrue();
        assertThat(guest.asked(Answer.SILENT, 40 * S).silentMillis(41 * S)).isEqualTo(1000);
    }
}
