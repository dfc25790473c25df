package io.holdfast.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * One trial of each fault of {@code lab bench management}: nothing acknowledged is lost, nobody acts beside the leader, one node has the VIP, and
 * writes go on in time. What the faults are and their limits: {@link ManagementTrouble}.
 */
@ExtendWith(PairLab.class)
final class PairFaultTest {

    /** The limits are for a machine that does nothing else; here two cores carry three nodes, two hosts and their guests. */
    private static final long AIR_MILLIS = 2_000;

    private static final long VIP_LIMIT_MILLIS = 3_000;

    /** Those that take a minute (a host besides, all power) are left to the bench, and to FullCrashTest. */
    static Stream<ManagementTrouble> troubles() {
        return ManagementTrouble.all().stream()
                .filter(trouble -> !trouble.takesThePairDown() && trouble != ManagementTrouble.NODE_AND_HOST);
    }

    @ParameterizedTest
    @MethodSource("troubles")
    void nothingIsLostOneLeadsAndWritesGoOn(ManagementTrouble trouble) {
        ManagementResult result = PairLab.after(trouble);
        System.out.println(trouble.word() + ": " + result);

        assertThat(result.lost()).as("acknowledged writes that a node lacks").isEmpty();
        assertThat(result.twoLeaders()).as("signs of two leaders").isZero();
        assertThat(result.nextAckMillis())
                .as("pause of writes")
                .isLessThanOrEqualTo(trouble.limitMillis() + AIR_MILLIS);
        assertThat(result.vipMillis())
                .as("the VIP is on one node again: %s", result.story())
                .isLessThanOrEqualTo(
                        trouble == ManagementTrouble.CUT_OFF_PEER
                                ? trouble.limitMillis()
                                : VIP_LIMIT_MILLIS + AIR_MILLIS);
    }
}
