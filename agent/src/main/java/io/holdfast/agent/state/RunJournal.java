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
        ENDED
    }

    /**
     * @param bootId the boot in which it was started
     * @param acknowledged the manager has stored the end: kept only as memory, not reported
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
            boolean acknowledged) {
        public Entry {
            datastores = List.copyOf(datastores);
        }

        Entry with(Phase newPhase, EndCause newCause, String newDetail) {
            return new Entry(vmId, run, name, datastores, bootId, newPhase, newCause, newDetail, acknowledged);
        }

        Entry asAcknowledged() {
            return new Entry(vmId, run, name, datastores, bootId, phase, cause, detail, true);
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
                    true));
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
                Boolean.toString(e.acknowledged()));
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
                Boolean.parseBoolean(f[8]));
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
