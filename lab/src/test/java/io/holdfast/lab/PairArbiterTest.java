package io.holdfast.lab;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** The arbiter's machine, on which no agent runs, loses its power under writes: a host stands in for it until it is back, and nobody does anything. */
@ExtendWith(PairLab.class)
final class PairArbiterTest {

    private static final long LOOK_MILLIS = 100;
    private static final long LIMIT_MILLIS = 120_000;
    /** Far above every limit: what goes on later than this needed somebody's hand. */
    private static final long GOES_ON_MILLIS = 15_000;

    @Test
    void aHostStandsInForTheArbitersMachineAndGivesWayWhenItIsBack() {
        ManagementPair pair = PairLab.pair();
        ManagementTrial trial = PairLab.trial();
        pair.awaitWell(LIMIT_MILLIS);
        trial.awaitWrites(Clock.bootNanos());

        long cut = pair.arbiter().powerCut();
        until(() -> running().size() == 1
                && said("/management/arbiter").path("kind").asText().equals("host")
                && said("/management/arbiter").path("running").asBoolean()
                && said("/management/arbiter").path("counted").asBoolean()
                && said("/management").path("alarms").isEmpty()
                && pair.nodes().stream().allMatch(ManagementPair::inSync));
        say("its machine's power cut, its vote is on a host", cut);
        JsonNode standsIn = said("/management/arbiter");
        assertThat(standsIn.path("home").asText()).isEqualTo(pair.arbiter().address());
        assertThat(standsIn.path("from").asText()).isEqualTo(pair.arbiter().address());
        assertThat(running()).containsExactly(standsIn.path("host").asText());

        long back = Clock.bootNanos();
        pair.arbiter().powerOn();
        until(() -> running().isEmpty()
                && said("/management/arbiter").path("kind").asText().equals("machine")
                && pair.well());
        say("its machine's power is back, the host's is ended", back);
        trial.awaitWrites(Clock.bootNanos());
        long end = Clock.bootNanos();
        System.out.println(
                "longest pauses of writes: " + trial.writes().pauses().longestMillis(cut, back) + " ms, "
                        + trial.writes().pauses().longestMillis(back, end) + " ms");
        assertThat(trial.lost()).as("acknowledged writes that a node lacks").isEmpty();
        assertThat(trial.writes().pauses().longestMillis(cut, end))
                .as("pause of writes")
                .isLessThanOrEqualTo(GOES_ON_MILLIS);
        assertThat(PairLab.lab().client().get("/events?cluster=default").toString())
                .contains(
                        "a machine without an agent, where its vote was missing", "is counted again; the one on host");
    }

    /** The hosts on which an arbiter runs. */
    private static List<String> running() {
        return PairLab.lab().hosts().stream()
                .filter(host -> host.arbiter().isPresent())
                .map(LabHost::name)
                .toList();
    }

    /** Nothing while nobody answers. */
    private static JsonNode said(String path) {
        try {
            return PairLab.lab().client().get(path);
        } catch (LabException silent) {
            return MissingNode.getInstance();
        }
    }

    private static void until(BooleanSupplier condition) {
        Waiting.until(
                condition,
                LOOK_MILLIS,
                LIMIT_MILLIS,
                () -> said("/management/arbiter") + "; "
                        + PairLab.pair().nodes().stream()
                                .map(ManagementMachine::supervisorStatus)
                                .toList());
    }

    private static void say(String what, long sinceNanos) {
        System.out.printf("%s: %.1f s%n", what, (Clock.bootNanos() - sinceNanos) / 1e9);
    }
}
