package io.holdfast.manager;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.Core;
import io.holdfast.core.Durable;
import io.holdfast.core.Event;
import io.holdfast.core.Now;
import io.holdfast.core.Request;
import io.holdfast.core.State;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.protocol.agent.Arbiter;
import io.holdfast.protocol.agent.Welcome;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class WelcomesTest {
    private static final HostId HOST = new HostId("h1");
    private static final Now NOW = new Now(1, 1);
    private static final List<String> BOTH = List.of("10.0.0.1:7443", "10.0.0.2:7443");

    private final State leading = leading();
    private final State standby =
            Core.step(leading, new Event.LostLeadership(NOW)).state();

    private static State leading() {
        State state = State.restore(Durable.empty(Cluster.of(new ClusterId("c1"), "default")));
        state = Core.step(state, new Event.BecameLeader(NOW, 3)).state();
        Host host = new Host(HOST, "host1", "10.0.1.1", 0, 0, null, -1, List.of(), List.of(), AdminState.ENABLED);
        return Core.step(state, new Event.Requested(NOW, "test", new Request.AddHost(host)))
                .state();
    }

    private static Welcomes of(boolean pair, List<String> advertised) {
        return new Welcomes(
                "node-1",
                advertised,
                pair,
                epoch -> epoch == 3 ? Arbiter.newBuilder().setHostId("h9").build() : null);
    }

    private static Welcome welcome(Welcomes welcomes, State state) {
        return Objects.requireNonNull(welcomes.of(state, HOST));
    }

    @Test
    void theLeaderOfAPairTellsBothNodesAndWhereTheArbiterIs() {
        Welcome told = welcome(of(true, BOTH), leading);
        assertThat(told.getManagersList()).isEqualTo(BOTH);
        assertThat(told.getArbiter().getHostId()).isEqualTo("h9");
    }

    @Test
    void aStandbyTellsNeither() {
        Welcome told = welcome(of(true, BOTH), standby);
        assertThat(told.getLeader()).isFalse();
        assertThat(told.getManagersList()).isEmpty();
        assertThat(told.hasArbiter()).isFalse();
    }

    @Test
    void aSingleManagerTellsTheAddressAtWhichTheAgentReachedIt() {
        Welcomes welcomes = of(false, List.of());
        assertThat(welcome(welcomes, leading).getManagersList()).isEmpty();
        welcomes.reached(HOST.value(), "10.0.1.7:7443");
        assertThat(welcome(welcomes, leading).getManagersList()).containsExactly("10.0.1.7:7443");
        assertThat(of(false, BOTH).of(leading, new HostId("unknown"))).isNull();
    }
}
