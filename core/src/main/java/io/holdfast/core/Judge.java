package io.holdfast.core;

import io.holdfast.core.health.Evidence;
import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.PeerAnswer;
import io.holdfast.core.health.Suspicion;
import io.holdfast.core.health.Verdict;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.LeaseProfile;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.policy.Action;
import io.holdfast.core.policy.PolicyTable;
import io.holdfast.core.text.Message;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is held to be wrong with a suspect host, from all that was seen (safety argument, section 5), and what the policy table (section 7) makes of it. A verdict
 * by itself never starts a VM anywhere: that takes a proof.
 */
final class Judge {
    /** Twice a probe's own limit: no sign on the management plane is held for none before (safety argument, section 5: act on proof). */
    private static final long HEARD_NANOS = 1_000_000_000L;

    private Judge() {}

    static void judge(Turn turn, HostId host, LeaseView leases) {
        HostHealth health = turn.health(host);
        Suspicion suspicion = Objects.requireNonNull(health.suspicion());
        if (!Detection.silentLong(turn, health)) {
            return;
        }
        announce(turn, host);
        Verdict verdict = decide(turn, host, suspicion, leases);
        if (verdict != suspicion.verdict()) {
            turn.put(host, Objects.requireNonNull(turn.health(host).suspicion()).withVerdict(verdict));
            tell(turn, host, verdict, leases);
        }
        if (verdict == Verdict.DEAD) {
            affectAll(turn, host, Verdict.DEAD);
        } else if (verdict == Verdict.PARTITIONED) {
            affectPartitioned(turn, host, leases);
        }
    }

    /** Three reports missed, or a fail-over opened: people are told. */
    static void announce(Turn turn, HostId host) {
        Suspicion suspicion = turn.health(host).suspicion();
        if (suspicion == null || suspicion.announced()) {
            return;
        }
        turn.put(host, suspicion.announce());
        turn.raise(Message.ALARM_HOST_DOWN, host.value(), List.of(turn.name(host)));
        turn.tell(
                TimelineEntry.Severity.WARNING,
                host,
                null,
                null,
                Message.HOST_SUSPECT,
                turn.name(host),
                suspicion.cause().english(suspicion.causeArguments()));
    }

    private static @Nullable Verdict decide(Turn turn, HostId host, Suspicion suspicion, LeaseView leases) {
        LeaseProfile lease = turn.settings().lease();
        if (suspicion.power().seenOff()) {
            return Verdict.DEAD;
        }
        int vanished = turn.suspects.size() < 2 ? 1 : vanished(turn, suspicion);
        if (vanished >= 2 && 2 * vanished > turn.facts.size()) {
            return Verdict.MANAGER_SIDE;
        }
        if (answers(turn, suspicion, PeerAnswer.AGENT_ANSWERS)) {
            return Verdict.PARTITIONED;
        }
        if (answers(turn, suspicion, PeerAnswer.REFUSED) || answers(turn, suspicion, PeerAnswer.AGENT_SILENT)) {
            return Verdict.AGENT_DOWN;
        }
        Verdict before = suspicion.verdict() == Verdict.MANAGER_SIDE ? null : suspicion.verdict();
        if (leases.stale(lease.lossMillis())) {
            // A new leader finds a lease that is long stale before it has heard a single peer.
            return suspicion.peers().heard(turn.nanos(), HEARD_NANOS) ? Verdict.DEAD : before;
        }
        // A change this long after the host went quiet is a renewal, not the late reading of its last one.
        boolean renewed =
                suspicion.leaseAliveNanos() - suspicion.sinceNanos() > 2_000_000L * lease.renewMillis() + 500_000_000L;
        if (renewed && !leases.newest().isEmpty()) {
            return Verdict.PARTITIONED;
        }
        return before;
    }

    private static boolean answers(Turn turn, Suspicion suspicion, PeerAnswer answer) {
        for (Map.Entry<HostId, PeerAnswer> entry : suspicion.peers().answers().entrySet()) {
            if (entry.getValue() == answer && turn.health(entry.getKey()).reporting()) {
                return true;
            }
        }
        return false;
    }

    /** How many hosts went silent together with this one, without their power being seen off. */
    private static int vanished(Turn turn, Suspicion suspicion) {
        long windowNanos = 1_000_000L * turn.settings().brake().windowMillis();
        int result = 0;
        for (HostId id : turn.suspects) {
            HostHealth other = turn.health(id);
            Suspicion its = other.suspicion();
            if (its != null
                    && !its.power().seenOff()
                    && Math.abs(its.sinceNanos() - suspicion.sinceNanos()) <= windowNanos
                    && Detection.silentLong(turn, other)) {
                result++;
            }
        }
        return result;
    }

    private static void tell(Turn turn, HostId host, @Nullable Verdict verdict, LeaseView leases) {
        String name = turn.name(host);
        leaseEvidence(turn, host, leases, verdict);
        if (verdict != Verdict.MANAGER_SIDE) {
            clearManagerSide(turn);
        }
        switch (verdict) {
            case DEAD -> warn(turn, host, Message.HOST_VERDICT_DEAD, name, whyDead(turn, host));
            case PARTITIONED -> {
                warn(turn, host, Message.HOST_VERDICT_PARTITIONED, name);
                turn.raise(Message.ALARM_PARTITIONED, host.value(), List.of(name));
            }
            case AGENT_DOWN -> {
                warn(turn, host, Message.HOST_VERDICT_AGENT_DOWN, name);
                turn.raise(Message.ALARM_AGENT_DOWN, host.value(), List.of(name));
            }
            case MANAGER_SIDE -> {
                String cluster = turn.cluster.id().value();
                boolean told = turn.alarms.containsKey(Message.ALARM_MANAGER_SIDE.name() + "/" + cluster);
                turn.raise(Message.ALARM_MANAGER_SIDE, cluster, List.of());
                if (!told) {
                    String count = String.valueOf(turn.suspects.size());
                    String all = String.valueOf(turn.facts.size());
                    turn.tell(
                            TimelineEntry.Severity.ERROR,
                            null,
                            null,
                            null,
                            Message.HOST_VERDICT_MANAGER_SIDE,
                            count,
                            all);
                }
            }
            case STORAGE_LOST, UPLINK_LOST, REBOOTED, VM_ENDED, OPERATOR -> {}
            case null -> {}
        }
    }

    private static void warn(Turn turn, HostId host, Message message, String... arguments) {
        turn.tell(TimelineEntry.Severity.WARNING, host, null, null, message, arguments);
    }

    private static String whyDead(Turn turn, HostId host) {
        Suspicion suspicion = turn.health(host).suspicion();
        boolean off = suspicion != null && suspicion.power().seenOff();
        return (off ? Message.DEAD_POWER_OFF : Message.DEAD_NO_SIGN).english();
    }

    /** What was seen of the leases at this instant becomes part of the story. */
    static void leaseEvidence(Turn turn, HostId host, LeaseView leases, @Nullable Verdict verdict) {
        for (LeaseView.Seen seen : leases.newest()) {
            String datastore = turn.name(seen.observation().datastore());
            String observer = turn.name(seen.observer());
            if (verdict == Verdict.PARTITIONED) {
                Story.see(turn, host, Evidence.Plane.STORAGE, Message.SEEN_LEASE_ALIVE, datastore, observer);
            } else {
                String unchanged = String.valueOf(seen.observation().unchangedMillis());
                Story.see(turn, host, Evidence.Plane.STORAGE, Message.SEEN_LEASE, datastore, observer, unchanged);
            }
        }
    }

    /** The alarm goes when no host has that verdict any more. */
    static void clearManagerSide(Turn turn) {
        for (HostId id : turn.suspects) {
            if (turn.health(id).hasVerdict(Verdict.MANAGER_SIDE)) {
                return;
            }
        }
        turn.clear(Message.ALARM_MANAGER_SIDE, turn.cluster.id().value());
    }

    /** All VMs that may be alive there, and shall run, are affected: proofs are sought. */
    static void affectAll(Turn turn, HostId host, Verdict verdict) {
        for (VmId vm : turn.liveOn(host)) {
            Recoveries.affect(turn, vm, host, verdict, List.of());
        }
    }

    /** Rows (fault, ok, …): what is to leave is stopped through the mailbox. */
    private static void affectPartitioned(Turn turn, HostId host, LeaseView leases) {
        if (Pause.on(turn)) {
            return;
        }
        boolean leaving = false;
        for (VmId id : turn.liveOn(host)) {
            Vm vm = turn.vms.get(id);
            if (vm == null) {
                continue;
            }
            boolean business = leases.businessFault() && !vm.nics().isEmpty();
            if (policy(turn, vm).action(true, false, business) != Action.KEEP) {
                leaving = true;
                if (Recoveries.affect(turn, id, host, Verdict.PARTITIONED, List.of())) {
                    turn.put(Objects.requireNonNull(turn.recoveries.get(id)).leave());
                }
            }
        }
        if (leaving || leases.businessFault()) {
            Mailbox.stopLeaving(turn, host, leases);
        }
    }

    /** The table that counts for a VM. */
    static PolicyTable policy(Turn turn, Vm vm) {
        return turn.settings().policy().with(vm.ha().policy());
    }
}
