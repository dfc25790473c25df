package io.holdfast.agent.vm;

import io.holdfast.agent.state.RunJournal;
import io.holdfast.agent.system.HostProcesses;
import io.holdfast.agent.system.OrphanedConnections;
import io.holdfast.agent.system.ProcessWatch;
import io.holdfast.agent.system.QemuProcess;
import io.holdfast.agent.system.QemuProcesses;
import io.holdfast.agent.vm.Resident.Transfer;
import io.holdfast.protocol.agent.EndCause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends of runs: killing, noticing that a process has ended, finding out why, and writing it down. Works with libvirt dead. A run has
 * ended when its process is gone or a zombie <em>and</em> the kernel holds none of its queued writes to the storage any more.
 */
public final class RunEnds {
    private static final Logger LOG = LoggerFactory.getLogger(RunEnds.class);
    private static final long CAUSE_WAIT_MILLIS = 400;
    private static final long POLL_MILLIS = 10;

    /** What libvirt said of an end, by UUID. */
    public record Verdict(EndCause cause, String detail) {}

    private final HostProcesses processes;
    private final Residents residents;
    private final RunJournal journal;
    private final ProcessWatch watch;
    private final Executor executor;
    private final Function<String, Optional<Integer>> storagePort;
    private final Runnable changed;
    private final Map<String, Verdict> verdicts = new ConcurrentHashMap<>();

    /** {@code storagePort}: TCP port of a datastore reached by QEMU itself over the network, empty for others. */
    public RunEnds(
            HostProcesses processes,
            Residents residents,
            RunJournal journal,
            ProcessWatch watch,
            Executor executor,
            Function<String, Optional<Integer>> storagePort,
            Runnable changed) {
        this.processes = processes;
        this.residents = residents;
        this.journal = journal;
        this.watch = watch;
        this.executor = executor;
        this.storagePort = storagePort;
        this.changed = changed;
    }

    /** Libvirt told why a domain stopped. */
    public void told(String uuid, Verdict verdict) {
        verdicts.put(uuid, verdict);
    }

    /** Follows the process of a resident to its end. What libvirt said of an older run, too late for it, is forgotten. */
    public void follow(Resident resident) {
        verdicts.remove(resident.uuid());
        watch.add(resident.pid(), resident.startTicks(), () -> executor.execute(() -> processEnded(resident)));
    }

    /** The process of this resident is known to be gone. */
    void gone(Resident resident) {
        executor.execute(() -> processEnded(resident));
    }

    /** Kills the process at once and returns; the end is noticed by the watch. May be called again and again. */
    public void kill(Resident resident, EndCause cause, String why) {
        residents.change(
                resident.vmId(),
                resident.run(),
                r -> r.intended() == EndCause.END_CAUSE_NONE ? r.ending(cause, why) : r);
        if (resident.pid() != 0) {
            QemuProcesses.kill(resident.pid(), resident.startTicks());
            return;
        }
        boolean found = false;
        for (QemuProcess process : processes.scan()) {
            if (process.uuid().equals(resident.uuid())) {
                QemuProcesses.kill(process.pid(), process.startTicks());
                found = true;
            }
        }
        if (!found && resident.transfer() == Transfer.INCOMING) {
            // Nothing of it is here, and nothing follows a process that isn't. One that libvirt is just making is
            // paused, writes nothing,
            // and is killed when it's seen, for its run has ended.
            gone(resident);
        }
    }

    private void processEnded(Resident resident) {
        try {
            awaitQueuedWrites(resident);
            awaitHandOver(resident);
            if (!residents.reap(resident.vmId(), resident.run())) {
                return;
            }
            Verdict verdict = verdict(resident);
            writeDown(resident.vmId(), resident.run(), verdict);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** The end is written down and reported; until the disk takes it, it's tried again. */
    void writeDown(String vmId, long run, Verdict verdict) throws InterruptedException {
        while (true) {
            try {
                journal.ended(vmId, run, verdict.cause(), verdict.detail());
                break;
            } catch (IOException e) {
                LOG.error(
                        "the end of VM {} run {} can't be written down; it's tried again: {}",
                        vmId,
                        run,
                        e.getMessage());
                Thread.sleep(1000);
            }
        }
        residents.remove(vmId, run);
        LOG.info("VM {} run {} has ended: {} {}", vmId, run, verdict.cause(), verdict.detail());
        changed.run();
    }

    private void awaitQueuedWrites(Resident resident) throws InterruptedException {
        for (String datastore : resident.datastores()) {
            Optional<Integer> port = storagePort.apply(datastore);
            boolean said = false;
            while (port.isPresent() && holdData(port.get())) {
                if (!said) {
                    LOG.warn(
                            "VM {} run {}: waiting for writes that the kernel still holds",
                            resident.vmId(),
                            resident.run());
                    said = true;
                }
                Thread.sleep(POLL_MILLIS);
            }
        }
    }

    private static boolean holdData(int port) {
        try {
            return OrphanedConnections.holdData(port);
        } catch (IOException e) {
            throw new UncheckedIOException("can't tell whether writes are queued", e);
        }
    }

    /** Libvirt ends the source of a migration before it says that the hand-over was complete. */
    private void awaitHandOver(Resident resident) throws InterruptedException {
        while (residents
                .find(resident.vmId())
                .filter(r -> r.run() == resident.run() && r.transfer() == Transfer.OUTGOING && r.lasting())
                .isPresent()) {
            Thread.sleep(POLL_MILLIS);
        }
    }

    /** The agent's own intention counts most, then libvirt's word, which may come a moment after the process has ended. */
    private Verdict verdict(Resident resident) throws InterruptedException {
        Resident now = residents
                .find(resident.vmId())
                .filter(r -> r.run() == resident.run())
                .orElse(resident);
        long deadline = System.nanoTime() + CAUSE_WAIT_MILLIS * 1_000_000;
        Verdict told = verdicts.remove(resident.uuid());
        if (now.intended() != EndCause.END_CAUSE_NONE) {
            return new Verdict(now.intended(), now.detail());
        }
        if (now.transfer() == Transfer.INCOMING) {
            return new Verdict(EndCause.END_CAUSE_START_FAILED, "the incoming QEMU ended before the guest was let run");
        }
        while (told == null && System.nanoTime() < deadline) {
            Thread.sleep(POLL_MILLIS);
            told = verdicts.remove(resident.uuid());
        }
        return told != null ? told : new Verdict(EndCause.END_CAUSE_CRASHED, "QEMU ended, libvirt gave no reason");
    }
}
