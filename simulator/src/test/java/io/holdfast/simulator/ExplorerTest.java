package io.holdfast.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.simulator.explore.Explorer;
import io.holdfast.simulator.world.ProductRules;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The shipped core, searched exhaustively at a small size. */
class ExplorerTest {
    @Test
    void nothingIsViolatedInAnyInterleavingOfTheSmallBudget() {
        Explorer.Result result = Explorer.search(Explorer.Budget.SMALL, ProductRules.REAL);
        System.out.println("explorer: " + result);
        assertThat(result.violation()).isNull();
        assertThat(result.states()).isGreaterThan(1000);
    }

    @Test
    void nothingIsViolatedWithTwoVms() {
        Explorer.Result result = Explorer.search(Explorer.Budget.TWO_VMS, ProductRules.REAL);
        System.out.println("explorer, two VMs: " + result);
        assertThat(result.violation()).isNull();
        assertThat(result.states()).isGreaterThan(1000);
    }

    @Test
    void isAskedFromTheCommandLine() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        String[] arguments = {"--explore", "--fault-budget", "1", "--losses", "0", "--seconds", "8", "--json"};
        assertThat(Main.run(arguments, new PrintStream(out, true, StandardCharsets.UTF_8), System.err))
                .isZero();
        Map<?, ?> result = (Map<?, ?>) Objects.requireNonNull(Json.parse(out.toString(StandardCharsets.UTF_8)));
        assertThat(result.keySet().stream().map(String::valueOf))
                .contains("states", "transitions", "depthSeconds", "violations");
    }

    @Test
    void findsABrokenRule() {
        Explorer.Result result =
                Explorer.search(Explorer.Budget.SMALL, Sabotage.LEASE_EXPIRES_THREE_TIMES_TOO_EARLY.rules());
        System.out.println("explorer, sabotaged: " + result);
        assertThat(result.violation()).isNotNull();
    }
}
