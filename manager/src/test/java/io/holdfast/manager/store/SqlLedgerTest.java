package io.holdfast.manager.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.holdfast.core.Change;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqlLedgerTest {
    private static final ClusterId CLUSTER = new ClusterId("c1");

    @TempDir
    Path directory;

    private Database database;

    @BeforeEach
    void migrate() throws IOException {
        database = Database.sqlite(directory.resolve("test.db"));
        database.migrate();
    }

    private SqlLedger open() throws IOException {
        return new SqlLedger(
                database, new RecordJson(), SecretBox.openOrCreate(directory.resolve("key")), () -> 1_000_000L);
    }

    private static Transaction cluster(String name) {
        return Transaction.of(CLUSTER, "Test", List.of(new Change.PutCluster(Cluster.of(CLUSTER, name))));
    }

    @Test
    void aDeposedManagersTransactionIsRolledBackAsAWhole() throws Exception {
        try (SqlLedger old = open();
                SqlLedger young = open()) {
            assertThat(old.takeLeadership("old")).isEqualTo(1);
            old.commit(cluster("one"));
            assertThat(young.takeLeadership("young")).isEqualTo(2);
            assertThatThrownBy(() -> old.commit(cluster("late"))).isInstanceOf(DeposedException.class);
            assertThat(young.load(CLUSTER).cluster().name()).isEqualTo("one");
            young.commit(cluster("two"));
            assertThat(old.load(CLUSTER).cluster().name()).isEqualTo("two");
        }
    }

    @Test
    void epochsInTheJournalNeverDecrease() throws Exception {
        for (int round = 1; round <= 3; round++) {
            try (SqlLedger ledger = open()) {
                ledger.takeLeadership("m");
                ledger.commit(cluster("a" + round));
                ledger.commit(cluster("b" + round));
            }
        }
        assertThat(epochs()).hasSize(6).isSorted().endsWith(3L);
    }

    private List<Long> epochs() throws SQLException {
        List<Long> result = new ArrayList<>();
        try (var connection = database.open(Duration.ofSeconds(5));
                var statement = connection.createStatement();
                var rows = statement.executeQuery("select epoch from journal order by sequence")) {
            while (rows.next()) {
                result.add(rows.getLong(1));
            }
        }
        return result;
    }

    @Test
    void everythingOfARecordComesBackAsItWas() throws Exception {
        Datastore datastore =
                new Datastore(new DatastoreId("d1"), "san", new Datastore.Location.Iscsi("10.0.0.1:3260", "iqn.x", 1));
        Proof proof =
                new Proof.LeaseExpired(new HostId("h1"), 5, datastore.id(), 3, new HostId("h2"), 15_100, 15_000, true);
        try (SqlLedger ledger = open()) {
            ledger.takeLeadership("m");
            ledger.commit(cluster("one"));
            ledger.commit(Transaction.of(
                    CLUSTER,
                    "Test",
                    List.of(new Change.PutDatastore(datastore), new Change.RecordProof(new VmId("v1"), 1, proof))));
        }
        try (SqlLedger ledger = open()) {
            assertThat(ledger.load(CLUSTER).datastores()).containsExactly(datastore);
        }
        RecordJson json = new RecordJson();
        assertThat(json.read(json.write(proof), Proof.class)).isEqualTo(proof);
    }

    @Test
    void aRecordWithAMissingFieldStopsTheStart() {
        assertThatThrownBy(() -> new RecordJson().read("{\"id\": \"c1\", \"name\": \"x\"}", Cluster.class))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("can't read");
    }

    @Test
    void passwordsAreNotReadableInTheDatabase() throws Exception {
        try (SqlLedger ledger = open()) {
            ledger.takeLeadership("m");
            ledger.commit(new Transaction(
                    CLUSTER, "Test", List.of(), Map.of("r1", "very-secret"), null, Transaction.LATEST_EPOCH));
            assertThat(ledger.secret("r1")).contains("very-secret");
        }
        for (Path file : List.of(directory.resolve("test.db"))) {
            assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).doesNotContain("very-secret");
        }
    }
}
