package io.holdfast.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.recovery.Stage;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;

/** Safety argument, section 8, as far as one manager and its hosts can show it; checked after every step, independently of the code under test. */
final class Invariants {
    private Invariants() {}

    static void check(State before, Step step) {
        if (step.rejected() != null) {
            assertThat(step.state()).as("a refusal changes nothing").isSameAs(before);
            assertThat(step.changes()).isEmpty();
            assertThat(step.commands()).isEmpty();
        }
        Set<RunKey> proven = new HashSet<>();
        TreeMap<RunKey, List<Proof>> proofs = new TreeMap<>();
        for (Change change : step.changes()) {
            if (change instanceof Change.RecordProof proof) {
                proofs.computeIfAbsent(new RunKey(proof.vm(), proof.run()), key -> new ArrayList<>())
                        .add(proof.proof());
            }
        }
        TreeMap<VmId, Placement> known = new TreeMap<>(before.placements());
        for (Change change : step.changes()) {
            if (change instanceof Change.PutPlacement put) {
                noPlacementReplacedWithoutProof(
                        before, known.get(put.placement().vm()), put.placement(), proofs);
                known.put(put.placement().vm(), put.placement());
            }
            if (change instanceof Change.RecordProof proof) {
                proven.add(new RunKey(proof.vm(), proof.run()));
            }
        }
        for (Change change : step.changes()) {
            if (change instanceof Change.PutPlacement put && !put.placement().live()) {
                assertThat(proven)
                        .as("each end is in the ledger of proofs")
                        .contains(
                                new RunKey(put.placement().vm(), put.placement().run()));
            }
        }
        step.commands().forEach(command -> onlyPlacedRunsAreStarted(step.state(), command));
        if (!step.changes().isEmpty()) {
            step.state().recoveries().values().forEach(recovery -> stageAgrees(before, step.state(), recovery));
        }
    }

    private static void noPlacementReplacedWithoutProof(
            State before, Placement old, Placement now, TreeMap<RunKey, List<Proof>> proofs) {
        if (old == null) {
            assertThat(now.run()).isEqualTo(1);
            return;
        }
        assertThat(now.highestRun()).as("runs are never used twice: %s", now).isGreaterThanOrEqualTo(old.highestRun());
        if (old.migrating()) {
            assertThat(now.migrating()).as("one of two hosts is left: %s", now).isFalse();
            assertThat(now.live()).isTrue();
            Placement gone = now.equals(old.targetOnly()) ? old.sourceOnly() : old.targetOnly();
            assertThat(now).isEqualTo(gone.equals(old.targetOnly()) ? old.sourceOnly() : old.targetOnly());
            covered(before, gone, proofs.getOrDefault(new RunKey(gone.vm(), gone.run()), List.of()));
            return;
        }
        if (now.migrating()) {
            assertThat(old.live()).as("only what runs is migrated: %s", old).isTrue();
            assertThat(now.sourceOnly().host()).isEqualTo(old.host());
            assertThat(now.sourceOnly().run()).isEqualTo(old.run());
            assertThat(now.run()).isEqualTo(old.highestRun() + 1);
            return;
        }
        if (now.run() == old.run()) {
            assertThat(now.live()).as("an ended run never lives again: %s", now).isFalse();
            covered(before, now, now.ended());
        } else {
            assertThat(now.run()).isEqualTo(old.highestRun() + 1);
            assertThat(old.live())
                    .as("placement replaced without a proof: %s by %s", old, now)
                    .isFalse();
        }
    }

    private static void covered(State before, Placement gone, List<Proof> proofs) {
        Vm vm = before.vms().get(gone.vm());
        assertThat(vm).isNotNull();
        for (var disk : vm.disks()) {
            if (!disk.readOnly()) {
                assertThat(proofs)
                        .as("every writable disk is covered: %s", gone)
                        .anyMatch(proof -> covers(before, proof, gone, disk.datastore()));
            }
        }
    }

    /** The stage of a recovery and the placement say the same: a writer may be alive in AFFECTED, ISOLATING, STARTING, and in no other stage. */
    private static void stageAgrees(State before, State now, Recovery recovery) {
        Placement placement = now.placements().get(recovery.vm());
        boolean live = placement != null && placement.live();
        boolean mayLive = switch (recovery.stage()) {
            case AFFECTED, ISOLATING, STARTING -> true;
            case ISOLATED, PLACED, WAITING -> false;
            case RUNNING -> throw new AssertionError("a recovery that runs is removed");
        };
        assertThat(live).as("%s with %s", recovery, placement).isEqualTo(mayLive);
        Recovery old = before.recoveries().get(recovery.vm());
        boolean back = recovery.stage() == Stage.ISOLATING || recovery.stage() == Stage.AFFECTED;
        if (old != null && back) {
            assertThat(old.stage())
                    .as("no way back to isolation but from a run that may live: %s", recovery)
                    .isIn(Stage.AFFECTED, Stage.ISOLATING, Stage.STARTING);
        }
    }

    private static boolean covers(State state, Proof proof, Placement placement, DatastoreId datastore) {
        if (!proof.host().equals(placement.host())) {
            return false;
        }
        return switch (proof) {
            case Proof.PoweredOff ignored -> true;
            case Proof.OperatorConfirmed ignored -> true;
            case Proof.ProcessEnded ended -> ended.vm().equals(placement.vm()) && ended.run() == placement.run();
            case Proof.LockedOut locked -> locked.datastore().equals(datastore);
            case Proof.LeaseExpired expired ->
                expired.datastore().equals(datastore)
                        && state.datastores().get(datastore).expiryProves()
                        && expired.generation() == placement.generationOn(datastore)
                        && expired.unchangedMillis() >= expired.boundMillis();
        };
    }

    private static void onlyPlacedRunsAreStarted(State state, Command command) {
        if (command instanceof Command.StartVm start) {
            Placement placement = state.placements().get(start.vm().id());
            assertThat(placement).isNotNull();
            assertThat(start.run()).as("never an older run").isEqualTo(placement.run());
            assertThat(start.host()).isEqualTo(placement.host());
            assertThat(placement.live()).isTrue();
            assertThat(start.generations()).isEqualTo(placement.generations());
        }
        if (command instanceof Command.ResumeVm resume) {
            Placement placement = state.placements().get(resume.vm());
            assertThat(placement.migrating())
                    .as("the target runs only when the source is proven to have ended: %s", placement)
                    .isFalse();
            assertThat(resume.run()).isEqualTo(placement.run());
            assertThat(resume.host()).isEqualTo(placement.host());
        }
        if (command instanceof Command.ToAgent agent) {
            assertThat(agent.epoch()).isEqualTo(state.epoch());
        }
    }

    /** Never two processes of one VM: the hosts' truth, whatever anybody believes. */
    static void oneWriter(Iterable<FakeHost> hosts) {
        TreeMap<VmId, HostId> writer = new TreeMap<>();
        for (FakeHost host : hosts) {
            if (host.power && !host.lockedOut) {
                for (VmId vm : host.writers()) {
                    HostId other = writer.put(vm, host.id);
                    assertThat(other)
                            .as("two writers of %s: %s and %s", vm, other, host.id)
                            .isNull();
                }
            }
        }
    }

    static List<VmId> sorted(Set<VmId> vms) {
        return vms.stream().sorted().toList();
    }
}
