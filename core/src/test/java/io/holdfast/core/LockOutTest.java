package io.holdfast.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.HaMode;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.isolation.Rung;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** The rung LockedOut (safety argument, sections 3 and 4): when it is sought, what it proves, and how the host is let in again. */
class LockOutTest {
    private final World world = new World(4).withVms(4);
    private final HostId first = Objects.requireNonNull(world.runningOn(World.vm(1)));
    private final FakeHost host = Objects.requireNonNull(world.hosts.get(first));

    private void storage(boolean driver, boolean expiryProves) {
        world.request(new Request.ChangeDatastore(new Datastore(
                FakeHost.STORE,
                "store",
                new Datastore.Location.Iscsi("10.77.2.2:3260", "iqn.store", 0),
                driver ? "head" : null,
                expiryProves)));
    }

    private boolean restarted() {
        return world.placement(1).run() > 1 && world.placement(1).live();
    }

    @Test
    void powerCutThatTakesTheBmcAlongIsProvenByTheStorageLongBeforeTheLeaseExpires() {
        storage(true, true);
        host.bmcDead = true;
        host.powerOff();
        assertThat(world.until(9_000, this::restarted)).isBetween(4_000L, 9_000L);
        assertThat(world.database.proofs).anyMatch(record -> record.proof() instanceof Proof.LockedOut);
        assertThat(world.database.failovers.values())
                .anyMatch(failover -> failover.rungs().stream()
                        .anyMatch(
                                rung -> rung.kind() == Rung.Kind.LOCKED_OUT && rung.outcome() == Rung.Outcome.PROVEN));
    }

    @Test
    void storageThatNobodyCanTellIsNotAsked() {
        host.bmcDead = true;
        host.powerOff();
        world.until(25_000, this::restarted);
        assertThat(world.sent(Command.LockOut.class)).isEmpty();
        assertThat(world.database.proofs).noneMatch(record -> record.proof() instanceof Proof.LockedOut);
    }

    @Test
    void expiredLeaseIsNoProofWhereOperationsOfADeadClientMayWaitInTheStorage() {
        storage(true, false);
        world.storageDead = true;
        host.bmcDead = true;
        host.powerOff();
        world.run(60_000);
        assertThat(restarted()).isFalse();
        assertThat(world.sent(Command.LockOut.class))
                .as("asked again and again")
                .hasSizeGreaterThan(5);
        world.storageDead = false;
        world.until(8_000, this::restarted);
        assertThat(world.database.proofs).anyMatch(record -> record.proof() instanceof Proof.LockedOut);
    }

    @Test
    void hostThatShowsAnySignOfLifeIsNotLockedOut() {
        storage(true, true);
        host.managementCut = true;
        world.run(30_000);
        assertThat(world.sent(Command.LockOut.class)).isEmpty();
    }

    @Test
    void pausedClusterLocksNobodyOut() {
        storage(true, true);
        world.request(new Request.SetHaMode(HaMode.FREEZE));
        host.bmcDead = true;
        host.powerOff();
        world.run(12_000);
        assertThat(world.sent(Command.LockOut.class)).isEmpty();
        world.request(new Request.SetHaMode(HaMode.ACTIVE));
        world.until(3_000, this::restarted);
    }

    @Test
    void brakeHoldsTheLockOut() {
        storage(true, true);
        for (int number = 1; number <= 2; number++) {
            world.at(number).bmcDead = true;
            world.at(number).powerOff();
        }
        world.run(12_000);
        assertThat(world.sent(Command.LockOut.class)).isEmpty();
        world.request(new Request.ReleaseBrake());
        world.run(1_000);
        assertThat(world.sent(Command.LockOut.class)).isNotEmpty();
    }

    @Test
    void mostHostsVanishingAtOnceLocksNobodyOut() {
        storage(true, true);
        for (int number = 1; number <= 3; number++) {
            world.at(number).managementCut = true;
            world.at(number).storageCut = true;
        }
        world.run(12_000);
        assertThat(world.sent(Command.LockOut.class)).isEmpty();
    }

    @Test
    void hostThatComesBackIsLetInOnlyOnceNothingOfBeforeIsAlive() {
        storage(true, true);
        host.bmcDead = true;
        host.managementCut = true;
        host.storageCut = true;
        host.agent = false; // Hung: its processes write on until the watchdog resets it.
        host.watchdogArmed = false;
        world.until(9_000, this::restarted);
        assertThat(host.runs(World.vm(1))).as("alive, but locked out").isTrue();
        assertThat(host.lockedOut).isTrue();
        host.agent = true;
        host.managementCut = false;
        world.run(600);
        assertThat(world.sent(Command.LetIn.class))
                .as("still the same generation")
                .isEmpty();
        host.storageCut = false;
        world.until(20_000, () -> !host.lockedOut);
        assertThat(host.running).isEmpty();
        world.run(3_000);
        assertThat(world.state.facts().get(first).lockOuts()).isEmpty();
    }

    @Test
    void newLeaderKnowsWhomToLetIn() {
        storage(true, true);
        host.bmcDead = true;
        host.powerOff();
        world.until(9_000, this::restarted);
        world.restartManager();
        assertThat(world.state.facts().get(first).lockOuts()).hasSize(1);
        host.powerOn(world.nanos);
        world.until(10_000, () -> !host.lockedOut);
        world.until(3_000, () -> world.state.facts().get(first).lockOuts().isEmpty());
    }

    @Test
    void answerToALockOutOfBeforeTheSuspicionProvesNothing() {
        Script script = new Script(true);
        script.feed(new Event.LockOutDone(script.now(), Script.H1, Script.A, new OperationId(5, 1), true, "late"));
        assertThat(script.proven()).isFalse();
    }
}
