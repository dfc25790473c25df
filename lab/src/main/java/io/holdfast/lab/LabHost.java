package io.holdfast.lab;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A hypervisor host of the lab: own network, mounts, processes, names and IPC; own /etc, /var, /run and /dev; its init
 * keeps libvirtd, virtlogd and the agent alive. Thread-safe: BMC, watchdog and operator may all switch its power.
 */
public final class LabHost {

    /** What marks the agent's process on its command line. */
    static final String AGENT = "io.holdfast.agent.AgentMain";

    private static final Network[] ALL = Network.values();
    private static final int FIRST_ADDRESS = 10;

    private final int number;
    private final LabPaths paths;
    private final Fabric fabric;
    private final WatchdogTimer watchdog;
    private Optional<Machine> machine = Optional.empty();

    LabHost(int number, LabPaths paths, Fabric fabric, long watchdogMillis) {
        this.number = number;
        this.paths = paths;
        this.fabric = fabric;
        Path fifo = folder().resolve("watchdog");
        Shell.run("sh", "-c", "[ -p " + fifo + " ] || mkfifo " + fifo);
        writePower(false);
        this.watchdog = new WatchdogTimer(fifo, watchdogMillis, this::reset);
    }

    /** Its name, {@code host<N>}. */
    public String name() {
        return "host" + number;
    }

    /** N, from 1. */
    public int number() {
        return number;
    }

    /** Its address on that network. */
    String address(Network network) {
        return network.address(FIRST_ADDRESS + number);
    }

    /** Its folder, the same inside and outside of it. */
    Path folder() {
        return paths.host("host" + number);
    }

    /** Its watchdog. */
    WatchdogTimer watchdog() {
        return watchdog;
    }

    /** True while it has power. */
    public synchronized boolean poweredOn() {
        return machine.filter(Machine::alive).isPresent();
    }

    /** Presses the power button: it boots. Does nothing when it has power. */
    public synchronized void powerOn() {
        if (poweredOn()) {
            return;
        }
        delete(folder().resolve("cabled"));
        Machine booted = Machine.start(
                folder().resolve("console.log"),
                "bash",
                paths.bin().resolve("host-init.sh").toString(),
                String.valueOf(number));
        for (Network network : ALL) {
            fabric.plug(booted.pid(), port(), network, FIRST_ADDRESS + number);
        }
        machine = Optional.of(booted);
        writePower(true);
        write(folder().resolve("cabled"), "");
    }

    /**
     * Its power goes. Cables first, so that no FIN or RST leaves; then every process at once.
     *
     * @return CLOCK_BOOTTIME just before, in nanoseconds
     */
    public synchronized long powerCut() {
        long before = Clock.bootNanos();
        watchdog.disarm();
        machine.filter(Machine::alive).ifPresent(running -> {
            fabric.pull(port(), ALL);
            running.kill();
            fabric.remove(port(), ALL);
        });
        machine = Optional.empty();
        writePower(false);
        return before;
    }

    /** A hardware reset: the power goes and comes back. */
    public synchronized void reset() {
        powerCut();
        powerOn();
    }

    /** Pulls these cables. @return CLOCK_BOOTTIME just before, in nanoseconds */
    public synchronized long pull(Network... networks) {
        requirePower();
        long before = Clock.bootNanos();
        fabric.pull(port(), networks);
        return before;
    }

    /** Puts them in again. */
    public synchronized void insert(Network... networks) {
        requirePower();
        fabric.insert(port(), networks);
    }

    /** The agent's process, unless it is down just now. */
    public Optional<ProcessTable.Entry> agent() {
        return process(AGENT);
    }

    /** The management nodes' arbiter, unless it is elsewhere or down just now. */
    Optional<ProcessTable.Entry> arbiter() {
        return process("/usr/bin/garbd");
    }

    /** The libvirtd process, unless it is down just now. */
    Optional<ProcessTable.Entry> libvirtd() {
        return process("/usr/sbin/libvirtd");
    }

    /** The QEMU process of that VM on this host. */
    Optional<ProcessTable.Entry> qemu(String vm) {
        return process(QemuWatch.marker(vm));
    }

    /** Kills with that signal, and returns CLOCK_BOOTTIME just before, in nanoseconds. @throws LabException when it doesn't run */
    long signal(Optional<ProcessTable.Entry> process, String what, String signal) {
        ProcessTable.Entry found = process.orElseThrow(
                () -> new LabException(what + " does not run on " + name() + "; see its logs in " + folder()));
        long before = Clock.bootNanos();
        ProcessTable.signal(found.pid(), signal);
        return before;
    }

    /** Runs a command as one of the host's own processes and returns what it printed. */
    String run(String... command) {
        return Shell.feed("", requirePower().fullyInside(List.of(command)));
    }

    /** Hands the agent what it needs to connect; it starts as soon as this is complete. */
    void enrol(Map<String, String> files) {
        Path folder = folder().resolve("enrolment");
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new LabException("the folder " + folder + " can't be made", e);
        }
        files.forEach((name, content) -> write(folder.resolve(name), content));
        write(folder.resolve("complete"), "");
    }

    /** Copies libvirt's knowledge of QEMU, which takes seconds to find out, from a host that has it. */
    void warm(Path capabilities) {
        if (Files.isDirectory(capabilities)) {
            copy(capabilities, folder().resolve("libvirt/cache/qemu/capabilities"));
        }
    }

    /** Where libvirt keeps that knowledge. */
    Path capabilities() {
        return folder().resolve("libvirt/cache/qemu/capabilities");
    }

    private Optional<ProcessTable.Entry> process(String text) {
        Optional<Machine> running;
        synchronized (this) {
            running = machine.filter(Machine::alive);
        }
        return running.flatMap(host -> ProcessTable.find(host.pidNamespace(), text).stream()
                .filter(entry -> !ProcessTable.commandLine(entry.pid()).startsWith("/bin/bash"))
                .findFirst());
    }

    private synchronized Machine requirePower() {
        return machine.filter(Machine::alive)
                .orElseThrow(
                        () -> new LabException(name() + " has no power; switch it on first (power-on " + name() + ")"));
    }

    private String port() {
        return "h" + number;
    }

    private void writePower(boolean on) {
        write(folder().resolve("power"), on ? "1" : "0");
    }

    static void write(Path file, String content) {
        try {
            Files.writeString(file, content);
        } catch (IOException e) {
            throw new LabException("the file " + file + " can't be written: " + e.getMessage(), e);
        }
    }

    static void delete(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new LabException("the file " + file + " can't be deleted: " + e.getMessage(), e);
        }
    }

    /** Copies a folder with what is in it. */
    static void copy(Path from, Path to) {
        try {
            Files.walkFileTree(from, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes)
                        throws IOException {
                    Files.createDirectories(to.resolve(from.relativize(folder).toString()));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.REPLACE_EXISTING);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new LabException("the folder " + from + " can't be copied to " + to + ": " + e.getMessage(), e);
        }
    }
}
