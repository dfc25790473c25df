package io.holdfast.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.holdfast.core.Change;
import io.holdfast.core.Command;
import io.holdfast.core.Core;
import io.holdfast.core.Durable;
import io.holdfast.core.Event;
import io.holdfast.core.Now;
import io.holdfast.core.Request;
import io.holdfast.core.State;
import io.holdfast.core.arbiter.ArbiterCandidate;
import io.holdfast.core.arbiter.ArbiterPlacement;
import io.holdfast.core.arbiter.ArbiterPlacement.Cause;
import io.holdfast.core.arbiter.ArbiterRule;
import io.holdfast.core.health.Hello;
import io.holdfast.core.health.Report;
import io.holdfast.core.health.Watchdog;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.text.Message;
import io.holdfast.manager.lead.LeadershipView;
import io.holdfast.manager.lead.SupervisorWatch;
import io.holdfast.manager.store.Database;
import io.holdfast.manager.store.DeposedException;
import io.holdfast.manager.store.Ledger;
import io.holdfast.manager.store.RecordJson;
import io.holdfast.manager.store.SecretBox;
import io.holdfast.manager.store.SqlLedger;
import io.holdfast.manager.store.TimelineQuery;
import io.holdfast.manager.store.TimelineRecord;
import io.holdfast.manager.store.Transaction;
import io.holdfast.protocol.agent.Arbiter;
import io.holdfast.protocol.agent.ArbiterStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The desk with the real ledger and rule; supervisor, leadership and clock are what a test says. */
class ArbiterDeskTest {
    private static final ClusterId CLUSTER = new ClusterId("c1");
    private static final ArbiterPlacement.Group GROUP =
            new ArbiterPlacement.Group(List.of("10.0.0.1:4567", "10.0.0.2:4567"), "holdfast", "evs.x=PT1S");

    @TempDir
    Path directory;

    private final Leader leader = new Leader();
    private final Clusters clusters = new Clusters();
    private final ArbiterSights sights = new ArbiterSights(() -> 5L);
    private Ledger ledger;
    private ArbiterDesk desk;
    private long now = 1_000_000_000_000L;
    private int told;
    private int members = 3;
    private boolean peerPrimary = true;
    private boolean settingUp;

    /** A pair's. */
    private static final class Leader implements LeadershipView {
        private boolean pair = true;
        private boolean leads = true;
        private boolean mayAct = true;
        private long epoch;

        @Override
        public boolean pair() {
            return pair;
        }

        @Override
        public String node() {
            return "node-1";
        }

        @Override
        public boolean leads() {
            return leads;
        }

        @Override
        public boolean mayAct(long asked) {
            return mayAct && asked == epoch;
        }

        @Override
        public long epoch() {
            return epoch;
        }

        @Override
        public Optional<String> leader() {
            return Optional.of("node-1");
        }

        @Override
        public long leaderSeenMillis() {
            return 0;
        }

        @Override
        public Optional<String> lastLeader() {
            return leader();
        }

        @Override
        public boolean handedOver() {
            return false;
        }
    }

    @BeforeEach
    void begin() throws Exception {
        ledger = ledger();
        leader.epoch = ledger.takeLeadership("first");
        ledger.commit(Transaction.of(CLUSTER, "Test", List.of(new Change.PutCluster(Cluster.of(CLUSTER, "default")))));
        State state = State.restore(Durable.empty(Cluster.of(CLUSTER, "default")));
        state = Core.step(state, new Event.BecameLeader(now(), leader.epoch)).state();
        for (int number = 1; number <= 3; number++) {
            HostId id = new HostId("h" + number);
            Host host = new Host(
                    id, "host" + number, "10.0.1." + number, 0, 0, null, -1, List.of(), List.of(), AdminState.ENABLED);
            state = Core.step(state, new Event.Requested(now(), "test", new Request.AddHost(host)))
                    .state();
            state = Core.step(state, new Event.HostConnected(now(), id, new Hello("b", 1, "", 0, 4, 1L << 30, "tcg")))
                    .state();
            state = Core.step(
                            state,
                            new Event.HostReported(
                                    now(),
                                    id,
                                    new Report(
                                            1,
                                            List.of(),
                                            List.of(),
                                            List.of(),
                                            List.of(),
                                            true,
                                            new Watchdog(false, "", 0),
                                            0,
                                            0,
                                            0,
                                            true)))
                    .state();
            sights.seen(id, ArbiterStatus.newBuilder().setAvailable(true).build());
        }
        clusters.add(new ClusterLoop(state, ledger, this::now, new NoShell()));
        desk = desk();
    }

    @AfterEach
    void end() {
        ledger.close();
    }

    private Now now() {
        return new Now(now, 5);
    }

    private Ledger ledger() throws IOException {
        Database database = Database.sqlite(directory.resolve("holdfast.db"));
        database.migrate();
        return new SqlLedger(database, new RecordJson(), SecretBox.openOrCreate(directory.resolve("key")), () -> 5L);
    }

    private ArbiterDesk desk() {
        return new ArbiterDesk(new ArbiterDesk.Parts(
                leader,
                ledger,
                clusters,
                sights,
                this::supervisor,
                () -> settingUp,
                this::now,
                () -> told++,
                (state, lines) -> {},
                epoch -> {}));
    }

    private SupervisorWatch.Sight supervisor() {
        try {
            return new SupervisorWatch.Sight(
                    new JsonMapper()
                            .readTree(
                                    "{\"address\":\"10.0.0.1\",\"arbiter\":{\"address\":\"10.0.0.3\",\"group\":{\"nodes\":[\"10.0.0.1:4567\",\"10.0.0.2:4567\"],"
                                            + "\"name\":\"holdfast\",\"options\":\"\"}},\"database\":{\"primary\":true,\"members\":"
                                            + members
                                            + "},\"peer\":{\"address\":\"10.0.0.2\",\"primary\":" + peerPrimary + "}}"),
                    5,
                    "");
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private ArbiterCandidate host(int number) {
        return desk.candidates().get(number - 1);
    }

    private void look(int seconds) {
        for (int second = 0; second < seconds; second++) {
            now += 1_000_000_000L;
            desk.look();
        }
    }

    private List<Message> lines() {
        return ledger.timeline(TimelineQuery.newest(10)).stream()
                .map(line -> line.entry().message())
                .toList();
    }

    @Test
    void aPlacementIsStoredAndThenTold() throws Exception {
        assertThat(desk.told(leader.epoch)).isNull();
        desk.look();
        told = 0;
        desk.place(host(2), GROUP, null);
        assertThat(ledger.arbiter().orElseThrow().hostName()).isEqualTo("host2");
        assertThat(told).isEqualTo(1);
        Arbiter word = Objects.requireNonNull(desk.told(leader.epoch));
        assertThat(word.getHostId()).isEqualTo("h2");
        assertThat(word.getGeneration()).isEqualTo(1);
        assertThat(word.getNodesList()).isEqualTo(GROUP.nodes());
        assertThat(desk.told(leader.epoch + 1))
                .as("under another epoch it hasn't been read yet")
                .isNull();
        assertThat(lines()).containsExactly(Message.ARBITER_PLACED);
    }

    @Test
    void aDeposedLeaderStoresNothingAndTellsNobody() throws Exception {
        desk.place(host(2), GROUP, null);
        told = 0;
        try (Ledger other = ledger()) {
            other.takeLeadership("second");
            assertThatThrownBy(() -> desk.place(host(1), GROUP, null)).isInstanceOf(DeposedException.class);
            assertThat(other.arbiter().orElseThrow().hostName()).isEqualTo("host2");
        }
        assertThat(told).isZero();
        assertThat(Objects.requireNonNull(desk.told(leader.epoch)).getHostId()).isEqualTo("h2");
    }

    @Test
    void aLeaderThatMayNotActNowStoresNothing() throws Exception {
        desk.place(host(2), GROUP, null);
        leader.mayAct = false;
        assertThatThrownBy(() -> desk.place(host(1), GROUP, null)).isInstanceOf(DeposedException.class);
        assertThat(ledger.arbiter().orElseThrow().hostName()).isEqualTo("host2");
    }

    @Test
    void aMissingVoteIsToldAndThenItIsSetUpElsewhere() throws Exception {
        desk.place(host(2), GROUP, null);
        look(3);
        members = 2;
        look(1);
        assertThat(lines()).startsWith(Message.ARBITER_VOTE_LOST);
        look(14);
        ArbiterPlacement moved = ledger.arbiter().orElseThrow();
        assertThat(moved.hostName()).isEqualTo("host1");
        assertThat(moved.cause()).isEqualTo(Cause.NOT_COUNTED);
        assertThat(moved.generation()).isEqualTo(2);
        assertThat(lines()).startsWith(Message.ARBITER_MOVED_NOT_COUNTED);
    }

    @Test
    void aLeaderThatStoodStillWithTheDatabaseStillTellsThatTheVoteIsMissing() throws Exception {
        desk.place(host(2), GROUP, null);
        look(3);
        leader.leads = false;
        look(2);
        leader.leads = true;
        leader.epoch = ledger.takeLeadership("first, after the stall");
        members = 2;
        look(1);
        assertThat(lines()).startsWith(Message.ARBITER_VOTE_LOST);
    }

    @Test
    void nothingIsMovedWhileTheOtherNodesDatabaseIsNotPrimary() throws Exception {
        desk.place(host(2), GROUP, null);
        look(3);
        members = 2;
        peerPrimary = false;
        look(100);
        assertThat(ledger.arbiter().orElseThrow().generation()).isEqualTo(1);
    }

    @Test
    void aNewLeaderGoesOnFromWhatIsStoredAndAStandbyOnlyReads() throws Exception {
        desk.place(host(2), GROUP, null);
        ArbiterDesk other = desk();
        leader.leads = false;
        members = 2;
        for (int look = 0; look < 100; look++) {
            now += 1_000_000_000L;
            other.look();
        }
        assertThat(other.placement().orElseThrow().hostName()).isEqualTo("host2");
        assertThat(other.told(leader.epoch)).isNull();
        leader.leads = true;
        leader.epoch = ledger.takeLeadership("first again");
        told = 0;
        other.look();
        assertThat(told).as("under its own epoch").isEqualTo(1);
        assertThat(Objects.requireNonNull(other.told(leader.epoch)).getGeneration())
                .isEqualTo(1);
    }

    @Test
    void aSingleManagerEndsWhatNoSetUpNeeds() throws Exception {
        leader.pair = false;
        settingUp = true;
        desk.place(host(2), GROUP, null);
        look(60);
        assertThat(ledger.arbiter().orElseThrow().placed()).isTrue();
        settingUp = false;
        look((int) (ArbiterRule.NO_PAIR_NANOS / 1_000_000_000L) + 2);
        assertThat(ledger.arbiter().orElseThrow().placed()).isFalse();
        assertThat(Objects.requireNonNull(desk.told(leader.epoch)).getHostId()).isEmpty();
        assertThat(lines()).startsWith(Message.ARBITER_WITHDRAWN);
    }

    @Test
    void aHostStandsInForAMachineWithoutAnAgentUntilThatIsCountedAgain() throws Exception {
        assertThat(desk.where()).map(ArbiterPlacement::home).contains("10.0.0.3");
        look(3);
        assertThat(ledger.arbiter()).as("nothing is stored while it is counted").isEmpty();
        assertThat(desk.told(leader.epoch)).isNull();
        members = 2;
        look(1);
        assertThat(lines()).startsWith(Message.ARBITER_VOTE_LOST);
        look(13);
        ArbiterPlacement moved = ledger.arbiter().orElseThrow();
        assertThat(moved.hostName()).isEqualTo("host1");
        assertThat(moved.home()).isEqualTo("10.0.0.3");
        assertThat(moved.group().nodes()).isEqualTo(GROUP.nodes());
        assertThat(lines()).startsWith(Message.ARBITER_MOVED_FROM_MACHINE);
        assertThat(Objects.requireNonNull(desk.told(leader.epoch)).getHostId()).isEqualTo("h1");
        members = 4;
        look(8);
        assertThat(ledger.arbiter().orElseThrow().atHome()).isTrue();
        assertThat(lines()).startsWith(Message.ARBITER_MOVED_HOME);
        assertThat(Objects.requireNonNull(desk.told(leader.epoch)).getHostId()).isEmpty();
        assertThat(Objects.requireNonNull(desk.told(leader.epoch)).getGeneration())
                .isEqualTo(2);
    }

    @Test
    void aPersonWhoPutsItWhereItStandsInMakesThatItsPlaceAndNothingIsRestarted() throws Exception {
        members = 2;
        look(20);
        desk.place(host(1), GROUP, null);
        assertThat(ledger.arbiter().orElseThrow().home()).isEmpty();
        assertThat(Objects.requireNonNull(desk.told(leader.epoch)).getGeneration())
                .isEqualTo(1);
        members = 4;
        look(100);
        assertThat(ledger.arbiter().orElseThrow().hostName()).isEqualTo("host1");
        desk.place(host(2), GROUP, null);
        assertThat(Objects.requireNonNull(desk.told(leader.epoch)).getGeneration())
                .isEqualTo(2);
    }

    @Test
    void oneThatAPersonHasEndedIsNotSetUpAgainInThisPairButInTheNext() throws Exception {
        desk.place(host(2), GROUP, null);
        desk.withdraw(null);
        members = 2;
        look(100);
        assertThat(ledger.arbiter().orElseThrow().placed()).isFalse();
        leader.pair = false;
        look(10);
        assertThat(ledger.arbiter().orElseThrow().cause()).isEqualTo(Cause.NO_PAIR);
        assertThat(lines()).as("nothing ended").startsWith(Message.ARBITER_WITHDRAWN, Message.ARBITER_PLACED);
        leader.pair = true;
        assertThat(desk.where()).map(ArbiterPlacement::home).contains("10.0.0.3");
    }

    @Test
    void aManagementNodesMachineIsSeenAsOne() {
        assertThat(desk.candidates()).noneMatch(ArbiterCandidate::onNode);
        assertThat(desk.candidates()).allMatch(candidate -> candidate.obstacle().isEmpty());
    }

    /** The loop of this test is never started. */
    private static final class NoShell implements ClusterLoop.Shell {
        @Override
        public void carryOut(ClusterLoop loop, Command command) {
            throw new AssertionError("not started");
        }

        @Override
        public void stepped(ClusterLoop loop, State state, List<Change> changes, List<TimelineRecord> lines) {
            throw new AssertionError("not started");
        }

        @Override
        public boolean mayAct(long epoch) {
            return false;
        }

        @Override
        public OptionalLong retakeLeadership(ClusterLoop asking, long epoch) {
            return OptionalLong.empty();
        }

        @Override
        public void deposed(long epoch, DeposedException cause) {
            throw new AssertionError("not started");
        }
    }
}
