package io.holdfast.agent.vm;

import io.holdfast.agent.lease.Leases;
import io.holdfast.agent.state.EpochMemory;
import io.holdfast.agent.state.RunJournal;
import io.holdfast.agent.system.HostProcesses;
import io.holdfast.agent.system.QemuProcess;
import io.holdfast.agent.vm.Resident.Phase;
import io.holdfast.agent.vm.Resident.Transfer;
import io.holdfast.protocol.agent.Command;
import io.holdfast.protocol.agent.CommandResult;
import io.holdfast.protocol.agent.Disk;
import io.holdfast.protocol.agent.EndCause;
import io.holdfast.protocol.agent.StartVm;
import io.holdfast.protocol.agent.StopVm;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Starts and stops runs on command (safety argument, section 1). A start passes these, in this order, and each is checked again as late as
 * possible: epoch, not ended here, no other run here, every disk's lease held in the generation that was meant, ownership record on every
 * datastore, journal; then QEMU is started.
 */
public final class VmCommands {
    private static final Logger LOG = LoggerFactory.getLogger(VmCommands.class);
    private static final long RETRY_MILLIS = 50;
    private static final long ALREADY_THERE_MILLIS = 5000;

    /** What starting and stopping works on. */
    public record Parts(
            String hostId,
            String bootId,
            Residents residents,
            RunJournal journal,
            Leases leases,
            EpochMemory epochs,
            Hypervisor hypervisor,
            HostProcesses processes,
            Adoption adoption,
            RunEnds ends,
            Supplier<DomainXml.Environment> environment,
            Runnable changed) {}

    private final Parts parts;
    private final Admission admission;

    public VmCommands(Parts parts) {
        this.parts = parts;
        admission = new Admission(parts);
    }

    public CommandResult start(Command command) {
        StartVm start = command.getStartVm();
        Set<String> datastores = new TreeSet<>();
        start.getDisksList().stream().map(Disk::getDatastoreId).forEach(datastores::add);
        Resident resident = Resident.starting(start.getVmId(), start.getRun(), start.getVmName(), datastores);
        if (livesHere(resident)) {
            return Results.done(command.getOperationId());
        }
        boolean added = false;
        String xml;
        try {
            admission.checkNotEnded(resident);
            added = parts.residents().add(resident);
            if (!added) {
                throw new Admission.Refusal(
                        "other-run-here", "another run of the VM lives here, or the same one is being started");
            }
            xml = prepare(command, resident);
        } catch (Admission.Refusal e) {
            abandon(resident, added, e.getMessage());
            return refused(command, e.code(), e.getMessage());
        } catch (IllegalArgumentException e) {
            abandon(resident, added, e.getMessage());
            return refused(command, "impossible-here", e.getMessage());
        } catch (IOException | RuntimeException e) {
            abandon(resident, added, e.getMessage());
            return Results.failed(command.getOperationId(), describe(start) + e.getMessage()).toBuilder()
                    .setReasonCode("storage")
                    .setNothingRunning(true)
                    .build();
        }
        return launch(command, resident, xml);
    }

    /** Everything before the process can exist: any failure here means that nothing runs. Gives the domain. */
    private String prepare(Command command, Resident resident) throws Admission.Refusal, IOException {
        StartVm start = command.getStartVm();
        return admission.admit(
                command.getEpoch(),
                start,
                resident,
                RunJournal.Phase.STARTING,
                parts.environment().get());
    }

    private boolean livesHere(Resident wanted) {
        return parts.residents()
                .find(wanted.vmId())
                .filter(r -> r.run() == wanted.run()
                        && r.transfer() == Transfer.NONE
                        && (r.phase() == Phase.RUNNING || r.phase() == Phase.PAUSED))
                .isPresent();
    }

    private CommandResult launch(Command command, Resident resident, String xml) {
        parts.residents().change(resident.vmId(), resident.run(), r -> r.commandedAt(System.nanoTime()));
        parts.changed().run();
        try {
            create(xml);
        } catch (Hypervisor.Failure e) {
            return launchFailed(command, resident, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Results.failed(command.getOperationId(), "the agent is being stopped");
        }
        for (QemuProcess process : parts.processes().scan()) {
            if (process.uuid().equals(resident.uuid())) {
                parts.adoption().found(resident, process);
            }
        }
        boolean here = parts.residents()
                .find(resident.vmId())
                .filter(r -> r.pid() != 0)
                .isPresent();
        if (!here) {
            parts.ends().gone(resident);
        }
        parts.changed().run();
        return Results.done(command.getOperationId());
    }

    /** Libvirt may need a moment to notice that a killed domain of the same VM is gone. */
    private void create(String xml) throws Hypervisor.Failure, InterruptedException {
        long deadline = System.nanoTime() + ALREADY_THERE_MILLIS * 1_000_000;
        while (true) {
            try {
                parts.hypervisor().create(xml);
                return;
            } catch (Hypervisor.Failure e) {
                if (!e.alreadyThere() || System.nanoTime() > deadline) {
                    throw e;
                }
                Thread.sleep(RETRY_MILLIS);
            }
        }
    }

    private CommandResult launchFailed(Command command, Resident resident, Hypervisor.Failure failure) {
        boolean certain = !failure.outcomeUnknown()
                && parts.processes().scan().stream().noneMatch(p -> p.uuid().equals(resident.uuid()));
        if (certain) {
            abandon(resident, true, String.valueOf(failure.getMessage()));
        } else {
            parts.residents().change(resident.vmId(), resident.run(), Resident::withUnknownOutcome);
        }
        LOG.warn("VM {} run {} can't be started: {}", resident.vmId(), resident.run(), failure.getMessage());
        return Results.failed(command.getOperationId(), describe(command.getStartVm()) + failure.getMessage())
                .toBuilder()
                .setReasonCode("hypervisor")
                .setNothingRunning(certain)
                .build();
    }

    /** No process of this run exists; if it has been written down as being started, its end is too. */
    private void abandon(Resident resident, boolean added, @org.jspecify.annotations.Nullable String why) {
        if (!added) {
            return;
        }
        try {
            parts.journal()
                    .ended(resident.vmId(), resident.run(), EndCause.END_CAUSE_START_FAILED, String.valueOf(why));
        } catch (IOException e) {
            LOG.error(
                    "the failed start of VM {} run {} can't be written down: {}",
                    resident.vmId(),
                    resident.run(),
                    e.getMessage());
        }
        parts.residents().remove(resident.vmId(), resident.run());
        parts.changed().run();
    }

    private CommandResult refused(Command command, String code, @org.jspecify.annotations.Nullable String why) {
        return Results.refused(command.getOperationId(), code, describe(command.getStartVm()) + why).toBuilder()
                .setNothingRunning(nothingRunning(command.getStartVm()))
                .build();
    }

    private boolean nothingRunning(StartVm start) {
        return parts.residents()
                .find(start.getVmId())
                .filter(r -> r.run() == start.getRun())
                .isEmpty();
    }

    private String describe(StartVm start) {
        return "asked to start VM " + start.getVmName() + " run " + start.getRun() + " on host " + parts.hostId()
                + ": ";
    }

    /** Done when the run has ended here, also when it had before. One that was never here will never be started here from now on. */
    public CommandResult stop(Command command) {
        StopVm stop = command.getStopVm();
        try {
            if (stop.getForce()) {
                kill(stop.getVmId(), stop.getRun(), "destroyed on command");
            } else {
                shutDown(stop);
            }
            boolean ended = awaitEnd(stop.getVmId(), stop.getRun(), 20_000);
            if (ended) {
                parts.journal().neverStart(stop.getVmId(), stop.getRun(), parts.bootId());
            }
            return ended
                    ? Results.done(command.getOperationId()).toBuilder()
                            .setNothingRunning(true)
                            .build()
                    : Results.failed(
                            command.getOperationId(),
                            "asked to stop VM " + stop.getVmId() + " run " + stop.getRun()
                                    + ": its process can't be killed; the watchdog resets the host if the lease is lost");
        } catch (IOException e) {
            return Results.failed(command.getOperationId(), "can't write the run journal: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Results.failed(command.getOperationId(), "the agent is being stopped");
        }
    }

    private void shutDown(StopVm stop) throws InterruptedException {
        Optional<Resident> resident = parts.residents()
                .change(
                        stop.getVmId(),
                        stop.getRun(),
                        r -> r.in(r.phase() == Phase.REAPED ? r.phase() : Phase.STOPPING)
                                .ending(EndCause.END_CAUSE_COMMANDED, "shut down on command"));
        if (resident.isEmpty()) {
            return;
        }
        parts.changed().run();
        try {
            parts.hypervisor().shutdown(resident.get().uuid());
            if (awaitEnd(stop.getVmId(), stop.getRun(), stop.getGraceMillis())) {
                return;
            }
        } catch (Hypervisor.Failure e) {
            LOG.warn(
                    "VM {} can't be asked to shut down, it's killed after its grace: {}",
                    stop.getVmId(),
                    e.getMessage());
            if (awaitEnd(stop.getVmId(), stop.getRun(), stop.getGraceMillis())) {
                return;
            }
        }
        kill(stop.getVmId(), stop.getRun(), "killed after its grace");
    }

    /** Kills one run if it's here. */
    public void kill(String vmId, long run, String why) {
        parts.residents()
                .change(vmId, run, r -> r)
                .ifPresent(r -> parts.ends().kill(r, EndCause.END_CAUSE_COMMANDED, why));
    }

    /** True when the run isn't here any more. */
    public boolean killAndAwait(String vmId, long run, String why) throws InterruptedException, IOException {
        kill(vmId, run, why);
        boolean ended = awaitEnd(vmId, run, 20_000);
        if (ended) {
            parts.journal().neverStart(vmId, run, parts.bootId());
        }
        return ended;
    }

    /** Kills every VM and waits until they have ended. */
    public boolean killAll(String why) throws InterruptedException {
        List<Resident> all = List.copyOf(parts.residents().all());
        all.forEach(r -> parts.ends().kill(r, EndCause.END_CAUSE_COMMANDED, why));
        boolean ended = true;
        for (Resident resident : all) {
            ended &= awaitEnd(resident.vmId(), resident.run(), 20_000);
        }
        return ended;
    }

    public CommandResult fenceSelf(Command command) {
        try {
            return killAll("fenced on command")
                    ? Results.done(command.getOperationId())
                    : Results.failed(command.getOperationId(), "a VM's process can't be killed");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Results.failed(command.getOperationId(), "the agent is being stopped");
        }
    }

    public CommandResult acknowledge(Command command) {
        try {
            parts.journal()
                    .acknowledged(
                            command.getAcknowledgeEnded().getVmId(),
                            command.getAcknowledgeEnded().getRun());
            return Results.done(command.getOperationId());
        } catch (IOException e) {
            return Results.failed(command.getOperationId(), "can't write the run journal: " + e.getMessage());
        }
    }

    private boolean awaitEnd(String vmId, long run, long millis) throws InterruptedException {
        long deadline = System.nanoTime() + millis * 1_000_000;
        while (parts.residents().find(vmId).filter(r -> r.run() == run).isPresent()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(10);
        }
        return true;
    }
}
