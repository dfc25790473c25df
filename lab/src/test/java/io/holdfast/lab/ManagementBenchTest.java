package io.holdfast.lab;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class ManagementBenchTest {

    @Test
    void writesTheFourFieldsThatWereAgreed() {
        ManagementResult result = new ManagementResult(
                1_250, 1_300, 700, Optional.empty(), Optional.empty(), List.of("bench-1 on mgmt1"), 0, 1.5, "");

        assertThat(ManagementBench.json(List.of(result, result)))
                .containsEntry("trials", 2)
                .containsEntry("nextAckMillis", List.of(1_250L, 1_250L))
                .containsEntry("lostWrites", 2)
                .containsEntry("twoLeaders", 0);
    }

    @Test
    void everyTroubleIsReadBackFromItsName() {
        for (ManagementTrouble trouble : ManagementTrouble.all()) {
            assertThat(ManagementTrouble.named(trouble.word())).isEqualTo(trouble);
        }
        assertThatThrownBy(() -> ManagementTrouble.named("earthquake")).hasMessageContaining("power-cut");
    }
}
