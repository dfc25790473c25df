package io.holdfast.agent.state;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.agent.state.RunJournal.Entry;
import io.holdfast.agent.state.RunJournal.Phase;
import io.holdfast.protocol.agent.EndCause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunJournalTest {
    @TempDir
    Path directory;

    private static Entry run(long number) {
        return new Entry(
                "vm-1",
                number,
                "a name\twith\nall sorts",
                List.of("d-1", "d-2"),
                "boot-1",
                Phase.STARTING,
                EndCause.END_CAUSE_NONE,
                "",
                false,
                0);
    }

    @Test
    void anEndedRunAndEveryOlderOneStayRefusedForEverAlsoAfterAcknowledgementAndRestart() throws IOException {
        RunJournal journal = new RunJournal(directory);
        assertThat(journal.starting(run(4))).isTrue();
        journal.ended("vm-1", 4, EndCause.END_CAUSE_CRASHED, "why = \"%&\"");
        RunJournal restarted = new RunJournal(directory);
        assertThat(restarted.unacknowledgedEnds()).singleElement().satisfies(entry -> {
            assertThat(entry.cause()).isEqualTo(EndCause.END_CAUSE_CRASHED);
            assertThat(entry.detail()).isEqualTo("why = \"%&\"");
            assertThat(entry.name()).isEqualTo("a name\twith\nall sorts");
            assertThat(entry.datastores()).containsExactly("d-1", "d-2");
        });
        restarted.acknowledged("vm-1", 4);
        RunJournal again = new RunJournal(directory);
        assertThat(again.unacknowledgedEnds()).isEmpty();
        assertThat(again.starting(run(4))).isFalse();
        assertThat(again.starting(run(3))).isFalse();
        assertThat(again.starting(run(5))).isTrue();
    }

    @Test
    void aStopThatOvertakesItsStartIsRememberedWithoutBeingReported() throws IOException {
        RunJournal journal = new RunJournal(directory);
        journal.neverStart("vm-1", 7, "boot-1");
        assertThat(journal.unacknowledgedEnds()).isEmpty();
        assertThat(new RunJournal(directory).starting(run(7))).isFalse();
    }

    @Test
    void onlyTheHighestEndIsKeptOnceAcknowledged() throws IOException {
        RunJournal journal = new RunJournal(directory);
        for (long run = 1; run <= 5; run++) {
            assertThat(journal.starting(run(run))).isTrue();
            journal.ended("vm-1", run, EndCause.END_CAUSE_COMMANDED, "");
            journal.acknowledged("vm-1", run);
        }
        assertThat(journal.entries()).hasSize(1);
        assertThat(journal.highestEnded("vm-1")).isEqualTo(5);
    }

    @Test
    void aDamagedJournalStopsTheAgentRatherThanForgetting() throws IOException {
        RunJournal journal = new RunJournal(directory);
        journal.starting(run(4));
        Path file = directory.resolve("runs");
        Files.writeString(file, Files.readString(file).replace("STARTING", "ENDED"));
        assertThatThrownBy(() -> new RunJournal(directory)).hasMessageContaining("damaged");
    }

    @Test
    void aNewEpochIsOnDiskBeforeItIsObeyedAndOlderOnesAreRefused() throws IOException {
        EpochMemory epochs = new EpochMemory(directory);
        assertThat(epochs.accept(3)).isTrue();
        assertThat(new EpochMemory(directory).highest()).isEqualTo(3);
        assertThat(epochs.accept(2)).isFalse();
        assertThat(epochs.accept(3)).isTrue();
    }

    @Test
    void aHandOverIsTriedOnceForEachTargetRunAlsoAfterARestartAndNeverOnceItIsCancelled() throws IOException {
        RunJournal journal = new RunJournal(directory);
        assertThat(journal.handOver("vm-1", 4, 5)).as("a run that isn't known").isFalse();
        journal.starting(run(4));
        assertThat(journal.handOver("vm-1", 4, 5)).isTrue();
        RunJournal restarted = new RunJournal(directory);
        assertThat(restarted.find("vm-1", 4).orElseThrow().phase()).isEqualTo(Phase.OUTGOING);
        assertThat(restarted.handOver("vm-1", 4, 5)).isFalse();
        assertThat(restarted.enter("vm-1", 4, Phase.RUNNING)).isTrue();
        assertThat(restarted.spend("vm-1", 4, 7)).isTrue();
        assertThat(restarted.handOver("vm-1", 4, 7)).isFalse();
        assertThat(new RunJournal(directory).handOver("vm-1", 4, 8)).isTrue();
        RunJournal last = new RunJournal(directory);
        last.ended("vm-1", 4, EndCause.END_CAUSE_MIGRATED, "");
        assertThat(last.handOver("vm-1", 4, 9)).as("it has ended").isFalse();
        assertThat(last.enter("vm-1", 4, Phase.RUNNING)).isFalse();
    }
}
