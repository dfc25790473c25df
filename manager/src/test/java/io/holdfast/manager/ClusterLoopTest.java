package io.holdfast.manager;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.Change;
import io.holdfast.core.Command;
import io.holdfast.core.Durable;
import io.holdfast.core.Event;
import io.holdfast.core.Now;
import io.holdfast.core.State;
import io.holdfast.core.health.Hello;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.manager.store.DeposedException;
import io.holdfast.manager.store.Ledger;
import io.holdfast.manager.store.TimelineRecord;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

/** What the shell round the core keeps when a commit fails. */
class ClusterLoopTest {
    private static final HostId HOST = new HostId("h1");
    private final AtomicBoolean deposed = new AtomicBoolean();

    private Ledger ledger() {
        return (Ledger) Proxy.newProxyInstance(
                Ledger.class.getClassLoader(), new Class<?>[] {Ledger.class}, (proxy, method, arguments) -> {
                    if (method.getName().equals("commit") && deposed.get()) {
                        throw new DeposedException("This process", 5);
                    }
                    return method.getName().equals("commit") ? List.of() : null;
                });
    }

    private static State restored() {
        Host host = new Host(HOST, "h1", "10.0.0.1", 0, 0, null, 0, List.of(), List.of(), AdminState.ENABLED);
        return State.restore(new Durable(
                4,
                Cluster.of(new ClusterId("c"), "c"),
                List.of(host),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of()));
    }

    private static Event connected(Now now, String boot) {
        return new Event.HostConnected(now, HOST, new Hello(boot, 1, "1", 0, 8, 64L << 30, "KVM"));
    }

    /** Found by the simulator: whoever forgot the present boot took it for a later one when it led again, and had the host's VMs started a second time. */
    @Test
    void aManagerThatIsDeposedWhileItTakesInABootKnowsOfIt() throws Exception {
        try (ClusterLoop loop =
                new ClusterLoop(restored(), ledger(), () -> new Now(System.nanoTime(), 0), new Shell())) {
            loop.lead(5);
            loop.learn(now -> connected(now, "boot-1"));
            assertThat(loop.mark().get(10, TimeUnit.SECONDS)).isTrue();
            deposed.set(true);
            loop.learn(now -> connected(now, "boot-2"));
            assertThat(loop.mark().get(10, TimeUnit.SECONDS)).isTrue();
            assertThat(loop.state().leading()).isFalse();
            Hello known =
                    Objects.requireNonNull(loop.state().health().get(HOST)).hello();
            assertThat(Objects.requireNonNull(known).bootId()).isEqualTo("boot-2");
        }
    }

    private static final class Shell implements ClusterLoop.Shell {
        @Override
        public void carryOut(ClusterLoop loop, Command command) {}

        @Override
        public void stepped(ClusterLoop loop, State state, List<Change> changes, List<TimelineRecord> lines) {}

        @Override
        public boolean mayAct(long epoch) {
            return true;
        }

        @Override
        public OptionalLong retakeLeadership(ClusterLoop asking, long epoch) {
            return OptionalLong.empty();
        }

        @Override
        public void deposed(long epoch, DeposedException cause) {}
    }
}
