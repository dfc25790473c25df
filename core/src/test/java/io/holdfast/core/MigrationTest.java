package io.holdfast.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.text.Message;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Live migration (safety argument, section 1): the invariants are checked after every step of each of these, against the hosts' truth. */
class MigrationTest {
    private final World world = new World(3).withVms(1);
    private final HostId from = world.placement(1).host();
    private final HostId to = other(from);

    private HostId other(HostId host) {
        return world.hosts.keySet().stream()
                .filter(id -> !id.equals(host))
                .findFirst()
                .orElseThrow();
    }

    private FakeHost source() {
        return world.hosts.get(from);
    }

    private FakeHost target() {
        return world.hosts.get(to);
    }

    private void move() {
        assertThat(world.request(new Request.MoveVm(World.vm(1), to, true))).isNull();
    }

    private boolean settled() {
        Placement placement = world.placement(1);
        HostId runs = world.runningOn(World.vm(1));
        return placement.live()
                && !placement.migrating()
                && world.state.moves().isEmpty()
                && world.state.recoveries().isEmpty()
                && placement.host().equals(runs)
                && placement.run() == world.hosts.get(runs).running.get(World.vm(1));
    }

    @Test
    void vmMovesWithoutBeingDownAndItsRunGrowsByOne() {
        move();
        assertThat(world.placement(1).migrating()).isTrue();
        assertThat(world.state.liveOn(from)).contains(World.vm(1));
        assertThat(world.state.liveOn(to)).contains(World.vm(1));
        world.until(3000, this::settled);
        assertThat(world.placement(1).host()).isEqualTo(to);
        assertThat(world.placement(1).run()).isEqualTo(2);
        assertThat(world.state.failovers()).isEmpty();
        assertThat(world.sent(Command.StopVm.class)).isEmpty();
        assertThat(world.state.liveOn(from)).isEmpty();
    }

    @Test
    void connectionThatBreaksInTheLastPhaseLeavesTheVmAtTheSourceAndTheTargetNeverRuns() {
        world.lastPhaseLost = true;
        move();
        world.until(10_000, this::settled);
        assertThat(world.placement(1).host()).isEqualTo(from);
        assertThat(world.placement(1).run()).isEqualTo(1);
        assertThat(world.sent(Command.ResumeVm.class)).isEmpty();
        world.lastPhaseLost = false;
        world.run(1000);
        move();
        world.until(10_000, this::settled);
        assertThat(world.placement(1).run()).as("a run is never used twice").isEqualTo(3);
    }

    @Test
    void sourceThatDiesAfterItWentOnByItselfIsNeverContinuedFromTheOldMemoryAtTheTarget() {
        world.lastPhaseLost = true;
        world.resultsLost = true;
        move();
        world.until(5000, () -> target().complete.contains(World.vm(1)));
        world.run(200);
        source().powerOff();
        world.until(60_000, this::settled);
        assertThat(world.sent(Command.ResumeVm.class)).isEmpty();
        assertThat(world.placement(1).run()).isEqualTo(3);
    }

    @Test
    void oldMemoryIsNotUsedForAVmThatNobodyRecoversEither() {
        world.lastPhaseLost = true;
        world.resultsLost = true;
        move();
        world.until(5000, () -> target().complete.contains(World.vm(1)));
        world.run(200);
        assertThat(world.request(new Request.SetRequestedState(World.vm(1), RequestedState.IGNORED)))
                .isNull();
        source().powerOff();
        world.until(60_000, () -> !world.placement(1).live());
        assertThat(world.sent(Command.ResumeVm.class)).isEmpty();
        assertThat(target().running).isEmpty();
    }

    @Test
    void lostResultIsMadeUpForByTheReport() {
        world.resultsLost = true;
        move();
        world.until(5000, this::settled);
        assertThat(world.placement(1).host()).isEqualTo(to);
    }

    @Test
    void targetThatRefusesLeavesTheVmWhereItIs() {
        target().highestEnded.put(World.vm(1), 10L);
        move();
        world.until(10_000, this::settled);
        assertThat(world.placement(1).host()).isEqualTo(from);
        assertThat(world.state.placements().get(World.vm(1)).highestRun()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 60, 150, 400, 600, 620, 640, 660, 700, 1000})
    void sourceLosesItsPowerAtAnyMoment(int afterMillis) {
        atMoment(afterMillis, world -> source().powerOff());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 60, 150, 400, 600, 620, 640, 660, 700, 1000})
    void targetLosesItsPowerAtAnyMoment(int afterMillis) {
        atMoment(afterMillis, world -> target().powerOff());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 60, 150, 400, 600, 620, 640, 660, 700, 1000})
    void bothLoseTheirPowerAtAnyMoment(int afterMillis) {
        atMoment(afterMillis, world -> {
            source().powerOff();
            target().powerOff();
        });
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 60, 150, 400, 600, 620, 640, 660, 700, 1000})
    void sourceLosesItsStorageAtAnyMoment(int afterMillis) {
        atMoment(afterMillis, world -> source().storageCut = true);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 60, 150, 400, 600, 620, 640, 660, 700, 1000})
    void targetLosesItsStorageAtAnyMoment(int afterMillis) {
        atMoment(afterMillis, world -> target().storageCut = true);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 60, 150, 400, 600, 620, 640, 660, 700, 1000})
    void managerIsKilledAtAnyMoment(int afterMillis) {
        atMoment(afterMillis, World::restartManager);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 60, 150, 400, 600, 620, 640, 660, 700, 1000})
    void managerIsAwayForSecondsWhileTheSourceLosesItsPower(int afterMillis) {
        atMoment(afterMillis, world -> {
            world.stopManager();
            source().powerOff();
            world.run(3000);
            world.restartManager();
        });
    }

    private void atMoment(int afterMillis, Consumer<World> fault) {
        move();
        world.run(afterMillis);
        fault.accept(world);
        world.until(120_000, this::settled);
    }

    static List<Integer> commits() {
        return List.of(0, 1, 2, 3, 4, 5);
    }

    @ParameterizedTest
    @MethodSource("commits")
    void managerKilledAfterAnyCommitGoesOnFromTheJournal(int commit) {
        world.stepsUntilCrash = commit;
        world.request(new Request.MoveVm(World.vm(1), to, true));
        world.until(30_000, this::settled);
        assertThat(world.state.failovers()).isEmpty();
    }

    @Test
    void warmStandbyThatTakesOverSendsAgainWhatWasLost() {
        world.lost = command -> command instanceof Command.MigrateVm;
        move();
        world.until(3000, () -> !world.sent(Command.MigrateVm.class).isEmpty());
        world.lost = command -> false;
        world.state = world.state.reload(world.database.durable());
        world.feed(new Event.BecameLeader(world.now(), world.database.epoch + 1));
        world.until(2000, this::settled);
        assertThat(world.placement(1).host()).isEqualTo(to);
    }

    @Test
    void targetWithUnusableMemoryIsEndedByTheNextLeaderToo() {
        move();
        world.run(300);
        world.lost = command -> command instanceof Command.StopVm;
        source().powerOff();
        world.until(60_000, () -> !world.placement(1).migrating());
        world.restartManager();
        world.lost = command -> false;
        world.until(10_000, this::settled);
        assertThat(world.sent(Command.ResumeVm.class)).isEmpty();
    }

    @Test
    void operatorsStopEndsBothRuns() {
        move();
        world.run(300);
        assertThat(world.request(new Request.StopVm(World.vm(1), true, 0))).isNull();
        world.until(10_000, () -> !world.placement(1).live());
        assertThat(world.runningOn(World.vm(1))).isNull();
        assertThat(source().running).isEmpty();
        assertThat(target().running).isEmpty();
        assertThat(world.state.moves()).isEmpty();
        assertThat(world.state.recoveries()).isEmpty();
    }

    @Test
    void moveIsRefusedWithTheReason() {
        assertThat(world.request(new Request.MoveVm(World.vm(1), from, true)).message())
                .isEqualTo(Message.REJECT_MOVE_THERE);
        target().powerOff();
        world.run(3000);
        assertThat(world.request(new Request.MoveVm(World.vm(1), to, true)).message())
                .isEqualTo(Message.REJECT_MOVE);
    }
}
