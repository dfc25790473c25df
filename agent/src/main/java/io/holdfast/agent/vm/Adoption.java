package io.holdfast.agent.vm;

import io.holdfast.agent.state.RunJournal;
import io.holdfast.agent.system.HostProcesses;
import io.holdfast.agent.system.QemuProcess;
import io.holdfast.agent.system.QemuProcess.Placement;
import io.holdfast.agent.system.QemuProcesses;
import io.holdfast.agent.vm.Resident.Phase;
import io.holdfast.agent.vm.Resident.Transfer;
import io.holdfast.protocol.agent.EndCause;
import java.io.IOException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a started agent finds: runs whose processes live are adopted with their runs, from QEMU's command line alone; runs of an older boot
 * have ended; runs of this boot without a process have ended, except those that were just being started, which libvirt has to be asked about.
 */
public final class Adoption {
    private static final Logger LOG = LoggerFactory.getLogger(Adoption.class);

    private final HostProcesses processes;
    private final Residents residents;
    private final RunJournal journal;
    private final RunEnds ends;
    private final String bootId;

    public Adoption(HostProcesses processes, Residents residents, RunJournal journal, RunEnds ends, String bootId) {
        this.processes = processes;
        this.residents = residents;
        this.journal = journal;
        this.ends = ends;
        this.bootId = bootId;
    }

    /** Takes in every process there is. Called at the start, before anything else, and again from time to time. */
    public void scan() {
        for (QemuProcess process : processes.scan()) {
            process.placement().ifPresent(placement -> adopt(process, placement));
        }
    }

    private void adopt(QemuProcess process, Placement placement) {
        Optional<Resident> here = residents.find(placement.vmId()).filter(r -> r.run() == placement.run());
        if (here.isPresent()) {
            if (here.get().pid() == 0) {
                found(here.get(), process);
            }
            return;
        }
        if (placement.run() <= journal.highestEnded(placement.vmId())) {
            LOG.error(
                    "a QEMU of VM {} run {} lives, which has been reported as ended: killed",
                    placement.vmId(),
                    placement.run());
            QemuProcesses.kill(process.pid(), process.startTicks());
            return;
        }
        RunJournal.Phase known = journal.find(placement.vmId(), placement.run())
                .map(RunJournal.Entry::phase)
                .orElse(null);
        if (process.incoming() && known == null) {
            LOG.error(
                    "an incoming QEMU of VM {} run {} lives, which hasn't been accepted here: killed",
                    placement.vmId(),
                    placement.run());
            QemuProcesses.kill(process.pid(), process.startTicks());
            return;
        }
        Resident resident = new Resident(
                placement.vmId(),
                placement.run(),
                process.name(),
                process.uuid(),
                Set.copyOf(placement.datastores()),
                Phase.RUNNING,
                process.pid(),
                process.startTicks(),
                EndCause.END_CAUSE_NONE,
                "",
                0,
                false,
                transfer(known));
        if (residents.add(resident)) {
            LOG.info("VM {} run {} adopted, process {}", resident.vmId(), resident.run(), resident.pid());
            writeDown(resident);
            ends.follow(resident);
        }
    }

    /** One that was being handed over when an earlier agent process died runs here until it's seen to have ended: {@link MigrationSource#settle}. */
    private static Transfer transfer(RunJournal.@Nullable Phase known) {
        if (known == RunJournal.Phase.INCOMING) {
            return Transfer.INCOMING;
        }
        return known == RunJournal.Phase.RELEASED ? Transfer.RELEASED : Transfer.NONE;
    }

    /** The process of a run that is being started has shown up. */
    Optional<Resident> found(Resident starting, QemuProcess process) {
        Optional<Resident> running = residents.change(
                starting.vmId(),
                starting.run(),
                r -> r.pid() == 0
                        ? r.process(process.pid(), process.startTicks())
                                .in(r.phase() == Phase.STARTING ? Phase.RUNNING : r.phase())
                        : r);
        running.filter(r -> r.pid() == process.pid()).ifPresent(r -> {
            writeDown(r);
            ends.follow(r);
            if (r.intended() != EndCause.END_CAUSE_NONE) {
                // Killed or fenced between the last check and the birth of its process.
                ends.kill(r, r.intended(), r.detail());
            }
        });
        return running;
    }

    private void writeDown(Resident r) {
        try {
            journal.running(RunJournal.Entry.open(
                    r.vmId(), r.run(), r.name(), r.datastores(), bootId, RunJournal.Phase.RUNNING));
        } catch (IOException e) {
            LOG.error("VM {} run {} can't be written down: {}", r.vmId(), r.run(), e.getMessage());
        }
    }

    /** Settles what the journal holds of earlier agent processes. Called once, after the first scan. */
    public void settleJournal() throws InterruptedException {
        for (RunJournal.Entry entry : journal.entries()) {
            boolean open = entry.phase() != RunJournal.Phase.ENDED
                    && residents
                            .find(entry.vmId())
                            .filter(r -> r.run() == entry.run())
                            .isEmpty();
            if (!open) {
                continue;
            }
            if (!entry.bootId().equals(bootId)) {
                ends.writeDown(
                        entry.vmId(),
                        entry.run(),
                        new RunEnds.Verdict(EndCause.END_CAUSE_NEW_BOOT, "the host has been booted since"));
            } else if (entry.phase() == RunJournal.Phase.STARTING) {
                residents.add(resident(entry).withUnknownOutcome());
            } else {
                Resident gone = entry.phase() == RunJournal.Phase.INCOMING
                        ? resident(entry)
                                .ending(EndCause.END_CAUSE_START_FAILED, "no QEMU came before the agent was restarted")
                        : resident(entry).ending(EndCause.END_CAUSE_CRASHED, "QEMU ended while the agent was down");
                if (residents.add(gone)) {
                    ends.gone(gone);
                }
            }
        }
    }

    private static Resident resident(RunJournal.Entry entry) {
        return Resident.starting(entry.vmId(), entry.run(), entry.name(), Set.copyOf(entry.datastores()));
    }
}
