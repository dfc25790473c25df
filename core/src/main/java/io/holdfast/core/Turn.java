package io.holdfast.core;

import io.holdfast.core.health.HostFacts;
import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.Suspicion;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.ClusterSettings;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.movement.HostWork;
import io.holdfast.core.movement.Move;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Failover;
import io.holdfast.core.recovery.FailoverId;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.text.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.pcollections.PSortedMap;
import org.pcollections.PSortedSet;
import org.pcollections.PVector;
import org.pcollections.TreePSet;

/**
 * The working copy of one step: the state so far, the changes and the commands. Lives only inside {@link Core#step}. Every durable record is written by a method
 * here, so that no change of the state can be forgotten in the list of changes.
 */
final class Turn {
    final Now now;
    long epoch;
    boolean leading;
    long counter;
    Cluster cluster;
    PSortedMap<HostId, Host> hosts;
    PSortedMap<HostId, HostFacts> facts;
    PSortedMap<DatastoreId, Datastore> datastores;
    PSortedMap<VmId, Vm> vms;
    PSortedMap<RuleId, Rule> rules;
    PSortedMap<VmId, Placement> placements;
    PSortedMap<FailoverId, Failover> failovers;
    PSortedMap<VmId, Recovery> recoveries;
    PSortedMap<VmId, Move> moves;
    PSortedMap<HostId, HostWork> hostWork;
    PSortedMap<String, Alarm> alarms;
    PSortedMap<HostId, HostHealth> health;
    PSortedMap<HostId, PSortedSet<VmId>> liveOn;
    boolean planDue;
    long plannedNanos;
    PSortedSet<HostId> suspects;
    PSortedMap<VmId, Long> startsSent;
    PSortedMap<VmId, Working.Sent> movesSent;
    long movesPlannedNanos;
    PSortedMap<VmId, Working.Backoff> moveBackoffs;
    PSortedMap<HostId, Long> cameBack;
    PSortedMap<RunKey, Working.Stop> stops;
    PSortedMap<VmId, Long> notBefore;
    PSortedMap<VmId, Working.Crash> crashes;
    PSortedMap<VmId, Long> readyNanos;
    PSortedMap<VmId, Long> missing;
    boolean dispatchDue;
    long brakeReleasedNanos;
    PSortedSet<VmId> hung;
    PSortedMap<VmId, PVector<Long>> resets;
    PSortedMap<String, Working.LetIn> letIns;
    final List<Change> changes = new ArrayList<>();
    final List<Command> commands = new ArrayList<>();
    /** Written once at the end of the step, in their final form: a step may touch them many times. */
    private PSortedSet<FailoverId> touchedFailovers = TreePSet.empty();

    private PSortedSet<VmId> touchedRecoveries = TreePSet.empty();
    private final PSortedMap<VmId, Recovery> recoveriesBefore;
    private final PSortedMap<FailoverId, Failover> failoversBefore;

    Turn(State state, Now now) {
        this.now = now;
        epoch = state.epoch;
        leading = state.leading;
        counter = state.counter;
        cluster = state.cluster;
        hosts = state.hosts;
        facts = state.facts;
        datastores = state.datastores;
        vms = state.vms;
        rules = state.rules;
        placements = state.placements;
        failovers = state.failovers;
        recoveries = state.recoveries;
        moves = state.moves;
        hostWork = state.hostWork;
        alarms = state.alarms;
        health = state.health;
        liveOn = state.liveOn;
        planDue = state.working.planDue();
        plannedNanos = state.working.plannedNanos();
        suspects = state.working.suspects();
        startsSent = state.working.startsSent();
        movesSent = state.working.movesSent();
        movesPlannedNanos = state.working.movesPlannedNanos();
        moveBackoffs = state.working.moveBackoffs();
        cameBack = state.working.cameBack();
        stops = state.working.stops();
        notBefore = state.working.notBefore();
        crashes = state.working.crashes();
        readyNanos = state.working.readyNanos();
        missing = state.working.missing();
        dispatchDue = state.working.dispatchDue();
        brakeReleasedNanos = state.working.brakeReleasedNanos();
        hung = state.working.hung();
        resets = state.working.resets();
        letIns = state.working.letIns();
        recoveriesBefore = recoveries;
        failoversBefore = failovers;
    }

    Working working() {
        return new Working(
                now.monotonicNanos(),
                planDue,
                plannedNanos,
                suspects,
                startsSent,
                movesSent,
                movesPlannedNanos,
                moveBackoffs,
                cameBack,
                stops,
                notBefore,
                crashes,
                readyNanos,
                missing,
                dispatchDue,
                brakeReleasedNanos,
                hung,
                resets,
                letIns);
    }

    ClusterSettings settings() {
        return cluster.settings();
    }

    long nanos() {
        return now.monotonicNanos();
    }

    long wall() {
        return now.wallMillis();
    }

    OperationId nextOperation() {
        counter++;
        return new OperationId(epoch, counter);
    }

    Step done() {
        for (FailoverId id : touchedFailovers) {
            Failover failover = failovers.get(id);
            if (failover != null && !failover.equals(failoversBefore.get(id))) {
                changes.add(new Change.PutFailover(failover));
                if (!failover.open()) {
                    failovers = failovers.minus(id);
                }
            }
        }
        for (VmId vm : touchedRecoveries) {
            Recovery recovery = recoveries.get(vm);
            Recovery before = recoveriesBefore.get(vm);
            if (recovery == null && before != null) {
                changes.add(new Change.RemoveRecovery(vm));
            } else if (recovery != null && !recovery.equals(before)) {
                changes.add(new Change.PutRecovery(recovery));
            }
        }
        return new Step(new State(this), changes, commands, null);
    }

    void put(Cluster value) {
        cluster = value;
        changes.add(new Change.PutCluster(value));
    }

    void put(Host value) {
        hosts = hosts.plus(value.id(), value);
        changes.add(new Change.PutHost(value));
    }

    void put(HostFacts value) {
        if (!value.equals(facts.get(value.host()))) {
            facts = facts.plus(value.host(), value);
            changes.add(new Change.PutHostFacts(value));
        }
    }

    void put(Datastore value) {
        datastores = datastores.plus(value.id(), value);
        changes.add(new Change.PutDatastore(value));
    }

    void put(Vm value) {
        vms = vms.plus(value.id(), value);
        changes.add(new Change.PutVm(value));
    }

    void put(Rule value) {
        rules = rules.plus(value.id(), value);
        changes.add(new Change.PutRule(value));
    }

    /**
     * Writes a placement. The one rule of the platform is held here too (safety argument, sections 1 and 3): a live placement is only ever replaced by itself
     * with its proofs, or by itself as the source of a live migration; and a new run is one that was never used.
     */
    void put(Placement value) {
        Placement before = placements.get(value.vm());
        if (before != null && !ends(before, value) && !next(before, value) && !begins(before, value)) {
            throw new IllegalStateException("placement " + before + " must not be replaced by " + value);
        }
        write(before, value);
    }

    private static boolean ends(Placement before, Placement value) {
        return !before.migrating() && !value.live() && value.equals(before.endedBy(value.ended()));
    }

    private static boolean next(Placement before, Placement value) {
        return !before.live() && !value.migrating() && newRun(before, value);
    }

    private static boolean begins(Placement before, Placement value) {
        return before.live()
                && !before.migrating()
                && newRun(before, value)
                && !value.host().equals(before.host())
                && value.equals(before.migratingTo(value.host(), value.hostBootId(), value.generations()));
    }

    private static boolean newRun(Placement before, Placement value) {
        return value.live() && value.run() == before.highestRun() + 1 && value.highestRun() == value.run();
    }

    /**
     * One of the two hosts of a migration is proven to have no writer: the placement is the other's alone, and no run is alive that was not before.
     *
     * @param ended the part of the placement that has ended
     * @param proofs cover every writable disk against the host of that part
     */
    void settle(Placement ended, List<Proof> proofs) {
        Placement before = Objects.requireNonNull(placements.get(ended.vm()));
        if (!before.migrating() || proofs.isEmpty() || !ended.equals(before.on(ended.host()))) {
            throw new IllegalStateException(ended + " must not be taken from " + before + " by " + proofs);
        }
        proofs.forEach(proof -> changes.add(new Change.RecordProof(ended.vm(), ended.run(), proof)));
        write(before, before.host().equals(ended.host()) ? before.sourceOnly() : before.targetOnly());
    }

    private void write(@Nullable Placement before, Placement value) {
        if (before != null) {
            liveOn = liveOn.plus(before.host(), liveOn(before.host()).minus(value.vm()));
            liveOn = liveOn.plus(
                    before.servingHost(), liveOn(before.servingHost()).minus(value.vm()));
        }
        if (value.live()) {
            liveOn = liveOn.plus(value.host(), liveOn(value.host()).plus(value.vm()));
            liveOn =
                    liveOn.plus(value.servingHost(), liveOn(value.servingHost()).plus(value.vm()));
        }
        placements = placements.plus(value.vm(), value);
        changes.add(new Change.PutPlacement(value));
    }

    /** The placement of this very run on this host, if a process of it may be alive; else null. In live migration: the part of it that concerns this host. */
    @Nullable
    Placement live(VmId vm, HostId host, long run) {
        Placement placement = placements.get(vm);
        Placement here = placement == null ? null : placement.on(host);
        return here != null && here.live() && here.run() == run ? here : null;
    }

    /** The part that concerns this host of the placement of a VM that is in {@link #liveOn}. */
    Placement liveHere(VmId vm, HostId host) {
        return Objects.requireNonNull(Objects.requireNonNull(placements.get(vm)).on(host));
    }

    PSortedSet<VmId> liveOn(HostId host) {
        PSortedSet<VmId> found = liveOn.get(host);
        return found == null ? TreePSet.empty() : found;
    }

    void put(Failover value) {
        failovers = failovers.plus(value.id(), value);
        touchedFailovers = touchedFailovers.plus(value.id());
    }

    void put(Recovery value) {
        recoveries = recoveries.plus(value.vm(), value);
        touchedRecoveries = touchedRecoveries.plus(value.vm());
    }

    void removeRecovery(VmId vm) {
        recoveries = recoveries.minus(vm);
        touchedRecoveries = touchedRecoveries.plus(vm);
        startsSent = startsSent.minus(vm);
    }

    void put(Move value) {
        if (!value.equals(moves.get(value.vm()))) {
            moves = moves.plus(value.vm(), value);
            changes.add(new Change.PutMove(value));
        }
    }

    void removeMove(VmId vm) {
        if (moves.containsKey(vm)) {
            moves = moves.minus(vm);
            changes.add(new Change.RemoveMove(vm));
        }
        movesSent = movesSent.minus(vm);
        moveBackoffs = moveBackoffs.minus(vm);
        clear(Message.ALARM_MOVE, vm.value());
    }

    void put(HostWork value) {
        if (!value.equals(hostWork.get(value.host()))) {
            hostWork = hostWork.plus(value.host(), value);
            changes.add(new Change.PutHostWork(value));
        }
    }

    void removeWork(HostId host) {
        if (hostWork.containsKey(host)) {
            hostWork = hostWork.minus(host);
            changes.add(new Change.RemoveHostWork(host));
        }
    }

    void put(HostHealth value) {
        health = health.plus(value.host(), value);
    }

    /** What is known of a host; never null for a host of the inventory. */
    HostHealth health(HostId host) {
        HostHealth found = health.get(host);
        return found == null ? HostHealth.unknown(host, 0) : found;
    }

    void put(HostId host, Suspicion suspicion) {
        put(health(host).withSuspicion(suspicion));
    }

    Host host(HostId host) {
        return Objects.requireNonNull(hosts.get(host));
    }

    String name(HostId host) {
        Host found = hosts.get(host);
        return found == null ? host.value() : found.name();
    }

    String name(VmId vm) {
        Vm found = vms.get(vm);
        return found == null ? vm.value() : found.name();
    }

    String name(DatastoreId datastore) {
        Datastore found = datastores.get(datastore);
        return found == null ? datastore.value() : found.name();
    }

    void raise(Message message, String subject, List<String> arguments) {
        Alarm alarm = new Alarm(message, subject, arguments, wall());
        Alarm before = alarms.get(alarm.key());
        if (before == null || !before.arguments().equals(alarm.arguments())) {
            alarms = alarms.plus(alarm.key(), alarm);
            changes.add(new Change.RaiseAlarm(alarm));
        }
    }

    void clear(Message message, String subject) {
        String key = message.name() + "/" + subject;
        if (alarms.containsKey(key)) {
            alarms = alarms.minus(key);
            changes.add(new Change.ClearAlarm(key));
        }
    }

    void tell(
            TimelineEntry.Severity severity,
            @Nullable HostId host,
            @Nullable VmId vm,
            @Nullable FailoverId failover,
            Message message,
            String... arguments) {
        changes.add(new Change.AppendTimeline(
                new TimelineEntry(wall(), severity, message, List.of(arguments), host, vm, failover)));
    }
}
