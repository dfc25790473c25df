package io.holdfast.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class EpochCheckTest {

    @Test
    void readsAcceptedAndRefusedCommandsFromAnAgentsLog(@TempDir Path folder) throws IOException {
        Path log = folder.resolve("agent.log");
        Files.writeString(log, """
                12:00:00.000 [x] INFO CommandDesk - command START_VM of epoch 3 accepted
                12:00:01.000 [x] INFO Agent - something else
                12:00:02.000 [x] INFO CommandDesk - command STOP_VM of epoch 4 accepted
                12:00:03.000 [x] WARN CommandDesk - command START_VM of epoch 3 refused: a manager of epoch 4 leads now
                """);

        assertThat(EpochCheck.accepted(log))
                .containsExactly(new EpochCheck.Told("START_VM", 3), new EpochCheck.Told("STOP_VM", 4));
        assertThat(EpochCheck.refused(log)).containsExactly(new EpochCheck.Told("START_VM", 3));
        assertThat(EpochCheck.accepted(folder.resolve("missing"))).isEmpty();
    }

    @Test
    void anEpochBelowOneBeforeItIsASignOfTwoLeaders() {
        assertThat(EpochCheck.falls(List.of(1L, 1L, 2L, 5L))).isZero();
        assertThat(EpochCheck.falls(List.of(1L, 3L, 2L, 3L, 1L))).isEqualTo(2);
    }
}
