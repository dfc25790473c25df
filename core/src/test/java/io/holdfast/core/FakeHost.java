package io.holdfast.core;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.GuestHeartbeat;
import io.holdfast.core.health.Hello;
import io.holdfast.core.health.LeaseObservation;
import io.holdfast.core.health.LeaseStatus;
import io.holdfast.core.health.LinkTrouble;
import io.holdfast.core.health.PlaneState;
import io.holdfast.core.health.PowerState;
import io.holdfast.core.health.Report;
import io.holdfast.core.health.SlotVm;
import io.holdfast.core.health.UplinkStatus;
import io.holdfast.core.health.VmState;
import io.holdfast.core.health.VmStatus;
import io.holdfast.core.health.Watchdog;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.VmId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A host with an agent that keeps its side of the argument: lease, self-fence, watchdog, memory of ended runs. One datastore. */
final class FakeHost {
    static final DatastoreId STORE = new DatastoreId("store");

    final HostId id;
    boolean power = true;
    boolean agent = true;
    boolean managementCut;
    boolean storageCut;
    /** Cores busy besides one for each VM. */
    double otherLoad;

    boolean uplinkDown;
    boolean storageSlow;
    /** Of the business uplink, and of the management network's. */
    LinkTrouble trouble = LinkTrouble.NONE;

    LinkTrouble managementTrouble = LinkTrouble.NONE;
    final Map<VmId, GuestHeartbeat> heartbeats = new HashMap<>();
    boolean watchdogArmed = true;
    PowerState bmcLies = PowerState.ON;
    boolean bmcDead;
    boolean bmcLying;
    boolean connected;
    int boot = 1;
    long generation = 1;
    long sequence;
    boolean held = true;
    /** The storage refuses this host; a new generation that it has begun cannot be written, but it is reported. */
    boolean lockedOut;

    private boolean newGenerationTold;
    private @Nullable OperationId lastStorageOperation;
    long renewedNanos;
    long reportSequence;
    long bootedNanos;
    long highestEpoch;
    final TreeMap<VmId, Long> running = new TreeMap<>();
    /** Runs of {@link #running} that were accepted from another host and may not run yet, and those of them whose memory is complete. */
    final TreeSet<VmId> incoming = new TreeSet<>();

    final TreeSet<VmId> complete = new TreeSet<>();
    /** Runs of {@link #running} that are being handed over, by their target run; those whose guest is paused for that write nothing. */
    final TreeMap<VmId, Long> migrating = new TreeMap<>();

    final TreeSet<VmId> pausedForHandOver = new TreeSet<>();
    final Map<VmId, Long> cancelledTargets = new HashMap<>();
    /** Ended runs not acknowledged yet, and the highest run ever ended here: on the host's disk. */
    final TreeMap<VmId, VmStatus> ended = new TreeMap<>();

    final Map<VmId, Long> highestEnded = new HashMap<>();
    final Map<String, Event.CommandResult> answered = new HashMap<>();
    final TreeMap<HostId, Seen> seen = new TreeMap<>();

    /** What it saw in another host's slot. */
    record Seen(
            long generation, long sequence, long firstNanos, long readNanos, List<SlotVm> vms, boolean businessFault) {}

    FakeHost(HostId id) {
        this.id = id;
    }

    String bootId() {
        return id.value() + "-boot" + boot;
    }

    boolean runs(VmId vm) {
        return power && running.containsKey(vm) && !incoming.contains(vm);
    }

    /** VMs whose guest can write from here. */
    List<VmId> writers() {
        return running.keySet().stream()
                .filter(vm -> !incoming.contains(vm) && !pausedForHandOver.contains(vm))
                .toList();
    }

    Hello hello() {
        return new Hello(bootId(), 1, "test", highestEpoch, 8, 32L << 30, "TCG");
    }

    /** Renewal of the lease and reading of the others', once a second. */
    void renew(long nanos, Iterable<FakeHost> others) {
        if (power && agent && !storageCut && lockedOut && !held && !newGenerationTold) {
            generation++;
            newGenerationTold = true;
        }
        if (!power || !agent || storageCut || lockedOut) {
            return;
        }
        if (newGenerationTold) {
            held = true;
            newGenerationTold = false;
        }
        if (!held) {
            generation++;
            held = true;
        }
        sequence++;
        renewedNanos = nanos;
        for (FakeHost other : others) {
            if (other != this) {
                Seen before = seen.get(other.id);
                boolean same =
                        before != null && before.generation == other.generation && before.sequence == other.sequence;
                seen.put(
                        other.id,
                        new Seen(
                                other.generation,
                                other.sequence,
                                same ? before.firstNanos : nanos,
                                nanos,
                                other.slotVms(),
                                other.uplinkDown));
            }
        }
    }

    private List<SlotVm> slotVms() {
        List<SlotVm> result = new ArrayList<>();
        running.forEach((vm, run) -> result.add(new SlotVm(vm, run, false)));
        ended.values().forEach(status -> result.add(new SlotVm(status.vm(), status.run(), true)));
        return result;
    }

    /** Self-fence at F, watchdog at F + K + W. */
    void guard(long nanos, long lossNanos, long resetNanos) {
        if (!power || nanos - renewedNanos < lossNanos) {
            return;
        }
        if (agent && held) {
            held = false;
            List.copyOf(running.keySet()).forEach(vm -> end(vm, EndCause.SELF_FENCED));
        }
        if (!agent && watchdogArmed && !running.isEmpty() && nanos - renewedNanos >= resetNanos) {
            reboot(nanos);
        }
    }

    void end(VmId vm, EndCause cause) {
        Long run = running.remove(vm);
        if (run != null) {
            forget(vm);
            ended.put(vm, new VmStatus(vm, run, VmState.ENDED, cause, ""));
            highestEnded.merge(vm, run, Math::max);
        }
    }

    private void forget(VmId vm) {
        heartbeats.remove(vm);
        incoming.remove(vm);
        complete.remove(vm);
        migrating.remove(vm);
        pausedForHandOver.remove(vm);
    }

    void powerOff() {
        power = false;
        connected = false;
        lose();
    }

    private void lose() {
        List.copyOf(running.keySet()).forEach(this::forget);
        running.clear();
    }

    void powerOn(long nanos) {
        if (!power) {
            power = true;
            reboot(nanos);
        }
    }

    void reboot(long nanos) {
        lose();
        boot++;
        agent = true;
        connected = false;
        held = false;
        renewedNanos = nanos - 100_000_000_000L;
        bootedNanos = nanos;
        seen.clear();
    }

    /** The storage carries out what it is told in the order of operations, and refuses what is older. */
    boolean obeys(OperationId operation) {
        boolean newer = lastStorageOperation == null || operation.compareTo(lastStorageOperation) >= 0;
        lastStorageOperation = newer ? operation : lastStorageOperation;
        return newer;
    }

    Report report(long nanos) {
        reportSequence++;
        List<VmStatus> vms = new ArrayList<>();
        running.forEach((vm, run) -> vms.add(
                new VmStatus(vm, run, state(vm), EndCause.NONE, "", heartbeats.getOrDefault(vm, GuestHeartbeat.NONE))));
        vms.addAll(ended.values());
        List<LeaseObservation> observations = new ArrayList<>();
        seen.forEach((host, slot) -> observations.add(new LeaseObservation(
                STORE,
                host,
                slot.generation,
                slot.sequence,
                (slot.readNanos - slot.firstNanos) / 1_000_000,
                held,
                PlaneState.OK,
                slot.businessFault ? PlaneState.FAULT : PlaneState.OK,
                0,
                slot.vms)));
        return new Report(
                reportSequence,
                List.of(new LeaseStatus(
                        STORE, generation, sequence, (nanos - renewedNanos) / 1_000_000, held, "", 5, storageSlow)),
                vms,
                List.of(new UplinkStatus("b0", "net", !uplinkDown, true, trouble, "eth1")),
                observations,
                true,
                new Watchdog(watchdogArmed, "/dev/watchdog", 6000),
                highestEpoch,
                running.size() + otherLoad,
                0,
                true,
                List.of(new UplinkStatus("b1", "", true, true, managementTrouble, "eth3")));
    }

    private VmState state(VmId vm) {
        return incoming.contains(vm)
                ? VmState.INCOMING
                : migrating.containsKey(vm) ? VmState.MIGRATING : VmState.RUNNING;
    }

    /** Accepts a run from another host as it would accept a start. */
    Event.CommandResult prepare(Now now, Command.PrepareIncoming command) {
        boolean already = command.run() == running.getOrDefault(command.vm().id(), -1L);
        Event.CommandResult result = start(
                now,
                new Command.StartVm(
                        command.operation(), command.epoch(), id, command.vm(), command.run(), command.generations()));
        if (result.outcome() == Event.Outcome.DONE && !already) {
            incoming.add(command.vm().id());
        }
        return result;
    }

    /** Begins to hand a run over; null: it does, the answer comes later. */
    Event.@Nullable CommandResult migrate(Now now, Command.MigrateVm command) {
        Event.CommandResult before = answered.get(command.operation().toString());
        if (before != null) {
            return new Event.CommandResult(
                    now, id, before.operation(), before.outcome(), before.message(), before.nothingRunning());
        }
        VmId vm = command.vm();
        boolean refused = command.epoch() < highestEpoch
                || !held
                || command.generations().stream().anyMatch(lease -> lease.generation() != generation)
                || running.getOrDefault(vm, -1L) != command.run()
                || incoming.contains(vm)
                || command.targetRun() <= cancelledTargets.getOrDefault(vm, 0L);
        highestEpoch = Math.max(highestEpoch, command.epoch());
        if (refused) {
            return new Event.CommandResult(now, id, command.operation(), Event.Outcome.REFUSED, "refused", false);
        }
        migrating.put(vm, command.targetRun());
        return null;
    }

    /** Lets a guest run whose memory has come completely. */
    Event.CommandResult resume(Now now, Command.ResumeVm command) {
        VmId vm = command.vm();
        boolean here = running.getOrDefault(vm, -1L) == command.run();
        boolean refused = command.epoch() < highestEpoch
                || !held
                || command.generations().stream().anyMatch(lease -> lease.generation() != generation)
                || !here
                || (incoming.contains(vm) && !complete.contains(vm));
        highestEpoch = Math.max(highestEpoch, command.epoch());
        if (!refused) {
            incoming.remove(vm);
            complete.remove(vm);
        }
        return new Event.CommandResult(
                now,
                id,
                command.operation(),
                refused ? Event.Outcome.REFUSED : Event.Outcome.DONE,
                refused ? "refused" : "",
                !here);
    }

    /** Obeys a start as the contract says; the answer to the same operation is the same. */
    Event.CommandResult start(Now now, Command.StartVm command) {
        String key = command.operation().toString();
        Event.CommandResult before = answered.get(key);
        if (before != null) {
            return new Event.CommandResult(
                    now, id, before.operation(), before.outcome(), before.message(), before.nothingRunning());
        }
        Event.CommandResult result = decide(now, command);
        answered.put(key, result);
        return result;
    }

    private Event.CommandResult decide(Now now, Command.StartVm command) {
        VmId vm = command.vm().id();
        boolean already = command.run() == running.getOrDefault(vm, -1L);
        if (already) {
            return new Event.CommandResult(now, id, command.operation(), Event.Outcome.DONE, "", false);
        }
        boolean refused = command.epoch() < highestEpoch
                || !held
                || command.generations().stream().anyMatch(lease -> lease.generation() != generation)
                || highestEnded.getOrDefault(vm, 0L) >= command.run()
                || running.containsKey(vm);
        highestEpoch = Math.max(highestEpoch, command.epoch());
        if (refused) {
            highestEnded.merge(vm, command.run(), Math::max);
            return new Event.CommandResult(
                    now, id, command.operation(), Event.Outcome.REFUSED, "refused", !running.containsKey(vm));
        }
        running.put(vm, command.run());
        return new Event.CommandResult(now, id, command.operation(), Event.Outcome.DONE, "", false);
    }
}
