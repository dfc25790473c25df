package io.holdfast.core;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.Evidence;
import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.LeaseStatus;
import io.holdfast.core.health.Report;
import io.holdfast.core.health.UplinkStatus;
import io.holdfast.core.health.Verdict;
import io.holdfast.core.health.VmState;
import io.holdfast.core.health.VmStatus;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Nic;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.placement.LeaseGeneration;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.policy.Action;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.text.Message;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;

/** The storage and business planes of a host that reports (safety argument, sections 4 and 7). */
final class Planes {
    /** Asked politely for this long before a guest is killed to be restarted elsewhere. */
    private static final int GRACE_MILLIS = 10_000;

    private Planes() {}

    /** Looks at the host's own leases, as far as something about them has changed. */
    static void leases(Turn turn, HostId host, @Nullable Report last, Report report, boolean fresh) {
        for (int at = 0; at < report.leases().size(); at++) {
            LeaseStatus lease = report.leases().get(at);
            LeaseStatus before =
                    last != null && at < last.leases().size() ? last.leases().get(at) : null;
            boolean same = !fresh
                    && before != null
                    && before.datastore().equals(lease.datastore())
                    && before.held() == lease.held()
                    && before.generation() == lease.generation();
            if (same) {
                continue;
            }
            String subject = host.value() + "/" + lease.datastore().value();
            if (lease.held()) {
                turn.clear(Message.ALARM_STORAGE, subject);
            } else if (lease.ageMillis() >= 0) {
                turn.raise(Message.ALARM_STORAGE, subject, List.of(turn.name(host), turn.name(lease.datastore())));
            }
            newGeneration(turn, host, report, lease);
            if (!lease.held()) {
                lost(turn, host, lease);
            }
        }
    }

    /** A later generation begins only after every VM with a disk there has been reaped (section 4). A run that the same report shows alive is not concluded to have ended. */
    private static void newGeneration(Turn turn, HostId host, Report report, LeaseStatus lease) {
        for (VmId vm : turn.liveOn(host)) {
            Placement placement = turn.liveHere(vm, host);
            long generation = placement.generationOn(lease.datastore());
            if (generation == 0 || lease.generation() <= generation || listed(report, placement)) {
                continue;
            }
            Recoveries.affect(turn, vm, host, Verdict.STORAGE_LOST, lostEvidence(turn, host, lease));
            Proof proof = new Proof.ProcessEnded(
                    host,
                    turn.wall(),
                    vm,
                    placement.run(),
                    EndCause.SELF_FENCED,
                    Proof.ProcessEnded.How.NEW_GENERATION);
            Ends.end(turn, placement, List.of(proof), EndCause.SELF_FENCED);
        }
    }

    private static boolean listed(Report report, Placement placement) {
        for (VmStatus status : report.vms()) {
            if (status.vm().equals(placement.vm())
                    && status.run() == placement.run()
                    && status.state() != VmState.ENDED) {
                return true;
            }
        }
        return false;
    }

    private static List<Evidence> lostEvidence(Turn turn, HostId host, LeaseStatus lease) {
        return Reports.evidence(
                turn,
                host,
                Evidence.Plane.STORAGE,
                Message.SEEN_LEASE_LOST,
                turn.name(lease.datastore()),
                lease.error());
    }

    /** This generation is over: the agent kills every VM with a disk there, and each end that it reports is the proof. */
    private static void lost(Turn turn, HostId host, LeaseStatus lease) {
        boolean told = false;
        for (VmId vm : turn.liveOn(host)) {
            Placement placement = turn.liveHere(vm, host);
            if (placement.generationOn(lease.datastore()) != lease.generation()) {
                continue;
            }
            if (!told) {
                told = true;
                turn.tell(
                        TimelineEntry.Severity.ERROR,
                        host,
                        null,
                        null,
                        Message.HOST_VERDICT_STORAGE_LOST,
                        turn.name(host),
                        turn.name(lease.datastore()));
            }
            Recoveries.affect(turn, vm, host, Verdict.STORAGE_LOST, lostEvidence(turn, host, lease));
        }
    }

    /** The host holds every lease for which this placement was made, still in the same generation. */
    static boolean leasesStillHeld(Turn turn, Placement placement) {
        HostHealth health = turn.health(placement.host());
        for (LeaseGeneration generation : placement.generations()) {
            LeaseStatus lease = health.lease(generation.datastore());
            if (lease == null || !lease.held() || lease.generation() != generation.generation()) {
                return false;
            }
        }
        return true;
    }

    /** Follows the uplinks of business networks. A network is down when all its uplinks are; it counts after the set number of reports. */
    static void uplinks(Turn turn, HostId host, Report report) {
        PSortedMap<String, Long> before = turn.health(host).networksDown();
        TreeMap<String, Boolean> up = new TreeMap<>();
        for (UplinkStatus uplink : report.uplinks()) {
            up.merge(uplink.network(), uplink.carrier() && uplink.adminUp(), Boolean::logicalOr);
        }
        PSortedMap<String, Long> down = before;
        for (var network : up.entrySet()) {
            if (network.getValue()) {
                down = down.minus(network.getKey());
            } else if (!down.containsKey(network.getKey())) {
                down = down.plus(network.getKey(), turn.nanos());
            }
        }
        if (!down.equals(before)) {
            turn.put(turn.health(host).withNetworksDown(down));
            turn.planDue = true;
            for (String network : before.keySet()) {
                if (!down.containsKey(network)) {
                    turn.clear(Message.ALARM_UPLINK, host.value() + "/" + network);
                }
            }
        }
        long limit =
                1_000_000L * turn.settings().missedReports() * turn.settings().reportIntervalMillis();
        for (var network : down.entrySet()) {
            if (turn.nanos() - network.getValue() >= limit) {
                networkDown(turn, host, network.getKey());
            }
        }
    }

    private static void networkDown(Turn turn, HostId host, String network) {
        String subject = host.value() + "/" + network;
        boolean isNew = !turn.alarms.containsKey(Message.ALARM_UPLINK.name() + "/" + subject);
        if (isNew) {
            turn.planDue = true;
            turn.raise(Message.ALARM_UPLINK, subject, List.of(network, turn.name(host)));
            turn.tell(
                    TimelineEntry.Severity.ERROR,
                    host,
                    null,
                    null,
                    Message.HOST_VERDICT_UPLINK_LOST,
                    turn.name(host),
                    network);
        }
        for (VmId id : turn.liveOn(host)) {
            Vm vm = turn.vms.get(id);
            if (vm != null && vm.nics().stream().map(Nic::network).anyMatch(network::equals)) {
                leave(turn, host, vm, network);
            }
        }
    }

    /** A network of the VM has had no uplink here for as long as it takes to count. */
    static boolean lacksNetwork(Turn turn, HostHealth health, Vm vm) {
        long limit =
                1_000_000L * turn.settings().missedReports() * turn.settings().reportIntervalMillis();
        for (Nic nic : vm.nics()) {
            Long since = health.networksDown().get(nic.network());
            if (since != null && turn.nanos() - since >= limit) {
                return true;
            }
        }
        return false;
    }

    /** Stopped here and restarted elsewhere, where the policy says so and another host can take it. Moving live is {@link Wants}'. */
    private static void leave(Turn turn, HostId host, Vm vm, String network) {
        Action action = Judge.policy(turn, vm).action(false, false, true);
        boolean restarts = action == Action.STOP_AND_RESTART
                || action == Action.RESTART_WHEN_PROVEN
                || (action == Action.MIGRATE_OR_RESTART && !vm.ha().liveMigration());
        if (!restarts
                || Pause.on(turn)
                || turn.recoveries.containsKey(vm.id())
                || !Planning.anotherHostTakes(turn, vm, host)) {
            return;
        }
        List<Evidence> evidence =
                Reports.evidence(turn, host, Evidence.Plane.BUSINESS, Message.SEEN_UPLINK_DOWN, network);
        if (Recoveries.affect(turn, vm.id(), host, Verdict.UPLINK_LOST, evidence)) {
            Recovery recovery = Objects.requireNonNull(turn.recoveries.get(vm.id()));
            turn.put(recovery.leave());
            Runs.stop(turn, turn.liveHere(vm.id(), host), false, GRACE_MILLIS);
        }
    }
}
