package io.holdfast.lab;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Two management nodes, the arbiter on a machine of its own, and the VIP through which clients reach whoever leads. */
public final class ManagementPair implements Management {

    /** Last numbers of the addresses on the management network. */
    private static final int FIRST = 2;

    private static final int SECOND = 3;
    private static final int ARBITER = 4;
    private static final int VIP = 9;
    private static final long DATABASE_LIMIT_MILLIS = 120_000;
    private static final long LOOK_EVERY_MILLIS = 100;
    private static final int BALLAST_MEGABYTES = 200;

    private final ManagementMachine first;
    private final ManagementMachine second;
    private final ManagementMachine arbiter;
    private final PairInstallation installation;
    private boolean begun;

    ManagementPair(LabPaths paths, Fabric fabric, Programs programs) {
        this.first = new ManagementMachine("mgmt1", FIRST, ManagementMachine.Role.NODE, paths, fabric);
        this.second = new ManagementMachine("mgmt2", SECOND, ManagementMachine.Role.NODE, paths, fabric);
        this.arbiter = new ManagementMachine("arbiter", ARBITER, ManagementMachine.Role.ARBITER, paths, fabric);
        this.installation = new PairInstallation(this, paths, programs);
    }

    @Override
    public String address() {
        return Network.MANAGEMENT.address(VIP);
    }

    ManagementMachine first() {
        return first;
    }

    ManagementMachine second() {
        return second;
    }

    ManagementMachine arbiter() {
        return arbiter;
    }

    /** Both nodes. */
    List<ManagementMachine> nodes() {
        return List.of(first, second);
    }

    @Override
    public List<ManagementMachine> machines() {
        return List.of(first, second, arbiter);
    }

    /** The other node. */
    ManagementMachine peer(ManagementMachine node) {
        return node == first ? second : first;
    }

    /** A machine by its name. */
    Optional<ManagementMachine> machine(String name) {
        return machines().stream()
                .filter(machine -> machine.name().equals(name))
                .findFirst();
    }

    /** The node that holds the VIP, which is the leader's when nothing is broken. @throws LabException when not exactly one does */
    ManagementMachine active() {
        List<ManagementMachine> holders = holders();
        if (holders.size() != 1) {
            throw new LabException("the VIP " + address() + " is on "
                    + holders.stream().map(ManagementMachine::name).toList()
                    + ", not on exactly one node; name a node");
        }
        return holders.getFirst();
    }

    /** The nodes with the VIP on an interface. */
    List<ManagementMachine> holders() {
        return nodes().stream().filter(node -> node.holds(address())).toList();
    }

    /** The first time: the first node alone begins the database, then the second copies it. Later: everything that has no power gets it. */
    @Override
    public void start() {
        if (!begun) {
            installation.write();
        }
        arbiter.powerOn();
        first.powerOn();
        if (!begun) {
            begin();
        }
        second.powerOn();
        begun = true;
    }

    private void begin() {
        Waiting.until(
                () -> first.supervisorStatus().contains("\"phase\":\"damaged\""),
                LOOK_EVERY_MILLIS,
                DATABASE_LIMIT_MILLIS,
                () -> "the supervisor of " + first.name() + " does not answer; see " + first.folder());
        first.run("/run/lab/bin/supervisor", "serve-with-this-copy");
        Waiting.until(
                () -> first.supervisorStatus().contains("\"synced\":true"),
                LOOK_EVERY_MILLIS,
                DATABASE_LIMIT_MILLIS,
                () -> "the database of " + first.name() + " does not serve: " + first.supervisorStatus() + "; see "
                        + first.folder());
        first.rows(PairInstallation.SCHEMA);
        first.run("/run/lab/bin/manager-migrate");
        first.run("touch", "/run/lab/management/schema");
        // With a disk that was lost it takes the other node's copy, as the second one does.
        LabHost.delete(first.folder().resolve("first"));
    }

    /** Waits for the second node's copy. */
    @Override
    public Optional<String> complete() {
        awaitWell(DATABASE_LIMIT_MILLIS);
        return Optional.of("both nodes in sync, VIP " + address() + " on " + active().name());
    }

    /** Waits until both nodes are fit and may hold the VIP, their databases in sync and flushed, and the VIP is on one of them. @return how long that took, in ms */
    long awaitWell(long limitMillis) {
        long from = Clock.bootNanos();
        Waiting.until(
                this::well,
                LOOK_EVERY_MILLIS,
                limitMillis,
                () -> "the management pair is not well: VIP on "
                        + holders().stream().map(ManagementMachine::name).toList() + "; "
                        + nodes().stream()
                                .map(ManagementMachine::supervisorStatus)
                                .collect(Collectors.joining("; ")));
        return (Clock.bootNanos() - from) / 1_000_000;
    }

    /** See {@link #awaitWell}. */
    boolean well() {
        return holders().size() == 1
                && nodes().stream().allMatch(ManagementPair::inSync)
                && arbiter.process(ManagementMachine.Program.ARBITER).isPresent();
    }

    /** Whether a node is fit and may hold the VIP, with its database in sync with three members in sight and flushed. */
    static boolean inSync(ManagementMachine node) {
        String status = node.poweredOn() ? node.supervisorStatus() : "";
        return status.contains("\"fit\":true")
                && status.contains("\"healthy\":true")
                && status.contains("\"primary\":true")
                && status.contains("\"synced\":true")
                && status.contains("\"durable\":true")
                && status.contains("\"members\":3");
    }

    /** Makes the database at least as large as the one behind the limits of a full copy (recipes/galera.md: 200 MB). */
    void fill() {
        ManagementMachine node = active();
        node.rows("create database if not exists lab;"
                + " create table if not exists lab.ballast (id int primary key, content longblob not null)");
        int held =
                Integer.parseInt(node.rows("select count(*) from lab.ballast").getFirst());
        for (int megabyte = held; megabyte < BALLAST_MEGABYTES; megabyte++) {
            node.rows("insert into lab.ballast select " + megabyte
                    + ", group_concat(sha2(rand(seq), 512) separator '') from lab.seq_1_to_8192");
        }
    }

    @Override
    public long kill() {
        return active().signal(ManagementMachine.Program.MANAGER, "KILL");
    }

    @Override
    public boolean running() {
        return nodes().stream()
                .anyMatch(
                        node -> node.process(ManagementMachine.Program.MANAGER).isPresent());
    }

    @Override
    public Path log() {
        return first.folder().resolve("manager.log");
    }

    @Override
    public List<Path> logs() {
        return machines().stream()
                .flatMap(machine -> Stream.of("manager.log", "supervisor.log", "garbd.log")
                        .map(file -> machine.folder().resolve(file)))
                .filter(Files::exists)
                .toList();
    }

    /** The node cannot be heard by these any more, nor hear them. */
    void cut(ManagementMachine node, List<ManagementMachine> from) {
        node.muteTowards(from.stream().map(ManagementMachine::address).toList());
        from.stream().filter(ManagementMachine::poweredOn).forEach(other -> other.muteTowards(List.of(node.address())));
    }

    /** Everybody hears everybody. */
    void heal() {
        for (ManagementMachine machine : machines()) {
            if (machine.poweredOn()) {
                machine.insert();
                machine.hearAgain(machines().stream()
                        .filter(other -> other != machine)
                        .map(ManagementMachine::address)
                        .toList());
            }
        }
    }

    /** Puts right whatever faults have broken: power, cables, cuts, stopped processes, services kept down. */
    void restore() {
        heal();
        for (ManagementMachine node : nodes()) {
            node.process(ManagementMachine.Program.MANAGER)
                    .ifPresent(process -> ProcessTable.signal(process.pid(), "CONT"));
            node.process(ManagementMachine.Program.SUPERVISOR)
                    .ifPresent(process -> ProcessTable.signal(process.pid(), "CONT"));
        }
        machines().forEach(ManagementMachine::powerOn);
    }
}
