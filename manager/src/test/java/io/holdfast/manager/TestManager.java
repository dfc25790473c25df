package io.holdfast.manager;

import io.holdfast.core.Now;
import io.holdfast.core.health.PowerState;
import io.holdfast.manager.power.BmcAccess;
import io.holdfast.manager.power.PowerControl;
import io.holdfast.manager.power.PowerReading;
import io.holdfast.manager.store.Database;
import io.holdfast.manager.store.Ledger;
import io.holdfast.manager.store.RecordJson;
import io.holdfast.manager.store.SecretBox;
import io.holdfast.manager.store.SqlLedger;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;

/** A complete manager with twins for the world: agents in memory, a BMC that a test sets, the real core, database and HTTP. */
final class TestManager extends RestClient {
    final Manager manager;
    final Ledger ledger;

    /** A BMC panel: what each address answers. */
    static final class Panel implements PowerControl, PowerPanel {
        private final Map<String, PowerState> states = new ConcurrentHashMap<>();

        @Override
        public void set(String address, PowerState state) {
            states.put(address, state);
        }

        @Override
        public PowerReading read(BmcAccess bmc) {
            PowerState state = states.getOrDefault(bmc.address(), PowerState.UNREACHABLE);
            return new PowerReading(
                    state,
                    state == PowerState.UNREACHABLE
                            ? "no answer"
                            : state == PowerState.WRONG_PASSWORD ? "the BMC refuses the password" : "",
                    1);
        }

        @Override
        public PowerReading powerOff(BmcAccess bmc) {
            PowerState state = states.getOrDefault(bmc.address(), PowerState.UNREACHABLE);
            if (state == PowerState.ON) {
                states.put(bmc.address(), PowerState.OFF);
            }
            return read(bmc);
        }
    }

    private TestManager(Manager manager, Ledger ledger) {
        super(manager.restPort());
        this.manager = manager;
        this.ledger = ledger;
    }

    static TestManager start(Path state, TwinAgents agents, Panel panel) {
        return start(state, agents, panel, ledger -> ledger, () -> {});
    }

    /** @param wrap puts something between the manager and its ledger */
    static TestManager start(
            Path state, TwinAgents agents, PowerControl panel, UnaryOperator<Ledger> wrap, Runnable deposed) {
        try {
            Files.createDirectories(state.resolve("pki"));
            Database database = Database.sqlite(state.resolve("holdfast.db"));
            database.migrate();
            Ledger ledger = wrap.apply(new SqlLedger(
                    database,
                    new RecordJson(),
                    SecretBox.openOrCreate(state.resolve("pki/secrets.key")),
                    System::currentTimeMillis));
            ManagerSettings settings = new ManagerSettings(
                    "manager-1",
                    state,
                    new InetSocketAddress("127.0.0.1", 0),
                    new InetSocketAddress("127.0.0.1", 0),
                    List.of(),
                    null,
                    "ipmitool",
                    new ManagerSettings.DatabaseSettings.Embedded(),
                    URI.create("http://127.0.0.1:1"),
                    List.of("/bin/false"),
                    state);
            Manager manager = new Manager(
                    settings,
                    new Manager.World(
                            () -> new Now(System.nanoTime(), System.currentTimeMillis()),
                            ledger,
                            "sqlite",
                            panel,
                            (authority, names, address, listener) -> agents.attach(listener),
                            deposed,
                            null,
                            () -> {}));
            return new TestManager(manager, ledger);
        } catch (IOException | GeneralSecurityException failure) {
            throw new IllegalStateException(failure);
        }
    }

    @Override
    public void close() {
        super.close();
        manager.close();
    }
}
