package io.holdfast.manager.rest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.holdfast.core.Now;
import io.holdfast.manager.ArbiterDesk;
import io.holdfast.manager.ArbiterSights;
import io.holdfast.manager.Clusters;
import io.holdfast.manager.lead.LeadershipView;
import io.holdfast.manager.lead.SoloLeadership;
import io.holdfast.manager.lead.SupervisorWatch;
import io.holdfast.manager.store.Database;
import io.holdfast.manager.store.RecordJson;
import io.holdfast.manager.store.SecretBox;
import io.holdfast.manager.store.SqlLedger;
import io.holdfast.manager.store.SwitchOverRecord;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the supervisor says, in the form of the interface. */
class ManagementViewTest {
    private static final String SUPERVISOR = """
            {"node":"node-1","address":"10.0.0.1","fit":true,"role":"leader","epoch":7,
             "vip":{"address":"10.0.0.10/24","held":true,"healthy":true,"cause":"","since":"2026-01-01T00:00:00Z"},
             "database":{"phase":"running","primary":true,"synced":true,"position":"u:120","members":2,"queuedWriteSets":0,"durable":true},
             "items":[{"item":"console","good":false,"detail":"HTTP 500","seenAt":"2026-01-01T00:00:01Z","ageMillis":1},
                      {"item":"arbiter","good":false,"detail":"10.0.0.3:4567 doesn't answer","seenAt":"2026-01-01T00:00:02Z","ageMillis":1}],
             "peer":{"node":"node-2","fit":true,"role":"standby","epoch":7,"holdsVip":false,"primary":true,"position":"u:117"},
             "alarms":[{"code":"no-spare-vote","text":"only 2 of 3 votes"}]}""";

    /** Leads epoch 7 of a pair. */
    private static final class Leader implements LeadershipView {
        private final LeadershipView alone = new SoloLeadership("node-1", () -> 7);

        @Override
        public boolean pair() {
            return true;
        }

        @Override
        public String node() {
            return alone.node();
        }

        @Override
        public boolean leads() {
            return true;
        }

        @Override
        public boolean mayAct(long epoch) {
            return true;
        }

        @Override
        public long epoch() {
            return alone.epoch();
        }

        @Override
        public Optional<String> leader() {
            return alone.leader();
        }

        @Override
        public long leaderSeenMillis() {
            return 0;
        }

        @Override
        public Optional<String> lastLeader() {
            return alone.leader();
        }

        @Override
        public boolean handedOver() {
            return false;
        }
    }

    @TempDir
    Path directory;

    private ManagementView view(SupervisorWatch.Sight sight) throws IOException {
        LeadershipView leadership = new Leader();
        ArbiterDesk desk = new ArbiterDesk(new ArbiterDesk.Parts(
                leadership,
                new SqlLedger(
                        Database.sqlite(directory.resolve("unused.db")),
                        new RecordJson(),
                        SecretBox.openOrCreate(directory.resolve("key")),
                        () -> 2000L),
                new Clusters(),
                new ArbiterSights(() -> 2000L),
                () -> sight,
                () -> false,
                () -> new Now(1, 2000),
                () -> {},
                (state, lines) -> {},
                epoch -> {}));
        return new ManagementView(leadership, () -> sight, () -> 2000L, desk, "0.2.0");
    }

    @Test
    void bothNodesWithWhatIsWrongAndHowFarBehind() throws Exception {
        SupervisorWatch.Sight sight = new SupervisorWatch.Sight(new JsonMapper().readTree(SUPERVISOR), 1000, "");
        SwitchOverRecord last =
                new SwitchOverRecord(7, 1000, SwitchOverRecord.Cause.TAKEOVER, "node-2", "node-1", 1600);
        JsonNode status = view(sight).status(List.of(last));
        JsonNode self = status.path("nodes").get(0);
        JsonNode peer = status.path("nodes").get(1);
        assertThat(self.path("services").get(1).path("state").asText()).isEqualTo("fault");
        assertThat(self.path("services").get(0).path("state").asText()).isEqualTo("unknown");
        assertThat(self.path("database").path("state").asText()).isEqualTo("primary");
        assertThat(peer.path("role").asText()).isEqualTo("standby");
        assertThat(peer.path("database").path("behind").asLong()).isEqualTo(3);
        assertThat(status.path("vip").path("heldBy").toString()).isEqualTo("[\"node-1\"]");
        assertThat(status.path("arbiter").path("reachable").asBoolean()).isFalse();
        assertThat(status.path("lastSwitchOver").path("text").path("zh").asText())
                .contains("接管");
        JsonNode alarm = status.path("alarms").get(0);
        assertThat(alarm.path("code").asText()).isEqualTo("no-spare-vote");
        assertThat(alarm.path("text").path("zh").asText()).contains("投票");
        assertThat(alarm.path("detail").asText()).isEqualTo("only 2 of 3 votes");
    }

    @Test
    void aSilentSupervisorIsAnAlarmAndHidesNothingElse() throws Exception {
        SupervisorWatch.Sight sight = new SupervisorWatch.Sight(null, 0, "refused");
        JsonNode status = view(sight).status(List.of());
        assertThat(status.path("leader").asText()).isEqualTo("node-1");
        assertThat(status.path("alarms").findValuesAsText("code")).containsExactly("supervisor-silent");
    }
}
