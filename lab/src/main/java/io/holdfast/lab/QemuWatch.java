package io.holdfast.lab;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Looks at the QEMU processes of all hosts, over and over: when each started, and whether two of one VM ever lived at
 * the same time. It asks the kernel, not the manager.
 */
final class QemuWatch {

    private static final long LOOK_EVERY_MILLIS = 100;
    private static final long FORK_TO_EXEC_NANOS = 10_000_000_000L;
    // libvirt's form of QEMU's -name: guest=<name>,debug-threads=on
    private static final Pattern GUEST = Pattern.compile("-name guest=([^, ]+)");

    private final Map<Long, Known> known = new HashMap<>();
    private final List<Start> starts = new ArrayList<>();
    private final Set<String> overlaps = new LinkedHashSet<>();

    private record Known(long startNanos, Optional<String> vm, boolean incoming) {}

    /**
     * A QEMU process that was seen.
     *
     * @param vm the VM's name
     * @param startNanos CLOCK_BOOTTIME when its process was made, to 10 ms
     * @param pidNamespace of the host
     * @param incoming it was made to take the guest over from another host: it's paused until that one has ended
     */
    record Start(String vm, long pid, long startNanos, String pidNamespace, boolean incoming) {}

    /** What marks a VM's QEMU on its command line. */
    static String marker(String vm) {
        return "guest=" + vm + ",";
    }

    /** Begins to look; ends with the lab. */
    void start() {
        Thread.ofPlatform().daemon().name("qemu-watch").start(() -> {
            while (true) {
                look();
                Waiting.pause(LOOK_EVERY_MILLIS);
            }
        });
    }

    /** The starts of that VM's QEMU after this instant (CLOCK_BOOTTIME), oldest first. The target of a live migration starts no guest and doesn't count. */
    synchronized List<Start> startsAfter(String vm, long bootNanos) {
        return starts.stream()
                .filter(start -> start.vm().equals(vm) && !start.incoming() && start.startNanos() > bootNanos)
                .toList();
    }

    /** One line for each time that two QEMU processes of one VM were seen alive together, the target of a live migration beside its source left out. */
    synchronized List<String> overlaps() {
        return List.copyOf(overlaps);
    }

    synchronized void look() {
        Map<String, List<Start>> alive = new HashMap<>();
        long now = Clock.bootNanos();
        List<ProcessTable.Entry> live = ProcessTable.live();
        for (ProcessTable.Entry entry : live) {
            Known seen = known.get(entry.pid());
            boolean isNew = seen == null || seen.startNanos() != entry.startNanos();
            // A process that has just been forked still bears its parent's command line: it is asked again for a while.
            if (seen == null || isNew || (seen.vm().isEmpty() && now - seen.startNanos() < FORK_TO_EXEC_NANOS)) {
                String line = ProcessTable.commandLine(entry.pid());
                boolean incoming = line.contains(" -incoming ");
                seen = new Known(entry.startNanos(), guest(line), incoming);
                known.put(entry.pid(), seen);
                seen.vm().ifPresent(vm -> starts.add(start(vm, entry, incoming)));
            }
            boolean incoming = seen.incoming();
            seen.vm()
                    .ifPresent(vm ->
                            alive.computeIfAbsent(vm, any -> new ArrayList<>()).add(start(vm, entry, incoming)));
        }
        known.keySet().retainAll(live.stream().map(ProcessTable.Entry::pid).toList());
        alive.forEach((vm, processes) -> {
            if (processes.size() > 1) {
                confirmOverlap(vm, processes);
            }
        });
    }

    /** Both must be alive at one instant: the list was read over some milliseconds, in which one may have followed the other. */
    private void confirmOverlap(String vm, List<Start> processes) {
        List<Start> still = processes.stream()
                .filter(start -> ProcessTable.entry(start.pid())
                        .filter(entry -> entry.startNanos() == start.startNanos())
                        .isPresent())
                .toList();
        if (overlap(still)) {
            overlaps.add(vm + " had the QEMU processes "
                    + still.stream().map(Start::pid).toList() + " at once");
        }
    }

    /** The newer of two may be the target of a live migration. That it doesn't write beside the source is what the disk's journal shows. */
    static boolean overlap(List<Start> alive) {
        return alive.size() > 2
                || alive.size() == 2
                        && alive.stream()
                                .max(Comparator.comparingLong(Start::startNanos))
                                .filter(Start::incoming)
                                .isEmpty();
    }

    private static Start start(String vm, ProcessTable.Entry entry, boolean incoming) {
        return new Start(vm, entry.pid(), entry.startNanos(), ProcessTable.pidNamespace(entry.pid()), incoming);
    }

    private static Optional<String> guest(String line) {
        // libvirt also starts QEMU to ask it what it can do, without a guest's name.
        Matcher matcher = GUEST.matcher(line);
        return line.contains("qemu-system") && matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
