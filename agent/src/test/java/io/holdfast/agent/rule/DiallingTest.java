package io.holdfast.agent.rule;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class DiallingTest {
    private static final String ONE = "10.0.0.1:7443";
    private static final String TWO = "10.0.0.2:7443";
    private static final String NOBODY = "10.9.9.9:7443";

    private static Dialling configured(String... managers) {
        return Dialling.begin(List.of(managers), List.of(), List.of());
    }

    /** As after a restart of the agent, with what is on its disk. */
    private static Dialling restarted(Dialling before) {
        return Dialling.begin(before.configured(), before.told(), before.proven());
    }

    @Test
    void aLongerListIsDialledAtOnceAndTheManagerThatToldItStays() {
        Dialling dialling = configured(ONE).tell(List.of(ONE, TWO)).greetedByLeader(ONE, 5);
        assertThat(dialling.addresses()).containsExactly(ONE, TWO);
        assertThat(restarted(dialling).addresses()).containsExactlyInAnyOrder(ONE, TWO);
    }

    @Test
    void aShorterListCountsAloneOnceTheLeaderHasGreetedThere() {
        Dialling pair = configured(ONE).tell(List.of(ONE, TWO)).greetedByLeader(ONE, 5);
        Dialling told = pair.tell(List.of(TWO));
        assertThat(told.addresses()).containsExactlyInAnyOrder(ONE, TWO);
        Dialling single = told.greetedByLeader(TWO, 9);
        assertThat(single.addresses()).containsExactly(TWO);
        assertThat(restarted(single).greetedByLeader(TWO, 11).addresses()).containsExactly(TWO);
    }

    @Test
    void anEmptyOrBrokenListIsNotTaken() {
        Dialling dialling = configured(ONE).tell(List.of(ONE, TWO)).greetedByLeader(ONE, 5);
        for (List<String> broken : List.of(
                List.<String>of(),
                List.of("10.0.0.2"),
                List.of(TWO, "nonsense:x"),
                List.of("a b:1"),
                List.of(":7443"))) {
            assertThat(dialling.tell(broken)).as("%s", broken).isEqualTo(dialling);
        }
    }

    @Test
    void aListThatNamesNobodyReachableNeverCostsTheLastWorkingManager() {
        Dialling single = configured(ONE).tell(List.of(TWO)).greetedByLeader(TWO, 5);
        Dialling lost = single.tell(List.of(NOBODY)).greetedByLeader(TWO, 7);
        assertThat(lost.addresses()).contains(TWO);
        assertThat(restarted(lost).addresses())
                .as("the configured one may be gone for long: the proven one is dialled after a restart too")
                .contains(TWO, NOBODY, ONE);
    }

    @Test
    void whenNoneOfTheListIsLinkedForLongTheConfiguredOnesAreDialledAgain() {
        Dialling single = configured(ONE).tell(List.of(TWO)).greetedByLeader(TWO, 0);
        long almost = Dialling.SILENCE_NANOS;
        assertThat(single.linked(List.of(), almost).addresses()).containsExactly(TWO);
        Dialling silent = single.linked(List.of(), almost + 1);
        assertThat(silent.addresses()).containsExactly(TWO, ONE);
        assertThat(single.linked(List.of(TWO), almost)
                        .linked(List.of(), almost + 1)
                        .addresses())
                .containsExactly(TWO);
        assertThat(silent.greetedByLeader(TWO, almost + 9).addresses()).containsExactly(TWO);
    }

    @Test
    void withoutAListTheConfiguredOnesAreDialled() {
        assertThat(configured(ONE, TWO)
                        .greetedByLeader(ONE, 5)
                        .linked(List.of(), Long.MAX_VALUE)
                        .addresses())
                .containsExactly(ONE, TWO);
    }
}
