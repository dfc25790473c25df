package io.holdfast.agent.vm;

import io.holdfast.agent.state.RunJournal;
import io.holdfast.agent.vm.Hypervisor.Pause;
import io.holdfast.agent.vm.Resident.Phase;
import io.holdfast.agent.vm.Resident.Transfer;
import io.holdfast.protocol.agent.CancelMigration;
import io.holdfast.protocol.agent.Command;
import io.holdfast.protocol.agent.CommandResult;
import io.holdfast.protocol.agent.EndCause;
import io.holdfast.protocol.agent.MigrateVm;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The source of live migrations (safety argument, section 1). Only libvirt's answer to this very agent process, together with the reaped QEMU,
 * makes END_CAUSE_MIGRATED; everything less certain is what it is: a guest that runs on, or a crash.
 */
public final class MigrationSource {
    private static final Logger LOG = LoggerFactory.getLogger(MigrationSource.class);
    private static final long SETTLE_MILLIS = 10_000;
    private static final long POLL_MILLIS = 100;
    private static final long GONE_MILLIS = 5000;
    private static final long KILLED_MILLIS = 15_000;

    private static final class Ongoing {
        volatile boolean cancelled;
        volatile PeerTunnels.@Nullable Tunnel tunnel;
    }

    private final VmCommands.Parts parts;
    private final PeerTunnels tunnels;
    private final Supplier<Map<String, String>> networks;
    private final Executor executor;
    private final Admission admission;
    private final Map<String, Ongoing> ongoing = new ConcurrentHashMap<>();
    private final Set<String> settling = ConcurrentHashMap.newKeySet();

    /** {@code networks}: name of each network by its bridge on this host. {@code executor}: for settling, which may wait for libvirt. */
    public MigrationSource(
            VmCommands.Parts parts, PeerTunnels tunnels, Supplier<Map<String, String>> networks, Executor executor) {
        this.parts = parts;
        this.tunnels = tunnels;
        this.networks = networks;
        this.executor = executor;
        admission = new Admission(parts);
    }

    public CommandResult migrate(Command command) {
        MigrateVm migrate = command.getMigrateVm();
        String id = command.getOperationId();
        String asked = "asked to hand VM " + migrate.getVmId() + " run " + migrate.getRun() + " over from host "
                + parts.hostId() + " to host " + migrate.getTargetHostId() + " as run " + migrate.getTargetRun() + ": ";
        Optional<RunJournal.Entry> ended = ended(migrate.getVmId(), migrate.getRun());
        if (ended.isPresent()) {
            return ended(id, asked, ended.get(), migrate.getTargetRun());
        }
        Resident resident;
        Ongoing mine = new Ongoing();
        try {
            resident = begin(command, migrate);
            ongoing.put(resident.vmId(), mine);
        } catch (Admission.Refusal e) {
            LOG.warn("VM {} run {} isn't handed over: {}", migrate.getVmId(), migrate.getRun(), e.getMessage());
            return Results.refused(id, e.code(), asked + e.text());
        } catch (IOException e) {
            return Results.failed(id, asked + "can't write the run journal: " + e.getMessage());
        }
        parts.changed().run();
        try {
            return handOver(id, asked, migrate, resident, mine);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Results.failed(id, "the agent is being stopped");
        } finally {
            ongoing.remove(resident.vmId(), mine);
            notOutgoing(resident);
            parts.changed().run();
        }
    }

    private Optional<RunJournal.Entry> ended(String vmId, long run) {
        return parts.journal().find(vmId, run).filter(e -> e.phase() == RunJournal.Phase.ENDED);
    }

    private static CommandResult ended(String id, String asked, RunJournal.Entry entry, long targetRun) {
        boolean handedOver = entry.cause() == EndCause.END_CAUSE_MIGRATED && entry.spentTarget() == targetRun;
        CommandResult result = handedOver
                ? Results.done(id)
                : Results.refused(
                        id, "run-ended", asked + "the run has ended: " + entry.cause() + " " + entry.detail());
        return result.toBuilder().setNothingRunning(true).build();
    }

    /** From here on the run is being handed over, written down with the run that it is to become. */
    private Resident begin(Command command, MigrateVm migrate) throws Admission.Refusal, IOException {
        Resident resident = parts.residents()
                .find(migrate.getVmId())
                .filter(r -> r.run() == migrate.getRun())
                .orElseThrow(() -> new Admission.Refusal("not-here", "the run isn't here"));
        admission.checkStillAllowed(command.getEpoch(), migrate.getGenerationsList(), resident.datastores());
        AtomicBoolean begun = new AtomicBoolean();
        parts.residents().change(resident.vmId(), resident.run(), r -> {
            begun.set(r.lasting() && r.phase() == Phase.RUNNING && r.transfer() == Transfer.NONE);
            return begun.get() ? r.moving(Transfer.OUTGOING) : r;
        });
        if (!begun.get()) {
            throw new Admission.Refusal("not-running", "the run isn't running, or is being moved or ended");
        }
        boolean written = false;
        try {
            written = parts.journal().handOver(resident.vmId(), resident.run(), migrate.getTargetRun());
        } finally {
            if (!written) {
                notOutgoing(resident);
            }
        }
        if (!written) {
            throw new Admission.Refusal(
                    "target-run-spent", "that hand-over has been cancelled, or was tried before and came to nothing");
        }
        return resident;
    }

    private void notOutgoing(Resident resident) {
        parts.residents()
                .change(
                        resident.vmId(),
                        resident.run(),
                        r -> r.transfer() == Transfer.OUTGOING ? r.moving(Transfer.NONE) : r);
    }

    private CommandResult handOver(String id, String asked, MigrateVm migrate, Resident resident, Ongoing mine)
            throws InterruptedException {
        try (PeerTunnels.Tunnel tunnel = tunnels.open(
                migrate.getTargetHostId(), migrate.getTargetAddress(), migrate.getVmId(), migrate.getTargetRun())) {
            mine.tunnel = tunnel;
            String definition = MigrationXml.of(
                    parts.hypervisor().migratableXml(resident.uuid()),
                    resident,
                    migrate.getTargetRun(),
                    tunnel.destination(),
                    networks.get());
            if (mine.cancelled) {
                throw new IOException("it was cancelled");
            }
            parts.hypervisor().migrate(resident.uuid(), tunnel.uri(), definition);
        } catch (Hypervisor.Failure | IOException | IllegalArgumentException e) {
            LOG.warn("VM {} run {} isn't handed over: {}", resident.vmId(), resident.run(), e.getMessage());
            notOutgoing(resident);
            settle(resident);
            return Results.failed(id, asked + e.getMessage());
        }
        parts.residents()
                .change(
                        resident.vmId(),
                        resident.run(),
                        r -> r.lasting()
                                ? r.ending(
                                        EndCause.END_CAUSE_MIGRATED,
                                        "handed over to host " + migrate.getTargetHostId() + " as run "
                                                + migrate.getTargetRun())
                                : r);
        awaitEnd(resident);
        Optional<RunJournal.Entry> end = ended(resident.vmId(), resident.run());
        if (end.isEmpty()) {
            return Results.failed(
                    id,
                    asked + "it was handed over, but its process here can't be ended; the watchdog resets the host"
                            + " if the lease is lost");
        }
        return ended(id, asked, end.get(), migrate.getTargetRun());
    }

    /** Libvirt has ended the process; one that's still there is killed, for the guest isn't in it any more. */
    private void awaitEnd(Resident resident) throws InterruptedException {
        if (!isGone(resident, GONE_MILLIS)) {
            parts.residents()
                    .find(resident.vmId())
                    .filter(r -> r.run() == resident.run())
                    .ifPresent(r -> parts.ends().kill(r, EndCause.END_CAUSE_MIGRATED, r.detail()));
            isGone(resident, KILLED_MILLIS);
        }
    }

    private boolean isGone(Resident resident, long millis) throws InterruptedException {
        long deadline = System.nanoTime() + millis * 1_000_000;
        while (parts.residents()
                .find(resident.vmId())
                .filter(r -> r.run() == resident.run())
                .isPresent()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            Thread.sleep(10);
        }
        return true;
    }

    /** In any case DONE, when the journal has it. */
    public CommandResult cancel(Command command) {
        CancelMigration cancel = command.getCancelMigration();
        try {
            parts.journal().spend(cancel.getVmId(), cancel.getRun(), cancel.getTargetRun());
        } catch (IOException e) {
            return Results.failed(command.getOperationId(), "can't write the run journal: " + e.getMessage());
        }
        Ongoing its = ongoing.get(cancel.getVmId());
        Optional<Resident> resident = parts.residents()
                .find(cancel.getVmId())
                .filter(r -> r.run() == cancel.getRun() && r.transfer() == Transfer.OUTGOING);
        if (its != null && resident.isPresent()) {
            its.cancelled = true;
            breakOff(resident.get(), its);
        }
        return Results.done(command.getOperationId());
    }

    private void breakOff(Resident resident, Ongoing its) {
        try {
            if (parts.hypervisor().jobActive(resident.uuid())) {
                parts.hypervisor().abortJob(resident.uuid());
                return;
            }
        } catch (Hypervisor.Failure e) {
            LOG.warn("the migration of VM {} can't be aborted, its way is closed: {}", resident.vmId(), e.getMessage());
        }
        PeerTunnels.Tunnel tunnel = its.tunnel;
        if (tunnel != null) {
            tunnel.close();
        }
    }

    /** Called when libvirt's domains have been read: migrations that an earlier agent process began, or whose outcome is unknown, are given up. */
    public void settleAll() {
        for (RunJournal.Entry entry : parts.journal().entries()) {
            if (entry.phase() == RunJournal.Phase.OUTGOING && !ongoing.containsKey(entry.vmId())) {
                parts.residents()
                        .find(entry.vmId())
                        .filter(r -> r.run() == entry.run() && r.transfer() == Transfer.NONE && r.lasting())
                        .ifPresent(r -> executor.execute(() -> settleQuietly(r)));
            }
        }
    }

    private void settleQuietly(Resident resident) {
        try {
            settle(resident);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * A migration that came to nothing is broken off, and a guest that it left paused runs on: it has not been handed over, so nobody lets it run
     * anywhere else. What can't be settled now is tried again when libvirt's domains are read.
     */
    private void settle(Resident resident) throws InterruptedException {
        if (!settling.add(resident.vmId())) {
            return;
        }
        try {
            long deadline = System.nanoTime() + SETTLE_MILLIS * 1_000_000;
            while (!settledNow(resident) && System.nanoTime() < deadline) {
                Thread.sleep(POLL_MILLIS);
            }
        } finally {
            settling.remove(resident.vmId());
        }
    }

    /** False: not yet. */
    private boolean settledNow(Resident resident) {
        if (parts.residents()
                .find(resident.vmId())
                .filter(r -> r.run() == resident.run() && r.lasting())
                .isEmpty()) {
            return true;
        }
        try {
            parts.hypervisor().abortJob(resident.uuid());
            if (parts.hypervisor().jobActive(resident.uuid())) {
                return false;
            }
            Pause pause = parts.hypervisor().pause(resident.uuid());
            if (pause == Pause.MIGRATION) {
                parts.hypervisor().resume(resident.uuid());
                return false;
            }
            parts.residents()
                    .change(
                            resident.vmId(),
                            resident.run(),
                            r -> r.phase() == Phase.RUNNING || r.phase() == Phase.PAUSED
                                    ? r.in(pause == Pause.NOT ? Phase.RUNNING : Phase.PAUSED)
                                    : r);
            parts.journal().enter(resident.vmId(), resident.run(), RunJournal.Phase.RUNNING);
            LOG.info("VM {} run {} stays here", resident.vmId(), resident.run());
            parts.changed().run();
            return true;
        } catch (Hypervisor.Failure | IOException e) {
            LOG.warn(
                    "VM {} run {}: its migration isn't settled yet: {}",
                    resident.vmId(),
                    resident.run(),
                    e.getMessage());
            return false;
        }
    }
}
