package io.holdfast.supervisor.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.supervisor.setup.SetupProblem.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What is refused before anything is changed, each with its remedy. */
class SetupCheckTest {

    private static final SetupRequest REQUEST = request("10.0.0.10/24", "10.0.0.12", "10.0.0.13");
    private static final SetupCheck.Skews NO_SKEW = new SetupCheck.Skews(Duration.ZERO, Duration.ZERO);

    private static SetupRequest request(String vip, String peer, String arbiter) {
        return new SetupRequest(peer, "code", vip, arbiter, "code", "", Optional.empty());
    }

    private static Map<String, String> good(String name, String address) {
        Map<String, String> map = new TreeMap<>(new NodeFacts(
                        name, address, "eth0", 24, "0.1.0", 0, 2L << 30, List.of(), List.of(), List.of(), 0, "", false)
                .toMap());
        return map;
    }

    private static NodeFacts facts(String name, String address) {
        return NodeFacts.of(good(name, address));
    }

    private static NodeFacts secondWith(String key, String value) {
        Map<String, String> map = good("mn2", "10.0.0.12");
        map.put(key, value);
        return NodeFacts.of(map);
    }

    private static List<Refusal> refusals(SetupRequest request, NodeFacts second, SetupCheck.Skews skews) {
        return SetupCheck.refusals(
                request,
                new SetupCheck.Found(
                        facts("mn1", "10.0.0.11"), second, Optional.of(facts("host3", "10.0.0.13")), skews));
    }

    @Test
    void nothingSpeaksAgainstThreeGoodMachines() {
        assertThat(refusals(REQUEST, facts("mn2", "10.0.0.12"), NO_SKEW)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "version, 0.0.9, VERSION, same version",
        "name, mn1, SAME_NAME, node.name",
        "interface, '', NO_ADDRESS, management network",
        "free-bytes, 1000000, DISK, Make room",
        "missing, 'keepalived mariadb-backup', PROGRAMS, debian-packages",
        "busy-ports, '3306 4567', PORTS, '3306, 4567'",
        "databases, wordpress, DATABASES, wordpress",
        "managed-hosts, 4, MANAGES_HOSTS, fresh machine",
        "vip-answers, 02:00:00:00:00:01, VIP_IN_USE, Choose a free one",
        "remains, true, REMAINS, holdfast-supervisor undo"
    })
    void aSecondNodeThatWontDoIsRefusedWithTheRemedy(String key, String value, SetupProblem problem, String remedy) {
        assertThat(refusals(REQUEST, secondWith(key, value), NO_SKEW)).anySatisfy(refusal -> {
            assertThat(refusal.problem()).isEqualTo(problem);
            assertThat(refusal.english()).contains(remedy).doesNotContain("{");
            assertThat(refusal.chinese()).doesNotContain("{");
        });
    }

    @Test
    void clocksMayDifferByFiveSecondsAndNoMore() {
        NodeFacts second = facts("mn2", "10.0.0.12");
        assertThat(refusals(REQUEST, second, new SetupCheck.Skews(Duration.ofMillis(-5000), Duration.ZERO)))
                .isEmpty();
        assertThat(refusals(REQUEST, second, new SetupCheck.Skews(Duration.ofMillis(-5001), Duration.ZERO)))
                .extracting(Refusal::problem)
                .containsExactly(SetupProblem.CLOCK_SKEW);
        assertThat(refusals(REQUEST, second, new SetupCheck.Skews(Duration.ZERO, Duration.ofSeconds(60))))
                .extracting(Refusal::problem)
                .containsExactly(SetupProblem.CLOCK_SKEW);
    }

    @Test
    void allThatIsWrongIsToldAtOnce() {
        Map<String, String> map = good("mn2", "10.0.0.12");
        map.put("version", "0.2.0");
        map.put("managed-hosts", "1");
        assertThat(refusals(REQUEST, NodeFacts.of(map), NO_SKEW)).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.10/24, 10.0.0.11, 10.0.0.13, same address",
        "10.0.0.10/24, 10.0.0.12, 10.0.0.11, third machine",
        "10.0.0.10/24, 10.0.0.12, 10.0.0.12, third machine",
        "10.0.0.12/24, 10.0.0.12, 10.0.0.13, virtual IP is the address",
        "10.0.0.13/24, 10.0.0.12, 10.0.0.13, virtual IP is the address",
        "10.0.0.10, 10.0.0.12, 10.0.0.13, ADDRESS/LENGTH",
        "10.0.0.10/99, 10.0.0.12, 10.0.0.13, 8 to 32",
        "10.0.0.10/24, mn2, 10.0.0.13, IPv4"
    })
    void addressesThatCannotBeAreRefusedBeforeAnybodyIsAsked(String vip, String peer, String arbiter, String reason) {
        assertThat(SetupCheck.ofAddresses(request(vip, peer, arbiter), "10.0.0.11"))
                .anySatisfy(refusal -> assertThat(refusal.english()).containsIgnoringCase(reason));
    }

    @ParameterizedTest
    @CsvSource({"10.0.1.10/24", "10.0.0.10/16", "10.0.0.10/25"})
    void aVipOutsideTheManagementNetworkIsRefused(String vip) {
        assertThat(refusals(request(vip, "10.0.0.12", "10.0.0.13"), facts("mn2", "10.0.0.12"), NO_SKEW))
                .extracting(Refusal::problem)
                .contains(SetupProblem.VIP_NETWORK);
    }

    @ParameterizedTest
    @EnumSource(SetupProblem.class)
    void everyProblemSpeaksBothLanguages(SetupProblem problem) {
        assertThat(problem.english(List.of())).matches("(?s).*[.}]");
        assertThat(problem.chinese(List.of())).containsPattern("\\p{IsHan}|\\{0}");
    }

    @Test
    void aCodeIsTakenAsPrintedAndNothingElse() {
        JoinCode code = new JoinCode("0123456789abcdef", "0123456789abcdef0123456789abcdef");
        assertThat(JoinCode.parse(" " + code.toString().toUpperCase(Locale.ROOT) + "\n"))
                .isEqualTo(code);
        for (String wrong : List.of("", "0123", code + "0", code.toString().replace('-', '_'))) {
            assertThatThrownBy(() -> JoinCode.parse(wrong)).hasMessageContaining("holdfast-supervisor join");
        }
    }
}
