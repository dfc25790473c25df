package io.holdfast.simulator.invariant;

import io.holdfast.core.Change;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.Disk;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.placement.Placement;
import io.holdfast.simulator.world.Invariant;
import io.holdfast.simulator.world.Journal;
import io.holdfast.simulator.world.World;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Section 8, 2: no placement is replaced without a proof that covers every writable disk; and what is proven is true: at the commit nobody
 * can write any more. The proof rules of section 3 are written here a second time, on purpose.
 */
public final class NoPlacementWithoutProof implements Invariant {
    @Override
    public void beforeChange(World world, Journal journal, long epoch, Change change, List<Change> transaction) {
        if (change instanceof Change.PutPlacement put) {
            Placement former = journal.placement(put.placement().vm());
            if (former != null) {
                if (former.migrating()) {
                    settled(world, journal, former, put.placement(), transaction);
                } else if (put.placement().migrating()) {
                    migrationBegins(former, put.placement());
                } else {
                    check(world, journal, former, put.placement());
                }
            }
        } else if (change instanceof Change.RemovePlacement remove) {
            Placement former = journal.placement(remove.vm());
            if (former != null && former.live()) {
                throw violated(
                        "the placement of " + remove.vm() + " is removed while run " + former.run() + " may live");
            }
        }
    }

    private void migrationBegins(Placement former, Placement next) {
        Placement source = next.sourceOnly();
        boolean same = source.run() == former.run()
                && source.host().equals(former.host())
                && source.generations().equals(former.generations());
        if (!former.live() || !next.live() || !same || next.run() != former.highestRun() + 1) {
            throw violated(former + " is not what " + next + " migrates from");
        }
    }

    /** One of two hosts is left: the other is proven in the same transaction, and can write no more. */
    private void settled(World world, Journal journal, Placement former, Placement next, List<Change> transaction) {
        boolean targetLeft = next.run() == former.run() && next.host().equals(former.host());
        Placement gone = targetLeft ? former.sourceOnly() : former.targetOnly();
        Placement left = targetLeft ? former.targetOnly() : former.sourceOnly();
        if (!next.equals(left)) {
            throw violated(former + " is replaced by " + next);
        }
        List<Proof> proofs = new ArrayList<>();
        for (Change change : transaction) {
            if (change instanceof Change.RecordProof record
                    && record.vm().equals(gone.vm())
                    && record.run() == gone.run()) {
                proofs.add(record.proof());
            }
        }
        Vm vm = journal.vm(gone.vm());
        for (Disk disk : vm == null ? List.<Disk>of() : vm.disks()) {
            if (!disk.readOnly() && !covered(world, gone, disk, proofs)) {
                throw violated(gone.vm() + " run " + gone.run() + " on " + gone.host() + " counts as ended, disk "
                        + disk.id() + " on " + disk.datastore() + " is covered by none of " + proofs);
            }
        }
        for (String writer : world.truth.writersOf(gone.vm())) {
            if (writer.equals(gone.host().value())
                    || writer.startsWith(gone.host().value() + " ")) {
                throw violated(gone + " counts as ended by " + proofs + ", but " + writer + " can still write");
            }
        }
    }

    private void check(World world, Journal journal, Placement former, Placement next) {
        if (next.run() < former.run()) {
            throw violated("the run of " + next.vm() + " goes back from " + former.run() + " to " + next.run());
        }
        Vm vm = journal.vm(next.vm());
        boolean replaced = next.run() > former.run();
        if (replaced && next.run() <= former.highestRun()) {
            throw violated(next.vm() + " run " + next.run() + " is used a second time");
        }
        List<Proof> proofs = replaced ? former.ended() : next.ended();
        if (!replaced
                && (!next.host().equals(former.host())
                        || proofs.isEmpty()
                        || !former.ended().isEmpty())) {
            if (!next.host().equals(former.host())) {
                throw violated(next.vm() + " run " + next.run() + " changes its host from " + former.host() + " to "
                        + next.host());
            }
            return;
        }
        if (vm != null) {
            for (Disk disk : vm.disks()) {
                if (!disk.readOnly() && !covered(world, former, disk, proofs)) {
                    throw violated(vm.id() + " run " + former.run() + " on " + former.host() + " counts as ended, disk "
                            + disk.id() + " on " + disk.datastore() + " is covered by none of " + proofs);
                }
            }
        }
        List<String> writers = world.truth.writersOf(next.vm());
        if (!writers.isEmpty()) {
            throw violated(next.vm() + " run " + former.run() + " counts as ended by " + proofs + ", but " + writers
                    + " can still write");
        }
    }

    private static boolean covered(World world, Placement former, Disk disk, List<Proof> proofs) {
        for (Proof proof : proofs) {
            if (proof.host().equals(former.host()) && covers(world, former, disk, proof)) {
                return true;
            }
        }
        return false;
    }

    private static boolean covers(World world, Placement former, Disk disk, @Nullable Proof proof) {
        return switch (proof) {
            case Proof.PoweredOff off -> true;
            case Proof.OperatorConfirmed confirmed -> true;
            case Proof.ProcessEnded ended -> ended.vm().equals(former.vm()) && ended.run() >= former.run();
            case Proof.LockedOut locked -> locked.datastore().equals(disk.datastore());
            case Proof.LeaseExpired expired ->
                expired.datastore().equals(disk.datastore())
                        && expired.generation() >= former.generationOn(disk.datastore())
                        && expired.unchangedMillis() >= world.profile().expiryNanos() / 1_000_000
                        && expiryProves(world, disk)
                        && world.host(former.host()).hasWatchdog();
            case null -> false;
        };
    }

    private static boolean expiryProves(World world, Disk disk) {
        Datastore datastore = world.database.journal().datastore(disk.datastore());
        return datastore != null && datastore.expiryProves();
    }
}
