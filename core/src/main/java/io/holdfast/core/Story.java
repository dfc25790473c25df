package io.holdfast.core;

import io.holdfast.core.health.Evidence;
import io.holdfast.core.health.Suspicion;
import io.holdfast.core.health.Verdict;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Rung;
import io.holdfast.core.recovery.Failover;
import io.holdfast.core.recovery.FailoverId;
import io.holdfast.core.recovery.VmOutcome;
import io.holdfast.core.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Writes the story of each failure into its {@link Failover}: evidence, rungs, outcomes, and its end. */
final class Story {
    /** Evidence of one fail-over beyond this is left out: the story would become unreadable. */
    private static final int EVIDENCE_LIMIT = 200;

    private static final long SAME_STORY_MILLIS = 60_000;

    private Story() {}

    /** The latest open fail-over about this host as a whole, or null. Those about one VM's process do not count. */
    static @Nullable Failover openFor(Turn turn, HostId host) {
        Failover latest = null;
        for (Failover failover : turn.failovers.values()) {
            boolean about = failover.open()
                    && failover.verdict() != Verdict.VM_ENDED
                    && failover.hosts().contains(host);
            if (about && (latest == null || failover.openedWallMillis() >= latest.openedWallMillis())) {
                latest = failover;
            }
        }
        return latest;
    }

    /**
     * The open story to which this failure of a VM's host belongs, or null. A story that is open only because a VM still waits for room is over as far as the host is concerned:
     * when the host fails again, that is another one.
     */
    static @Nullable Failover sameStory(Turn turn, HostId host, VmId vm) {
        Failover present = openFor(turn, host);
        if (present == null) {
            return null;
        }
        VmOutcome outcome = outcomeOf(present, vm);
        if (outcome != null) {
            return outcome.done() ? null : present;
        }
        boolean lately = turn.wall() - present.openedWallMillis() < SAME_STORY_MILLIS;
        boolean seeking = present.vms().stream().anyMatch(each -> !each.done() && each.provenWallMillis() == 0);
        return lately || seeking ? present : null;
    }

    /** Opens a fail-over, or gives the open one to which this belongs, with the verdict brought up to date. */
    static Failover open(Turn turn, HostId host, Verdict verdict, List<Evidence> evidence, VmId vm) {
        Failover present = verdict == Verdict.VM_ENDED ? null : sameStory(turn, host, vm);
        if (present != null) {
            if (present.verdict() != verdict && present.verdict() != Verdict.DEAD) {
                present = present.withVerdict(verdict);
                turn.put(present);
            }
            return present;
        }
        Suspicion suspicion = turn.health(host).suspicion();
        FailoverId id = new FailoverId("f" + turn.nextOperation());
        Failover failover = new Failover(
                id,
                List.of(host),
                verdict,
                suspicion == null ? turn.wall() : suspicion.sinceWallMillis(),
                turn.wall(),
                0,
                suspicion == null ? evidence : concat(suspicion.evidence(), evidence),
                List.of(),
                List.of());
        turn.put(failover);
        return failover;
    }

    private static List<Evidence> concat(List<Evidence> first, List<Evidence> second) {
        List<Evidence> result = new ArrayList<>(first);
        result.addAll(second);
        return result;
    }

    /** One thing was seen of a host: kept with its suspicion and with the open fail-over about it. */
    static void see(Turn turn, HostId host, Evidence.Plane plane, Message message, String... arguments) {
        Suspicion suspicion = turn.health(host).suspicion();
        long offset = suspicion == null ? 0 : turn.now.millisSince(suspicion.sinceNanos());
        Evidence evidence = new Evidence(host, plane, turn.wall(), offset, message, List.of(arguments));
        if (suspicion != null) {
            turn.put(host, suspicion.withEvidence(evidence));
        }
        Failover failover = openFor(turn, host);
        if (turn.leading && failover != null && failover.evidence().size() < EVIDENCE_LIMIT) {
            turn.put(failover.withEvidence(concat(failover.evidence(), List.of(evidence))));
        }
    }

    /** The latest outcome of one rung, for the open fail-over about this host; a rung once proven keeps its outcome. */
    static void rung(
            Turn turn, HostId host, Rung.Kind kind, Rung.Outcome outcome, Message message, String... arguments) {
        Failover failover = openFor(turn, host);
        if (failover != null) {
            rung(turn, failover.id(), host, kind, outcome, message, arguments);
        }
    }

    static void rung(
            Turn turn,
            FailoverId id,
            HostId host,
            Rung.Kind kind,
            Rung.Outcome outcome,
            Message message,
            String... arguments) {
        Failover failover = turn.failovers.get(id);
        if (failover == null) {
            return;
        }
        Rung rung = new Rung(host, kind, outcome, turn.wall(), message, List.of(arguments));
        List<Rung> rungs = new ArrayList<>();
        boolean placed = false;
        for (Rung present : failover.rungs()) {
            boolean same = present.kind() == kind && present.host().equals(host);
            if (same && (present.outcome() == Rung.Outcome.PROVEN || sameOutcome(present, rung))) {
                return;
            }
            rungs.add(same ? rung : present);
            placed |= same;
        }
        if (!placed) {
            rungs.add(rung);
        }
        turn.put(failover.withRungs(rungs));
    }

    private static boolean sameOutcome(Rung one, Rung other) {
        return one.outcome() == other.outcome()
                && one.message() == other.message()
                && one.arguments().equals(other.arguments());
    }

    /** A VM belongs to this fail-over from now on. Twice is once. */
    static void addVm(Turn turn, FailoverId id, VmOutcome outcome) {
        Failover failover = turn.failovers.get(id);
        if (failover == null || outcomeOf(failover, outcome.vm()) != null) {
            return;
        }
        List<VmOutcome> vms = new ArrayList<>(failover.vms());
        vms.add(outcome);
        turn.put(failover.withVms(vms));
    }

    static @Nullable VmOutcome outcomeOf(Failover failover, VmId vm) {
        for (VmOutcome outcome : failover.vms()) {
            if (outcome.vm().equals(vm)) {
                return outcome;
            }
        }
        return null;
    }

    /** Changes the outcome of one VM, and closes the fail-over when that was the last one open. */
    static void outcome(Turn turn, @Nullable FailoverId id, VmId vm, UnaryOperator<VmOutcome> change) {
        Failover failover = id == null ? null : turn.failovers.get(id);
        if (failover == null || !failover.open()) {
            return;
        }
        List<VmOutcome> vms = new ArrayList<>(failover.vms());
        vms.replaceAll(outcome -> outcome.vm().equals(vm) && !outcome.done() ? change.apply(outcome) : outcome);
        if (!vms.equals(failover.vms())) {
            turn.put(failover.withVms(vms));
            closeIfDone(turn, failover.id());
        }
    }

    private static void closeIfDone(Turn turn, FailoverId id) {
        Failover failover = turn.failovers.get(id);
        if (failover == null || !failover.vms().stream().allMatch(VmOutcome::done)) {
            return;
        }
        turn.put(failover.close(turn.wall()));
        long running = failover.vms().stream()
                .filter(outcome ->
                        outcome.result() == VmOutcome.Result.RUNNING || outcome.result() == VmOutcome.Result.KEPT)
                .count();
        turn.tell(
                TimelineEntry.Severity.INFO,
                failover.hosts().getFirst(),
                null,
                failover.id(),
                Message.FAILOVER_CLOSED,
                failover.id().value(),
                String.valueOf(running),
                String.valueOf(failover.vms().size()));
    }
}
