package io.holdfast.agent.vm;

import io.holdfast.agent.state.RunJournal;
import io.holdfast.agent.vm.Hypervisor.GuestState;
import io.holdfast.agent.vm.Hypervisor.Pause;
import io.holdfast.agent.vm.Resident.Phase;
import io.holdfast.agent.vm.Resident.Transfer;
import io.holdfast.protocol.agent.Command;
import io.holdfast.protocol.agent.CommandResult;
import io.holdfast.protocol.agent.Disk;
import io.holdfast.protocol.agent.EndCause;
import io.holdfast.protocol.agent.PrepareIncoming;
import io.holdfast.protocol.agent.ResumeVm;
import io.holdfast.protocol.agent.StartVm;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The target of live migrations (safety argument, section 1): accepts a run as it would a start, lets the source's agent through to libvirtd for
 * it, and lets the guest run only on the manager's third command. {@link #run} belongs to a thread of its own, which looks after runs whose
 * QEMU isn't there.
 */
public final class MigrationTarget implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(MigrationTarget.class);
    /** After DONE or the last command about the run, without a QEMU and without a migration in progress. */
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    private static final long TICK_MILLIS = 100;
    private static final long IDLE_MILLIS = 1000;
    /** A libvirtd that's being restarted is waited for: giving up here costs the guest its memory. */
    private static final long LIBVIRT_PATIENCE_NANOS = 10_000_000_000L;

    /** A way to the hypervisor is not opened for this caller; the message says why. */
    public static final class NotAccepted extends Exception {
        NotAccepted(String message) {
            super(message);
        }
    }

    private record Key(String vmId, long run) {}

    private static final class Awaited {
        final String source;
        long lastWord = System.nanoTime();

        Awaited(String source) {
            this.source = source;
        }
    }

    private final VmCommands.Parts parts;
    private final Admission admission;
    /** This and the next two are guarded by this. */
    private final Map<Key, Awaited> awaited = new HashMap<>();

    private final Map<Key, Runnable> ways = new HashMap<>();
    /** Incoming runs whose memory is known to be complete. */
    private final Set<Key> complete = new HashSet<>();

    public MigrationTarget(VmCommands.Parts parts) {
        this.parts = parts;
        admission = new Admission(parts);
    }

    public CommandResult prepare(Command command) {
        PrepareIncoming prepare = command.getPrepareIncoming();
        StartVm start = prepare.getVm();
        String asked = "asked to accept VM " + start.getVmName() + " run " + start.getRun() + " from host "
                + prepare.getSourceHostId() + " on host " + parts.hostId() + ": ";
        Key key = new Key(start.getVmId(), start.getRun());
        if (incoming(key).filter(Resident::lasting).isPresent()) {
            spoken(key);
            return Results.done(command.getOperationId());
        }
        Set<String> datastores = new TreeSet<>();
        start.getDisksList().stream().map(Disk::getDatastoreId).forEach(datastores::add);
        Resident resident = Resident.starting(start.getVmId(), start.getRun(), start.getVmName(), datastores)
                .moving(Transfer.INCOMING);
        boolean added = false;
        try {
            admission.checkNotEnded(resident);
            added = parts.residents().add(resident);
            if (!added) {
                throw new Admission.Refusal(
                        "other-run-here", "another run of the VM lives here, or the same one is being accepted");
            }
            admission.admit(
                    command.getEpoch(),
                    start,
                    resident,
                    RunJournal.Phase.INCOMING,
                    parts.environment().get());
            synchronized (this) {
                awaited.put(key, new Awaited(prepare.getSourceHostId()));
                notifyAll();
            }
        } catch (Admission.Refusal e) {
            return notAccepted(Results.refused(command.getOperationId(), e.code(), asked + e.text()), resident, added);
        } catch (IllegalArgumentException e) {
            return notAccepted(
                    Results.refused(command.getOperationId(), "impossible-here", asked + e.getMessage()),
                    resident,
                    added);
        } catch (IOException | RuntimeException e) {
            return notAccepted(
                    Results.failed(command.getOperationId(), asked + e.getMessage()).toBuilder()
                            .setReasonCode("storage")
                            .build(),
                    resident,
                    added);
        }
        LOG.info("VM {} run {} is accepted from host {}", key.vmId(), key.run(), prepare.getSourceHostId());
        parts.changed().run();
        return Results.done(command.getOperationId());
    }

    /** The run is noted as ended, and only then the manager is told that nothing of it is here. */
    private CommandResult notAccepted(CommandResult result, Resident resident, boolean added) {
        if (added) {
            parts.residents().remove(resident.vmId(), resident.run());
        }
        LOG.warn("VM {} run {} is not accepted: {}", resident.vmId(), resident.run(), result.getMessage());
        boolean here = parts.residents()
                .find(resident.vmId())
                .filter(r -> r.run() == resident.run())
                .isPresent();
        if (here) {
            return result;
        }
        try {
            parts.journal()
                    .ended(resident.vmId(), resident.run(), EndCause.END_CAUSE_START_FAILED, result.getMessage());
            parts.journal().neverStart(resident.vmId(), resident.run(), parts.bootId());
            return result.toBuilder().setNothingRunning(true).build();
        } catch (IOException e) {
            LOG.error("that a run isn't accepted can't be written down: {}", e.getMessage());
            return result;
        }
    }

    private Optional<Resident> incoming(Key key) {
        return parts.residents()
                .find(key.vmId())
                .filter(r -> r.run() == key.run()
                        && (r.transfer() == Transfer.INCOMING || r.transfer() == Transfer.RELEASED));
    }

    private synchronized void spoken(Key key) {
        Awaited waits = awaited.get(key);
        if (waits != null) {
            waits.lastWord = System.nanoTime();
        }
    }

    /**
     * Lets the agent of a host through to libvirtd, once for each accepted run.
     *
     * @param close ends the way at once; it's called when the run ends
     */
    public synchronized void open(String sourceHostId, String vmId, long run, Runnable close) throws NotAccepted {
        Key key = new Key(vmId, run);
        Awaited waits = awaited.get(key);
        Optional<Resident> resident = incoming(key);
        if (waits == null
                || resident.filter(r -> r.lasting() && r.transfer() == Transfer.INCOMING && r.pid() == 0)
                        .isEmpty()) {
            throw new NotAccepted("VM " + vmId + " run " + run + " is not awaited on host " + parts.hostId()
                    + ": it was not accepted, has ended, or its process is here already");
        }
        if (!waits.source.equals(sourceHostId)) {
            throw new NotAccepted("VM " + vmId + " run " + run + " is awaited from host " + waits.source + ", not from "
                    + sourceHostId);
        }
        if (ways.putIfAbsent(key, close) != null) {
            throw new NotAccepted("VM " + vmId + " run " + run + " is being handed over already");
        }
        notifyAll();
    }

    /** A way that was opened, with this {@code close}, has ended. */
    public synchronized void closed(String vmId, long run, Runnable close) {
        Key key = new Key(vmId, run);
        if (ways.remove(key, close)) {
            spoken(key);
        }
    }

    @Override
    public void run() {
        try {
            while (true) {
                synchronized (this) {
                    if (ways.isEmpty() && awaited.isEmpty()) {
                        wait(IDLE_MILLIS);
                    }
                }
                Thread.sleep(TICK_MILLIS);
                try {
                    look();
                } catch (RuntimeException e) {
                    LOG.error("looking after incoming VMs failed; it's tried again", e);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        List<Runnable> useless = new ArrayList<>();
        boolean underWay;
        synchronized (this) {
            ways.forEach((key, close) -> {
                if (incoming(key).filter(Resident::lasting).isEmpty()) {
                    useless.add(close);
                }
            });
            underWay = !ways.isEmpty();
            awaited.keySet()
                    .removeIf(key -> incoming(key).filter(r -> r.pid() == 0).isEmpty());
            complete.removeIf(key -> incoming(key).isEmpty());
        }
        useless.forEach(Runnable::run);
        if (underWay) {
            parts.adoption().scan();
        }
        for (Map.Entry<Key, Long> entry : silentNanos().entrySet()) {
            incoming(entry.getKey()).filter(r -> r.pid() == 0).ifPresent(r -> missing(r, entry.getValue()));
        }
        for (Resident resident : parts.residents().all()) {
            if (resident.transfer() == Transfer.INCOMING && resident.pid() != 0 && resident.lasting()) {
                brokenOff(resident);
            }
        }
    }

    /**
     * A QEMU whose way has ended without the whole memory will never have it; libvirt leaves it there when its client was killed. The source takes
     * the hand-over for complete only when libvirt here has answered so through the way, and then the memory is.
     */
    private void brokenOff(Resident resident) {
        Key key = new Key(resident.vmId(), resident.run());
        synchronized (this) {
            if (ways.containsKey(key) || complete.contains(key)) {
                return;
            }
        }
        try {
            Pause pause = parts.hypervisor().pause(resident.uuid());
            if (pause == Pause.MIGRATION) {
                parts.ends()
                        .kill(
                                resident,
                                EndCause.END_CAUSE_START_FAILED,
                                "the source broke off before the memory was complete");
            } else if (pause == Pause.WISHED) {
                synchronized (this) {
                    complete.add(key);
                }
            }
        } catch (Hypervisor.Failure e) {
            LOG.debug("libvirt doesn't say how an incoming VM is; it's asked again", e);
        }
    }

    /** How long nothing has been heard of each awaited run; 0 while it's being handed over. */
    private synchronized Map<Key, Long> silentNanos() {
        Map<Key, Long> silent = new HashMap<>();
        awaited.forEach(
                (key, waits) -> silent.put(key, ways.containsKey(key) ? 0 : System.nanoTime() - waits.lastWord));
        return silent;
    }

    private void missing(Resident resident, long silentNanos) {
        if (!resident.lasting()) {
            // Killed before its process was known here, and nobody follows that to its end.
            boolean lives =
                    parts.processes().scan().stream().anyMatch(p -> p.uuid().equals(resident.uuid()));
            if (!lives) {
                parts.ends().gone(resident);
            }
        } else if (silentNanos > PATIENCE_NANOS) {
            parts.ends()
                    .kill(
                            resident,
                            EndCause.END_CAUSE_START_FAILED,
                            "no QEMU has come from the source within a minute; the run is given up here");
        }
    }

    public CommandResult resume(Command command) {
        ResumeVm resume = command.getResumeVm();
        Key key = new Key(resume.getVmId(), resume.getRun());
        String id = command.getOperationId();
        String asked = "asked to let VM " + resume.getVmId() + " run " + resume.getRun() + " run on host "
                + parts.hostId() + ": ";
        spoken(key);
        Optional<Resident> here = parts.residents().find(key.vmId()).filter(r -> r.run() == key.run());
        if (here.isEmpty()) {
            return Results.refused(id, "not-here", asked + "the run isn't here").toBuilder()
                    .setNothingRunning(true)
                    .build();
        }
        Resident resident = here.get();
        if (resident.transfer() == Transfer.NONE || resident.transfer() == Transfer.OUTGOING) {
            return resident.phase() == Phase.RUNNING || resident.phase() == Phase.PAUSED
                    ? Results.done(id)
                    : Results.refused(id, "not-incoming", asked + "it is " + resident.phase());
        }
        try {
            admission.checkStillAllowed(command.getEpoch(), resume.getGenerationsList(), resident.datastores());
            checkComplete(resident);
            if (!parts.journal().enter(key.vmId(), key.run(), RunJournal.Phase.RELEASED)) {
                throw new Admission.Refusal("run-ended", "the run has ended here");
            }
            boolean released = parts.residents()
                    .change(key.vmId(), key.run(), r -> r.lasting() ? r.moving(Transfer.RELEASED) : r)
                    .filter(Resident::lasting)
                    .isPresent();
            if (!released) {
                throw new Admission.Refusal("ended-meanwhile", "the run is being ended");
            }
            admission.checkStillAllowed(command.getEpoch(), resume.getGenerationsList(), resident.datastores());
            letRun(resident);
            settled(resident);
            return Results.done(id);
        } catch (Admission.Refusal e) {
            LOG.warn("VM {} run {} isn't let run: {}", key.vmId(), key.run(), e.getMessage());
            return Results.refused(id, e.code(), asked + e.text());
        } catch (Hypervisor.Failure | IOException e) {
            LOG.warn("VM {} run {} can't be let run: {}", key.vmId(), key.run(), e.getMessage());
            return Results.failed(id, asked + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Results.failed(id, "the agent is being stopped");
        }
    }

    private void checkComplete(Resident resident) throws Admission.Refusal, Hypervisor.Failure, InterruptedException {
        Pause pause = resident.pid() == 0
                ? Pause.MIGRATION
                : patiently(() -> parts.hypervisor().pause(resident.uuid()));
        if (pause == Pause.NOT && resident.transfer() == Transfer.INCOMING) {
            ranByItself(resident);
            throw new Admission.Refusal("ran-by-itself", "the guest ran before it was let, and is killed");
        }
        if (pause == Pause.MIGRATION || pause == Pause.OTHER && resident.transfer() == Transfer.INCOMING) {
            throw new Admission.Refusal(
                    "memory-incomplete", "its memory has not come completely; end this run and start the VM afresh");
        }
    }

    private void letRun(Resident resident) throws Hypervisor.Failure, InterruptedException {
        patiently(() -> {
            if (parts.hypervisor().pause(resident.uuid()) != Pause.NOT) {
                parts.hypervisor().resume(resident.uuid());
            }
            return true;
        });
    }

    @FunctionalInterface
    private interface Ask<T> {
        T ask() throws Hypervisor.Failure;
    }

    private <T> T patiently(Ask<T> ask) throws Hypervisor.Failure, InterruptedException {
        long deadline = System.nanoTime() + LIBVIRT_PATIENCE_NANOS;
        while (true) {
            try {
                return ask.ask();
            } catch (Hypervisor.Failure e) {
                if (parts.hypervisor().connected() || System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(TICK_MILLIS);
            }
        }
    }

    /** Libvirt's word on a guest: one that was let run does, or one runs that must not. */
    public void guest(String uuid, GuestState state) {
        if (state != GuestState.RUNNING) {
            return;
        }
        parts.residents().findByUuid(uuid).ifPresent(resident -> {
            if (resident.transfer() == Transfer.INCOMING) {
                ranByItself(resident);
            } else if (resident.transfer() == Transfer.RELEASED) {
                settled(resident);
            }
        });
    }

    private void ranByItself(Resident resident) {
        LOG.error("VM {} run {} runs here without the manager's word: killed", resident.vmId(), resident.run());
        parts.ends()
                .kill(resident, EndCause.END_CAUSE_CRASHED, "it ran here without the manager's word, and was killed");
    }

    private void settled(Resident resident) {
        parts.residents()
                .change(
                        resident.vmId(),
                        resident.run(),
                        r -> r.transfer() == Transfer.RELEASED
                                ? r.moving(Transfer.NONE).in(r.phase() == Phase.PAUSED ? Phase.RUNNING : r.phase())
                                : r);
        try {
            parts.journal().enter(resident.vmId(), resident.run(), RunJournal.Phase.RUNNING);
        } catch (IOException e) {
            // It stays written down as let run: an agent that is restarted sees it run and tries again.
            LOG.error("VM {} run {} can't be written down: {}", resident.vmId(), resident.run(), e.getMessage());
        }
        LOG.info("VM {} run {} runs here now", resident.vmId(), resident.run());
        parts.changed().run();
    }
}
