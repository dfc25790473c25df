package io.holdfast.agent.state;

import io.holdfast.protocol.agent.EndCause;
import java.io.IOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.zip.CRC32C;

/**
 * Every run of a VM that was started here and, for ever, the highest that has ended here (safety argument, section 1: an agent that has
 * reported a run as ended never starts that run or an older one again). On disk, flushed before a change is relied on.
 */
public final class RunJournal {
    /** Of a run. */
    public enum Phase {
        /** Written before QEMU is started: the process may or may not exist. */
        STARTING,
        RUNNING,
        /** Accepted from another host, not let run here yet: if its process is there, it's paused and writes nothing. */
        INCOMING,
        /** Accepted from another host; written before it's let run. */
        RELEASED,
        /** Runs here; written before it's handed over to another host. */
        OUTGOING,
        ENDED
    }

    /**
     * @param bootId the boot in which it was started
     * @param acknowledged the manager has stored the end: kept only as memory, not reported
     * @param spentTarget the highest run at another host that this one was to become, whatever came of it; 0: none. Never tried again
     */
    public record Entry(
            String vmId,
            long run,
            String name,
            List<String> datastores,
            String bootId,
            Phase phase,
            EndCause cause,
            String detail,
            boolean acknowledged,
            long spentTarget) {
        public Entry {
            datastores = List.copyOf(datastores);
        }

        /** A run of this boot that hasn't ended. */
        public static Entry open(
                String vmId, long run, String name, Set<String> datastores, String bootId, Phase phase) {
            return new Entry(
                    vmId,
                    run,
                    name,
                    datastores.stream().sorted().toList(),
                    bootId,
                    phase,
                    EndCause.END_CAUSE_NONE,
                    "",
                    false,
                    0);
        }

        Entry with(Phase newPhase, EndCause newCause, String newDetail) {
            return new Entry(
                    vmId, run, name, datastores, bootId, newPhase, newCause, newDetail, acknowledged, spentTarget);
        }

        Entry asAcknowledged() {
            return new Entry(vmId, run, name, datastores, bootId, phase, cause, detail, true, spentTarget);
        }

        Entry spending(long target) {
            return new Entry(
                    vmId,
                    run,
                    name,
                    datastores,
                    bootId,
                    phase,
                    cause,
                    detail,
                    acknowledged,
                    Math.max(target, spentTarget));
        }
    }

    private final Path file;
    private final Object writing = new Object();
    private volatile List<Entry> entries;

    public RunJournal(Path stateDirectory) throws IOException {
        file = stateDirectory.resolve("runs");
        entries = load();
    }

    /** Never waits for the disk. */
    public List<Entry> entries() {
        return entries;
    }

    /** Runs that have ended and must still be reported. */
    public List<Entry> unacknowledgedEnds() {
        return entries.stream()
                .filter(e -> e.phase() == Phase.ENDED && !e.acknowledged())
                .toList();
    }

    /** The highest run of this VM that has ended here, 0: none. */
    public long highestEnded(String vmId) {
        return entries.stream()
                .filter(e -> e.vmId().equals(vmId) && e.phase() == Phase.ENDED)
                .mapToLong(Entry::run)
                .max()
                .orElse(0);
    }

    /** False when this run or a higher one has ended here, meanwhile perhaps. */
    public boolean starting(Entry entry) throws IOException {
        synchronized (writing) {
            if (entry.run() <= highestEnded(entry.vmId())) {
                return false;
            }
            List<Entry> next = without(entry.vmId(), entry.run());
            next.add(entry);
            store(next);
            return true;
        }
    }

    /** A run that was stopped before it was ever started here will not be started any more; nothing is reported of it. */
    public void neverStart(String vmId, long run, String bootId) throws IOException {
        synchronized (writing) {
            if (run <= highestEnded(vmId) || find(vmId, run).isPresent()) {
                return;
            }
            List<Entry> next = new ArrayList<>(entries);
            next.add(new Entry(
                    vmId,
                    run,
                    "",
                    List.of(),
                    bootId,
                    Phase.ENDED,
                    EndCause.END_CAUSE_COMMANDED,
                    "never started",
                    true,
                    0));
            store(next);
        }
    }

    public void running(Entry adopted) throws IOException {
        synchronized (writing) {
            Optional<Entry> known = find(adopted.vmId(), adopted.run());
            if (known.isPresent() && known.get().phase() != Phase.STARTING) {
                return;
            }
            List<Entry> next = without(adopted.vmId(), adopted.run());
            next.add(adopted.with(Phase.RUNNING, EndCause.END_CAUSE_NONE, ""));
            store(next);
        }
    }

    /** Changes the phase of a run that hasn't ended; false when it's not known or has ended. */
    public boolean enter(String vmId, long run, Phase phase) throws IOException {
        synchronized (writing) {
            Optional<Entry> known = find(vmId, run).filter(e -> e.phase() != Phase.ENDED);
            if (known.isEmpty()) {
                return false;
            }
            if (known.get().phase() != phase) {
                List<Entry> next = without(vmId, run);
                next.add(known.get().with(phase, EndCause.END_CAUSE_NONE, ""));
                store(next);
            }
            return true;
        }
    }

    /** A hand-over begins, to become this run at another host. False when the run has ended, or that one or a higher one was tried before. */
    public boolean handOver(String vmId, long run, long targetRun) throws IOException {
        synchronized (writing) {
            Optional<Entry> known =
                    find(vmId, run).filter(e -> e.phase() != Phase.ENDED && e.spentTarget() < targetRun);
            if (known.isEmpty()) {
                return false;
            }
            List<Entry> next = without(vmId, run);
            next.add(known.get()
                    .with(Phase.OUTGOING, EndCause.END_CAUSE_NONE, "")
                    .spending(targetRun));
            store(next);
            return true;
        }
    }

    /** The run will not be handed over as this run at another host, or a lower one, from now on. False when it's not known or has ended. */
    public boolean spend(String vmId, long run, long targetRun) throws IOException {
        synchronized (writing) {
            Optional<Entry> known = find(vmId, run).filter(e -> e.phase() != Phase.ENDED);
            if (known.isEmpty()) {
                return false;
            }
            if (known.get().spentTarget() < targetRun) {
                List<Entry> next = without(vmId, run);
                next.add(known.get().spending(targetRun));
                store(next);
            }
            return true;
        }
    }

    /** Does nothing when the run is not known or has ended already. */
    public void ended(String vmId, long run, EndCause cause, String detail) throws IOException {
        synchronized (writing) {
            Optional<Entry> known = find(vmId, run);
            if (known.isEmpty() || known.get().phase() == Phase.ENDED) {
                return;
            }
            List<Entry> next = without(vmId, run);
            next.add(known.get().with(Phase.ENDED, cause, detail));
            store(next);
        }
    }

    public void acknowledged(String vmId, long run) throws IOException {
        synchronized (writing) {
            Optional<Entry> known = find(vmId, run).filter(e -> e.phase() == Phase.ENDED && !e.acknowledged());
            if (known.isEmpty()) {
                return;
            }
            List<Entry> next = without(vmId, run);
            next.add(known.get().asAcknowledged());
            long highest = highestEnded(vmId);
            next.removeIf(e -> e.vmId().equals(vmId) && e.acknowledged() && e.run() < highest);
            store(next);
        }
    }

    public Optional<Entry> find(String vmId, long run) {
        return entries.stream()
                .filter(e -> e.vmId().equals(vmId) && e.run() == run)
                .findFirst();
    }

    private List<Entry> without(String vmId, long run) {
        List<Entry> rest = new ArrayList<>(entries);
        rest.removeIf(e -> e.vmId().equals(vmId) && e.run() == run);
        return rest;
    }

    private void store(List<Entry> next) throws IOException {
        StringBuilder text = new StringBuilder();
        next.forEach(entry -> text.append(line(entry)).append('\n'));
        DurableFile.replace(file, text + checksum(text.toString()) + "\n");
        entries = List.copyOf(next);
    }

    private static String line(Entry e) {
        List<String> fields = List.of(
                encode(e.vmId()),
                Long.toString(e.run()),
                encode(e.name()),
                encode(String.join(" ", e.datastores())),
                encode(e.bootId()),
                e.phase().name(),
                e.cause().name(),
                encode(e.detail()),
                Boolean.toString(e.acknowledged()),
                Long.toString(e.spentTarget()));
        return String.join("\t", fields);
    }

    private List<Entry> load() throws IOException {
        Optional<byte[]> content = DurableFile.read(file);
        if (content.isEmpty()) {
            return List.of();
        }
        String text = new String(content.get(), StandardCharsets.UTF_8);
        int end = text.lastIndexOf('\n', text.length() - 2) + 1;
        if (!text.substring(end).strip().equals(checksum(text.substring(0, end)))) {
            throw new IOException(file
                    + " is damaged; the runs that have ended here are unknown, so nothing may be started. Remove this"
                    + " host from the cluster and enrol it anew");
        }
        List<Entry> loaded = new ArrayList<>();
        text.substring(0, end).lines().forEach(line -> loaded.add(parse(line)));
        return List.copyOf(loaded);
    }

    private static Entry parse(String line) {
        String[] f = line.split("\t", -1);
        String datastores = decode(f[3]);
        return new Entry(
                decode(f[0]),
                Long.parseLong(f[1]),
                decode(f[2]),
                datastores.isEmpty() ? List.of() : List.of(datastores.split(" ")),
                decode(f[4]),
                Phase.valueOf(f[5]),
                EndCause.valueOf(f[6]),
                decode(f[7]),
                Boolean.parseBoolean(f[8]),
                f.length > 9 ? Long.parseLong(f[9]) : 0);
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    private static String checksum(String text) {
        CRC32C crc = new CRC32C();
        crc.update(text.getBytes(StandardCharsets.UTF_8));
        return "end " + Long.toHexString(crc.getValue());
    }
}
