package io.holdfast.manager.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.Change;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.manager.RealMariaDb;
import io.holdfast.manager.schema.DefaultSchema;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the embedded database to the replicated one and back, everything is there afterwards; what can't be copied changes nothing. */
class DatabaseCopyTest {
    private static final ClusterId CLUSTER = new ClusterId("c1");

    @TempDir
    Path directory;

    private SqlLedger ledger(Database database) throws Exception {
        return new SqlLedger(
                database, new RecordJson(), SecretBox.openOrCreate(directory.resolve("key")), () -> 1_000_000L);
    }

    private Database filled() throws Exception {
        Database database = Database.sqlite(directory.resolve("from.db"));
        database.migrate();
        try (SqlLedger ledger = ledger(database)) {
            ledger.takeLeadership("old/1");
            ledger.takeLeadership("old/2");
            for (String name : List.of("Größe", "größe", "größe ", "集群")) {
                ClusterId id = new ClusterId("id-" + name);
                ledger.commit(Transaction.of(id, "Test", List.of(new Change.PutCluster(Cluster.of(id, name)))));
            }
            ledger.commit(new Transaction(
                    CLUSTER,
                    "Test",
                    List.of(new Change.PutCluster(Cluster.of(CLUSTER, "one"))),
                    Map.of("r1", "secret"),
                    new OperationRecord("key", "print", 201, "{}"),
                    Transaction.LATEST_EPOCH));
        }
        return database;
    }

    @Test
    void everythingArrivesAndComesBack() throws Exception {
        Database from = filled();
        Database replicated = RealMariaDb.empty();
        assertThat(new DatabaseCopy(from, replicated, line -> {}).run()).isGreaterThan(10);
        try (SqlLeadershipStore row = new SqlLeadershipStore(replicated, Duration.ofSeconds(3))) {
            assertThat(row.read().epoch()).isEqualTo(2);
            assertThat(row.read().free()).as("nobody need wait for its lease").isTrue();
        }
        Database back = Database.sqlite(directory.resolve("back.db"));
        new DatabaseCopy(replicated, back, line -> {}).run();
        for (Database database : List.of(replicated, back)) {
            try (SqlLedger ledger = ledger(database)) {
                assertThat(ledger.clusters()).hasSize(5);
                assertThat(ledger.load(CLUSTER).cluster().name()).isEqualTo("one");
                assertThat(ledger.secret("r1")).contains("secret");
                assertThat(ledger.operation("key")).isPresent();
                assertThat(ledger.takeLeadership("new/1")).isEqualTo(3);
            }
        }
    }

    /** A manager that runs meanwhile (started by hand, or by its unit at a reboot) must not lead on half of a state. */
    @Test
    void nobodyLeadsOnTheTargetBeforeItIsComplete() throws Exception {
        Database from = filled();
        Database replicated = RealMariaDb.empty();
        List<String> refused = new ArrayList<>();
        try (SqlLeadershipStore candidate = new SqlLeadershipStore(replicated, Duration.ofSeconds(3))) {
            new DatabaseCopy(from, replicated, line -> {
                        assertThatThrownBy(candidate::read).as(line).hasMessageContaining("being set up");
                        refused.add(line);
                    })
                    .run();
            assertThat(refused).hasSizeGreaterThan(DatabaseCopy.TABLES.size());
            assertThat(candidate.read().epoch()).isEqualTo(2);
        }
    }

    @Test
    void nobodyLeadsOnASchemaBeforeItIsComplete() throws Exception {
        Database database = RealMariaDb.empty();
        try (SqlLeadershipStore candidate = new SqlLeadershipStore(database, Duration.ofSeconds(3))) {
            database.migrate();
            assertThatThrownBy(candidate::read).hasMessageContaining("being set up");
            DatabaseCopy.begin(database);
            assertThat(candidate.read().free()).isTrue();
        }
    }

    @Test
    void aTargetThatHoldsSomethingIsRefusedAndKeptAsItIs() throws Exception {
        Database from = filled();
        Database to = Database.sqlite(directory.resolve("to.db"));
        to.migrate();
        try (SqlLedger ledger = ledger(to)) {
            ledger.takeLeadership("other/1");
            ledger.commit(
                    Transaction.of(CLUSTER, "Test", List.of(new Change.PutCluster(Cluster.of(CLUSTER, "theirs")))));
        }
        assertThatThrownBy(() -> new DatabaseCopy(from, to, line -> {}).run())
                .isInstanceOf(DatabaseCopy.RefusedException.class)
                .hasMessageContaining("already holds");
        try (SqlLedger ledger = ledger(to)) {
            assertThat(ledger.load(CLUSTER).cluster().name()).isEqualTo("theirs");
        }
    }

    @Test
    void noTableIsForgotten() {
        assertThat(DatabaseCopy.TABLES)
                .hasSameElementsAs(DefaultSchema.DEFAULT_SCHEMA.getTables())
                .allSatisfy(table -> assertThat(table.getPrimaryKey()).isNotNull());
    }
}
