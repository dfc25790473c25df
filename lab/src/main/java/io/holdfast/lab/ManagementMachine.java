package io.holdfast.lab;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A management node (supervisor, database, keepalived, manager) or the arbiter: namespaces of its own below one first process, and a disk that a
 * power cut crashes. Thread-safe.
 */
public final class ManagementMachine {

    /** What runs on it. */
    enum Role {
        NODE,
        ARBITER,
        /** Nothing runs on it until somebody sets it up. */
        BARE,
        /** Debian with systemd, and Holdfast installed from the distribution in the lab's folder; nothing of it runs. */
        SYSTEMD
    }

    /** A program on a management machine, and what marks its process on the command line. */
    enum Program {
        MANAGER("io.holdfast.manager.ManagerMain"),
        SUPERVISOR("io.holdfast.supervisor.SupervisorMain"),
        DATABASE("mariadbd"),
        KEEPALIVED("keepalived"),
        ARBITER("garbd");

        private final String mark;

        Program(String mark) {
            this.mark = mark;
        }

        String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final String name;
    private final int last;
    private final Role role;
    private final LabPaths paths;
    private final Fabric fabric;
    private final DataDisk disk;
    private Optional<Machine> machine = Optional.empty();
    /** Two, so that a supervisor that hangs doesn't keep from looking at addresses. */
    private Optional<NetworkNamespace> eyes = Optional.empty();

    private Optional<NetworkNamespace> mouth = Optional.empty();

    /** @param last last number of its address on the management network */
    ManagementMachine(String name, int last, Role role, LabPaths paths, Fabric fabric) {
        this.name = name;
        this.last = last;
        this.role = role;
        this.paths = paths;
        this.fabric = fabric;
        this.disk = new DataDisk(folder().resolve("disk.img"));
    }

    /** Its name, for example {@code mgmt1}. */
    public String name() {
        return name;
    }

    /** Its own address on the management network; the VIP is another one. */
    String address() {
        return Network.MANAGEMENT.address(last);
    }

    /** Its folder, the same inside and outside of it. */
    Path folder() {
        return paths.management(name);
    }

    /** True for a node with a manager and a database; false for the arbiter. */
    boolean isNode() {
        return role != Role.ARBITER;
    }

    /** True while it has power. */
    public synchronized boolean poweredOn() {
        return machine.filter(Machine::alive).isPresent();
    }

    /** Presses the power button: it boots. Does nothing when it has power. */
    synchronized void powerOn() {
        if (poweredOn()) {
            return;
        }
        disk.prepare();
        Machine booted = Machine.start(
                folder().resolve("console.log"),
                "bash",
                paths.bin().resolve("management-init.sh").toString(),
                name,
                address(),
                role.name().toLowerCase(Locale.ROOT));
        fabric.remove(name, Network.MANAGEMENT);
        fabric.plug(booted.pid(), name, Network.MANAGEMENT, last);
        machine = Optional.of(booted);
        leaveNamespaces();
        eyes = Optional.of(NetworkNamespace.of(booted.pid()));
        mouth = Optional.of(NetworkNamespace.of(booted.pid()));
    }

    /**
     * Its power goes: the cable first, so that nothing a dying kernel would still say gets out; then the disk, so that everything that has not been
     * flushed is lost; then all processes.
     *
     * @return CLOCK_BOOTTIME just before, in nanoseconds
     */
    synchronized long powerCut() {
        long before = Clock.bootNanos();
        machine.filter(Machine::alive).ifPresent(running -> {
            fabric.pull(name, Network.MANAGEMENT);
            DataDisk.crash(Path.of("/proc/" + running.pid() + "/root/run/disk"));
            running.kill();
            fabric.remove(name, Network.MANAGEMENT);
        });
        machine = Optional.empty();
        leaveNamespaces();
        return before;
    }

    /** Its disk is replaced by an empty one: at the next power-on it is installed anew. @throws LabException while it has power */
    synchronized void loseDisk() {
        if (poweredOn()) {
            throw new LabException(name + " has power; cut it before its disk is lost (power-cut " + name + ")");
        }
        disk.lose();
    }

    private void leaveNamespaces() {
        eyes.ifPresent(NetworkNamespace::close);
        mouth.ifPresent(NetworkNamespace::close);
        eyes = Optional.empty();
        mouth = Optional.empty();
    }

    /** Pulls its cable. @return CLOCK_BOOTTIME just before, in nanoseconds */
    synchronized long pull() {
        requirePower();
        long before = Clock.bootNanos();
        fabric.pull(name, Network.MANAGEMENT);
        return before;
    }

    /** Puts it in again. */
    synchronized void insert() {
        requirePower();
        fabric.insert(name, Network.MANAGEMENT);
    }

    /**
     * From now on nothing that this machine sends to those addresses arrives anywhere, in silence, as if a switch between them had died; everybody
     * else hears it as before. To cut both directions, both sides must do it.
     */
    synchronized void muteTowards(List<String> addresses) {
        neighbours(addresses, "replace", " lladdr 02:77:ff:ff:ff:ff nud permanent");
    }

    /** They hear each other again. */
    synchronized void hearAgain(List<String> addresses) {
        neighbours(addresses, "del", "");
    }

    private void neighbours(List<String> addresses, String verb, String how) {
        List<String> line = new ArrayList<>(
                List.of("nsenter", "-t", String.valueOf(requirePower().pid()), "--net", "ip", "-force", "-batch", "-"));
        StringBuilder batch = new StringBuilder();
        for (String other : addresses) {
            batch.append("neigh ")
                    .append(verb)
                    .append(' ')
                    .append(other)
                    .append(" dev m0")
                    .append(how)
                    .append('\n');
        }
        String quiet = verb.equals("del") ? " 2>/dev/null || true" : "";
        Shell.feed(batch.toString(), List.of("sh", "-c", String.join(" ", line) + quiet));
    }

    /** A program's process, unless it is down just now. */
    Optional<ProcessTable.Entry> process(Program program) {
        Optional<Machine> running;
        synchronized (this) {
            running = machine.filter(Machine::alive);
        }
        return running.flatMap(host -> ProcessTable.find(host.pidNamespace(), program.mark).stream()
                .filter(entry -> !ProcessTable.commandLine(entry.pid()).contains("bash"))
                .min(Comparator.comparingLong(ProcessTable.Entry::pid)));
    }

    /** Sends a signal, for example KILL, to a program. @return CLOCK_BOOTTIME just before, in nanoseconds @throws LabException when it doesn't run */
    long signal(Program program, String signal) {
        ProcessTable.Entry found = process(program)
                .orElseThrow(() -> new LabException(
                        "the " + program.word() + " does not run on " + name + "; see its logs in " + folder()));
        long before = Clock.bootNanos();
        ProcessTable.signal(found.pid(), signal);
        return before;
    }

    /**
     * The manager's HTTP listener, which serves console and REST, is closed under its feet (SOCK_DESTROY); the process lives on.
     *
     * @return CLOCK_BOOTTIME just before, in nanoseconds
     */
    long closeListener() {
        List<String> command = List.of(
                "nsenter",
                "-t",
                String.valueOf(requirePower().pid()),
                "--net",
                "ss",
                "-HKtl",
                "sport",
                "=",
                ":" + ManagerNode.REST_PORT);
        long before = Clock.bootNanos();
        if (Shell.feed("", command).isBlank()) {
            throw new LabException("nobody listens on port " + ManagerNode.REST_PORT + " of " + name);
        }
        return before;
    }

    /** Whether that address is on its interface of the management network now; false when that can't be seen. */
    boolean holds(String address) {
        return sees(address).orElse(false);
    }

    /** The same; empty when that can't be seen. */
    Optional<Boolean> sees(String address) {
        Optional<NetworkNamespace> running;
        synchronized (this) {
            running = machine.filter(Machine::alive).flatMap(_ -> eyes);
        }
        return running.isEmpty() ? Optional.of(false) : running.get().has(Network.MANAGEMENT.interfaceName(), address);
    }

    /** Runs a command as one of its own processes and returns what it printed. @throws LabException when it fails */
    String run(String... command) {
        return Shell.feed("", requirePower().fullyInside(List.of(command)));
    }

    /** The supervisor's word about this node; empty when it doesn't answer. */
    String supervisorStatus() {
        Optional<NetworkNamespace> running;
        synchronized (this) {
            running = machine.filter(Machine::alive).flatMap(_ -> mouth);
        }
        return running.flatMap(inside -> inside.ask(ManagementMachine::statusDocument))
                .orElse("");
    }

    private static String statusDocument() throws IOException {
        HttpURLConnection connection = (HttpURLConnection)
                URI.create("http://127.0.0.1:7431/v1/status").toURL().openConnection();
        connection.setConnectTimeout(1_000);
        connection.setReadTimeout(1_000);
        connection.setRequestProperty("Connection", "close");
        try (InputStream in = connection.getInputStream()) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /** What its database answers, a line a row. @throws LabException when it doesn't */
    List<String> rows(String sql) {
        return run("mariadb", "-S", "/run/mysqld/mysqld.sock", "-NBe", sql)
                .lines()
                .toList();
    }

    private synchronized Machine requirePower() {
        return machine.filter(Machine::alive)
                .orElseThrow(
                        () -> new LabException(name + " has no power; switch it on first (power-on " + name + ")"));
    }
}
