package io.holdfast.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One trial of each fault of {@code lab bench management}: nothing acknowledged is lost, nobody acts beside the leader, one node has the VIP, and
 * writes go on. What the faults are: {@link ManagementTrouble}, whose limits are the bench's to measure, on a machine that does nothing else.
 */
@ExtendWith(PairLab.class)
final class PairFaultTest {

    /** Far above every limit: what goes on later than this needed somebody's hand, or the next fault's. */
    private static final long GOES_ON_MILLIS = 15_000;

    /** Those that take a minute (a host besides, all power) are left to the bench, and to FullCrashTest. */
    static Stream<ManagementTrouble> troubles() {
        return ManagementTrouble.all().stream().filter(trouble -> !trouble.takesThePairDown() && !trouble.takesAHost());
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void nothingIsLostOneLeadsAndWritesGoOn(ManagementTrouble trouble) {
        ManagementResult result = PairLab.after(trouble);
        System.out.println(trouble.word() + ": " + result);

        assertThat(result.lost()).as("acknowledged writes that a node lacks").isEmpty();
        assertThat(result.twoLeaders()).as("signs of two leaders").isZero();
        assertThat(result.nextAckMillis()).as("pause of writes").isLessThanOrEqualTo(GOES_ON_MILLIS);
        assertThat(result.story()).as("in the end one node has the VIP").matches("|(.*, )?\\d+ ms mgmt[12]");
    }
}
