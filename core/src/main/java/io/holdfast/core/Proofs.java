package io.holdfast.core;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.HostFacts;
import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.PowerLadder;
import io.holdfast.core.health.SlotVm;
import io.holdfast.core.health.Suspicion;
import io.holdfast.core.health.Verdict;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.Disk;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.LeaseProfile;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.isolation.Rung;
import io.holdfast.core.placement.LeaseGeneration;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.FailoverId;
import io.holdfast.core.recovery.Stage;
import io.holdfast.core.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Seeks isolation proofs for the runs on a host (safety argument, section 3): all of them side by side, the first to cover <b>every</b> writable disk of a VM wins.
 */
final class Proofs {
    private Proofs() {}

    /** Looks at everything known of a host that does not report, or has lost storage, and ends every run that is proven to have no writer. */
    static void seek(Turn turn, HostId host, LeaseView leases) {
        Proof whole = poweredOff(turn, host);
        for (VmId vm : turn.liveOn(host)) {
            Placement placement = turn.liveHere(vm, host);
            List<Proof> proofs = whole != null ? List.of(whole) : forRun(turn, placement, leases);
            if (!proofs.isEmpty()) {
                endByProof(turn, placement, proofs, leases);
            }
        }
        if (!leases.newest().isEmpty()) {
            watchRung(turn, host, leases);
        }
    }

    /**
     * A host that reports, but has lost a datastore: its own word for each end is the usual proof; a process that cannot die is ended by its watchdog, and then by the
     * expired lease.
     */
    static void seekForIsolating(Turn turn, HostId host) {
        LeaseView leases = null;
        for (VmId vm : turn.liveOn(host)) {
            var recovery = turn.recoveries.get(vm);
            if (recovery != null && recovery.stage() == Stage.ISOLATING) {
                leases = leases == null ? LeaseView.of(turn, host) : leases;
                Placement placement = turn.liveHere(vm, host);
                List<Proof> proofs = forRun(turn, placement, leases);
                if (!proofs.isEmpty()) {
                    Ends.end(turn, placement, proofs, null);
                }
            }
        }
    }

    private static void endByProof(Turn turn, Placement placement, List<Proof> proofs, LeaseView leases) {
        HostId host = placement.host();
        boolean opened = Story.openFor(turn, host) != null;
        if (proofs.getFirst() instanceof Proof.PoweredOff) {
            confirmDead(turn, host);
        }
        Suspicion suspicion = turn.health(host).suspicion();
        Verdict verdict = suspicion == null || suspicion.verdict() == null ? Verdict.DEAD : suspicion.verdict();
        Recoveries.affect(
                turn, placement.vm(), host, verdict == Verdict.MANAGER_SIDE ? Verdict.DEAD : verdict, List.of());
        if (!opened && Story.openFor(turn, host) != null) {
            Judge.leaseEvidence(turn, host, leases, Verdict.DEAD);
        }
        Ends.end(turn, placement, proofs, null);
    }

    private static void confirmDead(Turn turn, HostId host) {
        Judge.announce(turn, host);
        Suspicion suspicion = turn.health(host).suspicion();
        if (suspicion != null && suspicion.verdict() != Verdict.DEAD) {
            turn.put(host, suspicion.withVerdict(Verdict.DEAD));
            turn.tell(
                    TimelineEntry.Severity.WARNING,
                    host,
                    null,
                    null,
                    Message.HOST_VERDICT_DEAD,
                    turn.name(host),
                    Message.DEAD_POWER_OFF.english());
        }
    }

    /** Power off: read twice, or read back after the command, and no sign of life since the first of these reads was asked. */
    private static @Nullable Proof poweredOff(Turn turn, HostId host) {
        HostHealth health = turn.health(host);
        Suspicion suspicion = health.suspicion();
        if (suspicion == null || !suspicion.power().seenOff()) {
            return null;
        }
        PowerLadder power = suspicion.power();
        boolean sinceSuspicion = power.firstOffAskedNanos() >= suspicion.sinceNanos();
        long alive = Math.max(suspicion.aliveNanos(), health.heardNanos());
        if (!sinceSuspicion || alive > power.firstOffAskedNanos()) {
            return null;
        }
        Proof.PoweredOff.How how =
                power.readBack() ? Proof.PoweredOff.How.AFTER_COMMAND : Proof.PoweredOff.How.READ_TWICE;
        return new Proof.PoweredOff(host, turn.wall(), how);
    }

    private static List<Proof> forRun(Turn turn, Placement placement, LeaseView leases) {
        Proof ended = endedBySlot(turn, placement, leases);
        if (ended != null) {
            return List.of(ended);
        }
        Vm vm = turn.vms.get(placement.vm());
        if (vm == null) {
            return List.of();
        }
        List<Proof> result = new ArrayList<>();
        for (DatastoreId datastore : writableDatastores(vm)) {
            Proof proof = LockOuts.proof(turn, placement.host(), datastore);
            if (proof == null && expiryProves(turn, datastore)) {
                proof = leaseExpired(turn, placement, datastore, leases);
            }
            if (proof == null) {
                return List.of();
            }
            result.add(proof);
        }
        return result;
    }

    /** Datastores on each of which a proof is needed. A VM without any writable disk is ended by proofs of the host or the process only. */
    static List<DatastoreId> writableDatastores(Vm vm) {
        TreeSet<DatastoreId> result = new TreeSet<>();
        for (Disk disk : vm.disks()) {
            if (!disk.readOnly()) {
                result.add(disk.datastore());
            }
        }
        return List.copyOf(result);
    }

    /** Not where operations of a dead client may still wait in the storage (section 4, Ceph). */
    private static boolean expiryProves(Turn turn, DatastoreId id) {
        Datastore datastore = turn.datastores.get(id);
        return datastore != null && datastore.expiryProves();
    }

    /**
     * The slot on the storage says that this very run has been reaped, or is of a later generation than the run's: a new generation begins only after every VM
     * with a disk there is reaped (section 4).
     */
    private static @Nullable Proof endedBySlot(Turn turn, Placement placement, LeaseView leases) {
        for (LeaseView.Seen seen : leases.newest()) {
            long generation = placement.generationOn(seen.observation().datastore());
            if (generation == 0) {
                continue;
            }
            boolean listedAlive = false;
            for (SlotVm slotVm : seen.observation().vms()) {
                if (slotVm.vm().equals(placement.vm()) && slotVm.run() == placement.run()) {
                    if (slotVm.ended()) {
                        return ended(turn, placement, Proof.ProcessEnded.How.LEASE_SLOT);
                    }
                    listedAlive = true;
                }
            }
            if (!listedAlive && seen.observation().generation() > generation) {
                return ended(turn, placement, Proof.ProcessEnded.How.NEW_GENERATION);
            }
        }
        return null;
    }

    private static Proof ended(Turn turn, Placement placement, Proof.ProcessEnded.How how) {
        return new Proof.ProcessEnded(
                placement.host(), turn.wall(), placement.vm(), placement.run(), EndCause.SELF_FENCED, how);
    }

    /**
     * Lease expired (section 4): an observer that holds a lease of its own has seen the slot unchanged for E, it is of the run's generation, and the host's watchdog was
     * armed when it last reported, or the cluster accepts the weaker bound.
     */
    private static @Nullable Proof leaseExpired(
            Turn turn, Placement placement, DatastoreId datastore, LeaseView leases) {
        LeaseProfile lease = turn.settings().lease();
        LeaseView.Seen seen = leases.longestUnchanged(datastore, placement.generationOn(datastore));
        boolean watchdog = watchdogCounts(turn, placement.host());
        if (seen == null
                || seen.observer().equals(placement.host())
                || seen.observation().unchangedMillis() < lease.expiryMillis()
                || !(watchdog || turn.settings().acceptLeaseWithoutWatchdog())) {
            return null;
        }
        return new Proof.LeaseExpired(
                placement.host(),
                turn.wall(),
                datastore,
                seen.observation().generation(),
                seen.observer(),
                seen.observation().unchangedMillis(),
                lease.expiryMillis(),
                watchdog);
    }

    /** The host's watchdog was armed in its last report, and resets it within W. */
    static boolean watchdogCounts(Turn turn, HostId host) {
        HostFacts facts = turn.facts.get(host);
        return facts != null
                && facts.watchdogArmed()
                && facts.watchdogTimeoutMillis() <= turn.settings().lease().watchdogMillis();
    }

    /** Writes the rung of a proof that has been had into the story that it belongs to. */
    static void rungProven(Turn turn, FailoverId failover, Proof proof) {
        Rung.Kind kind = switch (proof) {
            case Proof.PoweredOff off ->
                off.how() == Proof.PoweredOff.How.AFTER_COMMAND
                        ? Rung.Kind.POWER_OFF_COMMAND
                        : Rung.Kind.POWER_SEEN_OFF;
            case Proof.LeaseExpired ignored -> Rung.Kind.LEASE_EXPIRED;
            case Proof.ProcessEnded ignored -> Rung.Kind.PROCESS_ENDED;
            case Proof.OperatorConfirmed ignored -> Rung.Kind.OPERATOR;
            case Proof.LockedOut ignored -> Rung.Kind.LOCKED_OUT;
        };
        ProofText text = ProofText.of(turn, proof);
        Story.rung(
                turn,
                failover,
                proof.host(),
                kind,
                Rung.Outcome.PROVEN,
                text.message(),
                text.arguments().toArray(String[]::new));
    }

    /** How the lease stands, for those who watch; written when the fail-over opens and not at every report, else the database would be busy with nothing else. */
    private static void watchRung(Turn turn, HostId host, LeaseView leases) {
        var failover = Story.openFor(turn, host);
        if (failover == null || failover.rungs().stream().anyMatch(rung -> rung.kind() == Rung.Kind.LEASE_EXPIRED)) {
            return;
        }
        if (!watchdogCounts(turn, host) && !turn.settings().acceptLeaseWithoutWatchdog()) {
            Story.rung(turn, host, Rung.Kind.LEASE_EXPIRED, Rung.Outcome.NOT_POSSIBLE, Message.RUNG_LEASE_NO_WATCHDOG);
            return;
        }
        LeaseView.Seen seen = leases.newest().getFirst();
        Story.rung(
                turn,
                host,
                Rung.Kind.LEASE_EXPIRED,
                Rung.Outcome.ASKED,
                Message.RUNG_LEASE_WATCHED,
                turn.name(seen.observation().datastore()),
                String.valueOf(seen.observation().unchangedMillis()),
                String.valueOf(turn.settings().lease().expiryMillis()));
    }

    /** What was already known of the rungs when a fail-over opens. */
    static void openingRungs(Turn turn, HostId host) {
        Suspicion suspicion = turn.health(host).suspicion();
        if (suspicion == null) {
            return;
        }
        if (turn.host(host).bmc() == null) {
            Story.rung(turn, host, Rung.Kind.POWER_SEEN_OFF, Rung.Outcome.NOT_POSSIBLE, Message.RUNG_POWER_NO_BMC);
        } else if (suspicion.power().last() != null) {
            Pursuit.powerRung(turn, host, suspicion.power().last(), "");
        } else {
            Story.rung(turn, host, Rung.Kind.POWER_SEEN_OFF, Rung.Outcome.ASKED, Message.RUNG_POWER_ASKED);
        }
    }

    /** Generations that a start on this host may rely on: held now, on every datastore of the VM; null where one is not held. */
    static @Nullable List<LeaseGeneration> heldGenerations(HostHealth health, Vm vm) {
        List<LeaseGeneration> result = new ArrayList<>();
        for (DatastoreId datastore : vm.datastores()) {
            var lease = health.lease(datastore);
            if (lease == null || !lease.held() || lease.generation() <= 0) {
                return null;
            }
            result.add(new LeaseGeneration(datastore, lease.generation()));
        }
        return result;
    }
}
