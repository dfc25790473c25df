package io.holdfast.manager.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.Change;
import io.holdfast.core.arbiter.ArbiterPlacement;
import io.holdfast.core.inventory.Boot;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.inventory.HaSettings;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.RestartPriority;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.manager.RealMariaDb;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that an older version wrote is read as it was meant, on both engines. */
class MigrationTest {
    private static final ClusterId CLUSTER = new ClusterId("c1");

    private static final Rule RULE = new Rule.Apart(new RuleId("spread"), false, List.of(new VmId("v1")));

    @TempDir
    Path directory;

    private SqlLedger ledger(Database database) throws Exception {
        return new SqlLedger(
                database, new RecordJson(), SecretBox.openOrCreate(directory.resolve("key")), () -> 1_000_000L);
    }

    private void fill(Database database) throws Exception {
        try (SqlLedger ledger = ledger(database)) {
            ledger.takeLeadership("m/1");
            ledger.commit(Transaction.of(
                    CLUSTER,
                    "Test",
                    List.of(
                            new Change.PutCluster(Cluster.of(CLUSTER, "one")),
                            new Change.PutVm(new Vm(
                                    new VmId("v1"),
                                    "vm1",
                                    1,
                                    1L << 30,
                                    List.of(),
                                    List.of(),
                                    new Boot("/k", "", ""),
                                    RequestedState.STARTED,
                                    RestartPriority.HIGH,
                                    0,
                                    HaSettings.DEFAULT)),
                            new Change.PutRule(RULE))));
        }
    }

    /** Makes of the present schema's content what version 1 would have written. */
    private static void backToVersionOne(Database database) throws SQLException {
        execute(
                database,
                "update clusters set content = json_remove(content, '$.settings.degradedAction')",
                "update vms set content = json_remove(content, '$.ha.heartbeatWaitMillis', '$.ha.hungAfterMillis', '$.ha.hungAction')",
                "create table rules_of_before (id varchar(64) not null, cluster_id varchar(64) not null, content longtext not null, primary key (id))",
                "insert into rules_of_before (id, cluster_id, content) select id, cluster_id, content from rules",
                "drop table rules",
                "alter table rules_of_before rename to rules",
                "drop table arbiter",
                "delete from flyway_schema_history where version in ('2', '3', '4', '5')");
    }

    private static void execute(Database database, String... statements) throws SQLException {
        try (var connection = database.open(Duration.ofSeconds(5));
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private void fromVersionOne(Database database) throws Exception {
        fill(database);
        backToVersionOne(database);
        try (SqlLedger ledger = ledger(database)) {
            assertThatThrownBy(() -> ledger.load(CLUSTER)).isInstanceOf(UnreadableRecordException.class);
        }
        database.migrate();
        try (SqlLedger ledger = ledger(database)) {
            assertThat(ledger.load(CLUSTER).cluster()).isEqualTo(Cluster.of(CLUSTER, "one"));
            assertThat(ledger.load(CLUSTER).vms()).singleElement().satisfies(vm -> {
                assertThat(vm.ha()).isEqualTo(HaSettings.DEFAULT);
                assertThat(vm.priority()).isEqualTo(RestartPriority.HIGH);
            });
            assertThat(ledger.load(CLUSTER).rules()).containsExactly(RULE);
            ClusterId other = new ClusterId("c2");
            ledger.takeLeadership("m/2");
            Rule sameName = new Rule.Together(RULE.id(), true, List.of(new VmId("v2")));
            ledger.commit(Transaction.of(
                    other,
                    "Test",
                    List.of(new Change.PutCluster(Cluster.of(other, "two")), new Change.PutRule(sameName))));
            assertThat(ledger.load(CLUSTER).rules()).containsExactly(RULE);
            assertThat(ledger.load(other).rules()).containsExactly(sameName);
            ledger.commit(Transaction.of(other, "Test", List.of(new Change.RemoveRule(RULE.id()))));
            assertThat(ledger.load(CLUSTER).rules()).containsExactly(RULE);
        }
    }

    private void fromVersionFour(Database database) throws Exception {
        ArbiterPlacement placed = new ArbiterPlacement(
                7,
                new HostId("h1"),
                "host1",
                "10.0.1.1",
                new ArbiterPlacement.Group(List.of("10.0.0.1:4567", "10.0.0.2:4567"), "holdfast", ""),
                ArbiterPlacement.Cause.ASKED,
                "",
                5,
                "");
        try (SqlLedger ledger = ledger(database)) {
            ledger.takeLeadership("m/1");
            ledger.commit(new Transaction(
                    CLUSTER,
                    "Test",
                    List.of(new Change.PutCluster(Cluster.of(CLUSTER, "one"))),
                    Map.of(),
                    null,
                    Transaction.LATEST_EPOCH,
                    placed));
        }
        execute(
                database,
                "update arbiter set content = json_remove(content, '$.home')",
                "delete from flyway_schema_history where version = '5'");
        database.migrate();
        try (SqlLedger ledger = ledger(database)) {
            assertThat(ledger.arbiter()).contains(placed);
        }
    }

    @Test
    void anArbiterOfVersionFourOnSqlite() throws Exception {
        Database database = Database.sqlite(directory.resolve("test.db"));
        database.migrate();
        fromVersionFour(database);
    }

    @Test
    void anArbiterOfVersionFourOnMariadb() throws Exception {
        fromVersionFour(RealMariaDb.fresh());
    }

    @Test
    void sqliteOfVersionOne() throws Exception {
        Database database = Database.sqlite(directory.resolve("test.db"));
        database.migrate();
        fromVersionOne(database);
    }

    @Test
    void mariadbOfVersionOne() throws Exception {
        fromVersionOne(RealMariaDb.fresh());
    }
}
