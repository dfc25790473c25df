package io.holdfast.supervisor;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random losses and returns of machines, supervisors and the link between them, with reports that come seconds late. */
class RecoveryPropertyTest {

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void neverTwoBootstrapsNeverAloneNeverWithoutAnAcknowledgedWriteAndServesOnceAllIsBack(long seed) {
        PairModel model = new PairModel(seed, seed % 2 == 0);
        for (int fault = 0; fault < 120; fault++) {
            model.run(Duration.ofMillis(model.random.nextInt(60_000)));
            mishap(model);
            assertThat(model.breaches).isEmpty();
        }
        List.of("mn1", "mn2", "arbiter").forEach(model::restore);
        model.linkUp = true;
        model.nodes.values().forEach(node -> node.deaf = false);
        model.nodes.values().forEach(PairModel.Node::startSupervisor);
        model.run(Duration.ofMinutes(6));
        assertThat(model.breaches).isEmpty();
        boolean bothReadable = model.nodes.values().stream().allMatch(node -> node.readable);
        assertThat(model.serving() || !bothReadable).as("serves again").isTrue();
        assertThat(model.acknowledged)
                .as("a world that never writes proves nothing")
                .isGreaterThan(100);
        assertThat(seed % 2 == 0 || model.bootstraps > 0)
                .as("a world without a bootstrap proves nothing")
                .isTrue();
    }

    private static void mishap(PairModel model) {
        String node = model.random.nextBoolean() ? "mn1" : "mn2";
        switch (model.random.nextInt(11)) {
            case 0 -> model.cut(node);
            case 1 -> List.of("mn1", "mn2").forEach(model::cut);
            case 2 -> model.cut("arbiter");
            case 3, 4 -> List.of("mn1", "mn2", "arbiter").forEach(model::restore);
            case 5 -> model.restore(node);
            case 6 -> model.node(node).killSupervisor();
            case 7 -> model.nodes.values().forEach(PairModel.Node::startSupervisor);
            case 8 -> model.linkUp = !model.linkUp;
            case 9 -> model.node(node).deaf = !model.node(node).deaf;
            default -> {
                List.of("mn1", "mn2", "arbiter").forEach(model::cut);
                List.of("mn2", "mn1", "arbiter").forEach(model::restore);
            }
        }
    }
}
