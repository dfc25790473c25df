package io.holdfast.lab;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The journal on one VM's volume, read from the storage server's side while the guests write it. Notes when the first
 * record of each boot appeared.
 */
final class DiskJournal {

    private static final Pattern ACKNOWLEDGED = Pattern.compile("ACK ([0-9a-f-]{36}) (\\d+)[\\r\\n]");

    private final String vm;
    private final Path volume;
    private final Map<String, Boot> boots = new LinkedHashMap<>();
    private long next;
    private long lastGrownNanos;

    /**
     * A boot of the guest.
     *
     * @param firstSeenNanos CLOCK_BOOTTIME when its first record was seen on the volume; at most one look late
     * @param lastSeenNanos CLOCK_BOOTTIME when its latest record was seen there
     */
    record Boot(String id, long run, long firstSeenNanos, long lastSeenNanos) {}

    DiskJournal(String vm, Path volume) {
        this.vm = vm;
        this.volume = volume;
    }

    /** The VM's name. */
    String vm() {
        return vm;
    }

    /** Reads what has been appended since the last look. */
    synchronized void look() {
        try (RandomAccessFile image = new RandomAccessFile(volume.toFile(), "r")) {
            byte[] sector = new byte[JournalRecord.BYTES];
            while ((next + 1) * JournalRecord.BYTES <= image.length()) {
                image.seek(next * JournalRecord.BYTES);
                image.readFully(sector);
                Optional<JournalRecord> record = JournalRecord.decode(sector);
                if (record.isEmpty()) {
                    return;
                }
                note(record.get());
                next++;
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the volume " + volume + " can't be read", e);
        }
    }

    private void note(JournalRecord record) {
        long now = Clock.bootNanos();
        lastGrownNanos = now;
        boots.compute(
                record.boot(),
                (id, seen) -> new Boot(id, record.run(), seen == null ? now : seen.firstSeenNanos(), now));
    }

    /** The boots seen so far, oldest first. */
    synchronized List<Boot> boots() {
        return List.copyOf(boots.values());
    }

    /** CLOCK_BOOTTIME when the latest record was seen; 0 before the first. */
    synchronized long lastGrownNanos() {
        return lastGrownNanos;
    }

    /** Reads the whole journal again and checks it against what the guests acknowledged on their consoles. */
    JournalCheck check(Path hosts) {
        // The consoles first: a record that is acknowledged later can't be missed on the disk.
        Map<String, Long> acknowledged = acknowledged(hosts);
        return JournalCheck.of(vm, read(), acknowledged);
    }

    private List<Optional<JournalRecord>> read() {
        List<Optional<JournalRecord>> records = new ArrayList<>();
        try (RandomAccessFile image = new RandomAccessFile(volume.toFile(), "r")) {
            byte[] sector = new byte[JournalRecord.BYTES];
            int empty = 0;
            // A hole of up to this many sectors is looked across: records behind it show that something is wrong.
            for (long slot = 0; empty < 256 && (slot + 1) * JournalRecord.BYTES <= image.length(); slot++) {
                image.readFully(sector);
                Optional<JournalRecord> record = JournalRecord.decode(sector);
                empty = record.isPresent() ? 0 : empty + 1;
                records.add(record);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the volume " + volume + " can't be read", e);
        }
        while (!records.isEmpty() && records.getLast().isEmpty()) {
            records.removeLast();
        }
        return records;
    }

    /** For each boot id the highest acknowledged sequence, out of the console logs of this VM on all hosts. */
    private Map<String, Long> acknowledged(Path hosts) {
        Map<String, Long> highest = new HashMap<>();
        for (Path log : consoleLogs(hosts)) {
            try {
                Matcher matcher = ACKNOWLEDGED.matcher(Files.readString(log, StandardCharsets.ISO_8859_1));
                while (matcher.find()) {
                    highest.merge(matcher.group(1), Long.parseLong(matcher.group(2)), Math::max);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("the console log " + log + " can't be read", e);
            }
        }
        return highest;
    }

    private List<Path> consoleLogs(Path hosts) {
        List<Path> logs = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(hosts, "host*")) {
            for (Path host : folders) {
                Path folder = host.resolve("libvirt/log/qemu");
                if (Files.isDirectory(folder)) {
                    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, vm + "-console.log*")) {
                        files.forEach(logs::add);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the consoles below " + hosts + " can't be listed", e);
        }
        return logs;
    }
}
