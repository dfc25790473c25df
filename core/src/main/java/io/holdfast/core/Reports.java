package io.holdfast.core;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.Evidence;
import io.holdfast.core.health.Hello;
import io.holdfast.core.health.HostFacts;
import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.LeaseObservation;
import io.holdfast.core.health.LeaseStatus;
import io.holdfast.core.health.Report;
import io.holdfast.core.health.SlotVm;
import io.holdfast.core.health.Verdict;
import io.holdfast.core.health.VmState;
import io.holdfast.core.health.VmStatus;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Takes in what agents say. A report costs time in proportion to what is in it and to the VMs of its host, never to the cluster's. */
final class Reports {
    private static final double LOAD_NANOS = 30e9;

    private Reports() {}

    /** A new connection. A later boot proves at once that every process of an older one has ended. */
    static void connected(Turn turn, HostId host, Hello hello) {
        HostHealth health = turn.health(host);
        Hello before = health.hello();
        boolean sameBoot = before != null && before.bootId().equals(hello.bootId());
        turn.put(health.withHello(hello, turn.nanos(), sameBoot));
        turn.planDue = true;
        if (turn.leading) {
            learn(turn, host);
            for (VmId vm : turn.liveOn(host)) {
                Recoveries.resend(turn, vm);
            }
            Moves.resume(turn, host);
        }
    }

    /** Brings the durable facts up to date, and draws what follows from a new boot. Also for hosts that connected before this manager led. */
    static void learn(Turn turn, HostId host) {
        HostHealth health = turn.health(host);
        Hello hello = health.hello();
        if (hello == null) {
            return;
        }
        HostFacts before = turn.facts.get(host);
        if (before != null && !before.bootId().equals(hello.bootId())) {
            turn.tell(TimelineEntry.Severity.WARNING, host, null, null, Message.HOST_REBOOTED, turn.name(host));
            HostWorks.rebooted(turn, host);
            turn.cameBack = turn.cameBack.plus(host, turn.nanos());
        }
        if (before == null || !before.bootId().equals(hello.bootId())) {
            String boot = hello.bootId();
            turn.tell(TimelineEntry.Severity.INFO, host, null, null, Message.HOST_CONNECTED, turn.name(host), boot);
        }
        Report report = health.report();
        HostFacts known = before != null && before.bootId().equals(hello.bootId()) ? before : null;
        boolean armed = report != null ? report.watchdog().armed() : known != null && known.watchdogArmed();
        int timeout =
                report != null ? report.watchdog().timeoutMillis() : known != null ? known.watchdogTimeoutMillis() : 0;
        turn.put(new HostFacts(
                host,
                hello.bootId(),
                hello.cpuCores(),
                hello.memoryBytes(),
                hello.accelerator(),
                hello.version(),
                armed,
                timeout,
                before == null ? List.of() : before.lockOuts()));
        endOlderBoots(turn, host, hello.bootId());
    }

    /**
     * The host spoke to this process in another boot than the one that a leader committed. Which is the later one shows only when it speaks again: a process that did not lead may have missed that
     * the host has been booted and has taken VMs since.
     */
    static boolean ofAnotherBoot(Turn turn, HostId host) {
        Hello hello = turn.health(host).hello();
        HostFacts known = turn.facts.get(host);
        return hello != null && known != null && !known.bootId().equals(hello.bootId());
    }

    private static void endOlderBoots(Turn turn, HostId host, String bootId) {
        for (VmId vm : turn.liveOn(host)) {
            Placement placement = turn.liveHere(vm, host);
            if (!placement.hostBootId().equals(bootId)) {
                Evidence evidence = new Evidence(
                        host, Evidence.Plane.MANAGEMENT, turn.wall(), 0, Message.SEEN_NEW_BOOT, List.of(bootId));
                Recoveries.affect(turn, vm, host, Verdict.REBOOTED, List.of(evidence));
                Proof proof = new Proof.ProcessEnded(
                        host, turn.wall(), vm, placement.run(), EndCause.NEW_BOOT, Proof.ProcessEnded.How.NEW_BOOT);
                Ends.end(turn, placement, List.of(proof), EndCause.NEW_BOOT);
            }
        }
    }

    /** The connection broke: suspect at once. */
    static void disconnected(Turn turn, HostId host) {
        turn.put(turn.health(host).disconnected());
        if (turn.nanos() > turn.health(host).graceUntilNanos()) {
            Detection.suspect(turn, host, Message.SEEN_CONNECTION_BROKEN);
        }
    }

    /** The report with its load as a mean over the last half minute, newer values counting more: plans shall not follow every peak. */
    private static Report smoothed(Turn turn, HostHealth before, Report report) {
        Report last = before.report();
        if (last == null || last.cpuLoadCores() == report.cpuLoadCores()) {
            return report;
        }
        double elapsed = Math.max(0, turn.nanos() - before.heardNanos());
        double share = elapsed / (elapsed + LOAD_NANOS);
        return report.withCpuLoadCores(last.cpuLoadCores() + share * (report.cpuLoadCores() - last.cpuLoadCores()));
    }

    /** A report. */
    static void reported(Turn turn, HostId host, Report report) {
        HostHealth before = turn.health(host);
        if (before.hello() == null) {
            return; // Without a hello it is unknown of which boot it speaks.
        }
        turn.put(before.withReport(smoothed(turn, before, report), turn.nanos()));
        boolean back = before.suspicion() != null;
        Detection.clear(turn, host);
        if (!turn.leading) {
            return;
        }
        Report last = before.report();
        if (last == null || !last.watchdog().equals(report.watchdog()) || ofAnotherBoot(turn, host)) {
            learn(turn, host);
        }
        boolean fresh = back || last == null;
        if (last == null || fresh || usabilityChanged(last, report)) {
            turn.planDue = true;
        }
        Planes.leases(turn, host, last, report, fresh);
        Runs.reported(turn, host, report);
        Planes.uplinks(turn, host, report);
        Degradations.reported(turn, host, report);
        if (fresh || Story.openFor(turn, host) != null) {
            keepSurvivors(turn, host, report);
        }
        LockOuts.letIn(turn, host);
        pursueObserved(turn, report);
    }

    private static boolean usabilityChanged(Report last, Report report) {
        if (last.libvirtConnected() != report.libvirtConnected()
                || last.inventoryComplete() != report.inventoryComplete()
                || last.leases().size() != report.leases().size()) {
            return true;
        }
        for (int at = 0; at < report.leases().size(); at++) {
            LeaseStatus one = last.leases().get(at);
            LeaseStatus other = report.leases().get(at);
            if (one.held() != other.held()
                    || one.generation() != other.generation()
                    || !one.datastore().equals(other.datastore())) {
                return true;
            }
        }
        return false;
    }

    /** Runs that were being isolated, and live on with a lease that was never lost: the host was only silent. */
    private static void keepSurvivors(Turn turn, HostId host, Report report) {
        for (VmStatus status : report.vms()) {
            Placement placement = turn.live(status.vm(), host, status.run());
            boolean runs = status.state() == VmState.RUNNING
                    || status.state() == VmState.PAUSED
                    || status.state() == VmState.MIGRATING;
            if (placement != null && runs && Planes.leasesStillHeld(turn, placement)) {
                Recoveries.kept(turn, status.vm());
            }
        }
    }

    /** What this host sees of suspects may be the proof. All else that follows from it can wait for the next tick: looking at every suspect at every report would cost the square of a large outage. */
    private static void pursueObserved(Turn turn, Report report) {
        for (HostId suspect : turn.suspects) {
            for (LeaseObservation observation : report.observationsOf(suspect)) {
                if (mayProve(turn, observation)) {
                    Pursuit.pursue(turn, suspect);
                    break;
                }
            }
        }
    }

    private static boolean mayProve(Turn turn, LeaseObservation observation) {
        if (observation.unchangedMillis() >= turn.settings().lease().expiryMillis()) {
            return true;
        }
        for (SlotVm slotVm : observation.vms()) {
            if (slotVm.ended()) {
                return true;
            }
        }
        return false;
    }

    /** Evidence that is not tied to a suspicion. */
    static List<Evidence> evidence(Turn turn, HostId host, Evidence.Plane plane, Message message, String... arguments) {
        List<Evidence> result = new ArrayList<>();
        result.add(new Evidence(host, plane, turn.wall(), 0, message, List.of(arguments)));
        return result;
    }

    /** The answer to a command. */
    static void result(Turn turn, Event.CommandResult event) {
        for (VmId vm : turn.liveOn(event.host())) {
            Recovery recovery = turn.recoveries.get(vm);
            if (recovery != null && event.operation().equals(recovery.operation())) {
                started(turn, Objects.requireNonNull(turn.placements.get(vm)), event);
                return;
            }
        }
        if (Moves.result(turn, event)) {
            return;
        }
        for (var entry : turn.stops.entrySet()) {
            if (entry.getValue().operation().equals(event.operation())) {
                stopped(
                        turn,
                        turn.live(
                                entry.getKey().vm(),
                                event.host(),
                                entry.getValue().run()),
                        event);
                return;
            }
        }
    }

    private static void started(Turn turn, Placement placement, Event.CommandResult event) {
        switch (event.outcome()) {
            case DONE -> Recoveries.running(turn, placement);
            case REFUSED, FAILED -> {
                if (event.nothingRunning()) {
                    boolean refused = event.outcome() == Event.Outcome.REFUSED;
                    Recoveries.startFailed(turn, placement, refused, event.message());
                } else {
                    // The outcome is unknown: the run is ended for certain before another one begins.
                    Runs.stop(turn, placement, true, 0);
                }
            }
        }
    }

    private static void stopped(Turn turn, @Nullable Placement placement, Event.CommandResult event) {
        if (placement != null && event.outcome() == Event.Outcome.DONE && event.nothingRunning()) {
            Runs.ended(turn, placement, EndCause.COMMANDED, event.message());
        }
    }
}
