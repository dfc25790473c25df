package io.holdfast.lab;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * The lab: hosts, switches, storage, BMCs and a manager on one machine, and the faults that can be done to them. Runs as
 * a process inside the lab's own namespaces ({@code host/lab-init.sh}); when that process ends, all of it ends.
 */
public final class Lab {

    private static final List<String> SCRIPTS = List.of(
            "host-init.sh",
            "host-boot.sh",
            "keep-alive.sh",
            "storage-init.sh",
            "bmc-init.sh",
            "chassis.sh",
            "node-init.sh",
            "management-init.sh",
            "management-keys.sh");
    private static final long LOOK_AT_JOURNALS_MILLIS = 25;
    private static final long LIBVIRT_LIMIT_MILLIS = 60_000;

    private final LabOptions options;
    private final LabPaths paths;
    private final Fabric fabric = new Fabric();
    private final StorageServer storage;
    private final Management manager;
    private final ManagerClient client;
    private final List<LabHost> hosts;
    private final List<BmcSimulator> bmcs;
    private final List<DiskJournal> journals;
    private final QemuWatch qemus = new QemuWatch();
    private final Programs programs;

    /** A lab that isn't built yet. */
    public Lab(LabOptions options) {
        this(options, LabPaths.INSIDE, Programs.here());
    }

    private Lab(LabOptions options, LabPaths paths, Programs programs) {
        this.options = options;
        this.paths = paths;
        this.programs = programs;
        this.storage = new StorageServer(paths, fabric, options.vms());
        this.manager =
                options.pair() ? new ManagementPair(paths, fabric, programs) : new ManagerNode(paths, fabric, programs);
        this.client = new ManagerClient(manager.address());
        this.hosts = IntStream.rangeClosed(1, options.hosts())
                .mapToObj(n -> new LabHost(n, paths, fabric, options.watchdogMillis()))
                .toList();
        this.bmcs = hosts.stream()
                .map(host -> new BmcSimulator(host, paths, fabric))
                .toList();
        this.journals = IntStream.rangeClosed(1, options.vms())
                .mapToObj(vm -> new DiskJournal(vmName(vm), storage.volume(vm)))
                .toList();
    }

    /** Name of VM N. */
    static String vmName(int number) {
        return "vm" + number;
    }

    /** Switches, storage server, BMCs; then all hosts boot until libvirt answers. */
    public void build() {
        SCRIPTS.forEach(this::install);
        agents(programs.agent(AGENT_PROPERTIES));
        fabric.build();
        qemus.start();
        Thread.ofPlatform().daemon().name("journals").start(() -> {
            while (true) {
                journals.forEach(DiskJournal::look);
                Waiting.pause(LOOK_AT_JOURNALS_MILLIS);
            }
        });
        List<Runnable> work = new ArrayList<>();
        work.add(storage::start);
        bmcs.forEach(bmc -> work.add(bmc::start));
        Parallel.run(work);
        bootHosts();
    }

    /** From their next power-on on, hosts start their agents by this command. */
    void agents(List<String> command) {
        LabHost.write(paths.bin().resolve("programs"), "AGENT=(" + Programs.quoted(command) + ")\n");
    }

    /** How programs are started. */
    Programs programs() {
        return programs;
    }

    static final Path AGENT_PROPERTIES = Path.of("/etc/holdfast/agent.properties");

    /** The first host finds out what QEMU can do (seconds); the others, and every later lab, are given the answer. */
    private void bootHosts() {
        Path known = programs.home().resolve(".tools/lab/capabilities");
        hosts.forEach(host -> host.warm(known));
        if (Files.isDirectory(known)) {
            boot(hosts);
        } else {
            LabHost first = hosts.getFirst();
            boot(List.of(first));
            hosts.subList(1, hosts.size()).forEach(host -> host.warm(first.capabilities()));
            boot(hosts.subList(1, hosts.size()));
        }
        if (Files.isDirectory(hosts.getFirst().capabilities())) {
            LabHost.copy(hosts.getFirst().capabilities(), known);
        }
    }

    private void boot(List<LabHost> some) {
        Parallel.run(some.stream()
                .<Runnable>map(host -> () -> {
                    host.powerOn();
                    awaitLibvirt(host);
                })
                .toList());
    }

    private void awaitLibvirt(LabHost host) {
        Waiting.until(
                () -> libvirtAnswers(host),
                100,
                LIBVIRT_LIMIT_MILLIS,
                () -> "libvirt on " + host.name() + " does not answer; see " + host.folder());
    }

    /** domcapabilities makes libvirt find out what QEMU can do, so that the first start does not wait for it. */
    private static boolean libvirtAnswers(LabHost host) {
        try {
            host.run("virsh", "-q", "domcapabilities");
            return true;
        } catch (LabException notYet) {
            return false;
        }
    }

    private void install(String script) {
        Path target = paths.bin().resolve(script);
        try (InputStream source = Lab.class.getResourceAsStream("host/" + script)) {
            if (source == null) {
                throw new LabException("the program host/" + script + " is missing in the lab's jar; build it again");
            }
            Files.write(target, source.readAllBytes());
        } catch (IOException e) {
            throw new LabException("the file " + target + " can't be written: " + e.getMessage(), e);
        }
        if (!target.toFile().setExecutable(true)) {
            throw new LabException("the file " + target + " can't be made executable");
        }
    }

    /**
     * Does a fault to the lab.
     *
     * @return CLOCK_BOOTTIME just before it, in nanoseconds
     * @throws LabException when it isn't possible now (a host without power has no agent to kill)
     */
    public long apply(Fault.Call call) {
        long now = Clock.bootNanos();
        if (call.fault().target() == Fault.Target.NODE
                || call.host().filter(this::isManagement).isPresent()) {
            return new ManagementFaults(pair()).apply(call);
        }
        return switch (call.fault()) {
            case POWER_CUT -> host(call).powerCut();
            case POWER_ON -> then(now, host(call)::powerOn);
            case BMC_DEAD -> then(now, bmc(call)::die);
            case BMC_BACK -> then(now, bmc(call)::comeBack);
            case CABLE_OUT -> host(call).pull(network(call));
            case CABLE_IN -> then(now, () -> host(call).insert(network(call)));
            case AGENT_KILL -> host(call).signal(host(call).agent(), "the agent", "KILL");
            case AGENT_STOP -> host(call).signal(host(call).agent(), "the agent", "STOP");
            case LIBVIRTD_KILL -> host(call).signal(host(call).libvirtd(), "libvirtd", "KILL");
            case QEMU_KILL -> killAnyQemu(host(call));
            case STORAGE_STOP -> storage.stop();
            case STORAGE_START -> then(now, storage::start);
            case SWITCH_DOWN -> then(now, () -> fabric.switchDown(network(call)));
            case SWITCH_UP -> then(now, () -> fabric.switchUp(network(call)));
            case MANAGER_KILL -> manager.kill();
            case MANAGER_START -> then(now, manager::start);
            default -> throw new LabException(call + " is not done to a hypervisor host");
        };
    }

    private boolean isManagement(String name) {
        return manager.machines().stream().anyMatch(machine -> machine.name().equals(name));
    }

    /** The VM whose QEMU {@code qemu-kill} kills on that host: the first that runs there. */
    String victim(LabHost host) {
        return journals.stream()
                .map(DiskJournal::vm)
                .filter(name -> host.qemu(name).isPresent())
                .findFirst()
                .orElseThrow(() -> new LabException("no virtual machine runs on " + host.name()));
    }

    /** The host on which a QEMU process of the VM lives. */
    Optional<String> hostOf(String vm) {
        return hosts.stream()
                .filter(host -> host.qemu(vm).isPresent())
                .map(LabHost::name)
                .findFirst();
    }

    /** The journal of that VM. */
    DiskJournal journal(String vm) {
        return journals.stream()
                .filter(journal -> journal.vm().equals(vm))
                .findFirst()
                .orElseThrow(() -> new LabException("there is no virtual machine '" + vm + "' in the lab"));
    }

    /** Now, on the clock of all ground truth: CLOCK_BOOTTIME in nanoseconds. */
    long clock() {
        return Clock.bootNanos();
    }

    private long killAnyQemu(LabHost host) {
        String vm = victim(host);
        return host.signal(host.qemu(vm), "the QEMU of " + vm, "KILL");
    }

    private static long then(long now, Runnable action) {
        action.run();
        return now;
    }

    private LabHost host(Fault.Call call) {
        return host(call.host().orElseThrow());
    }

    private BmcSimulator bmc(Fault.Call call) {
        return bmcs.get(host(call).number() - 1);
    }

    private static Network network(Fault.Call call) {
        return call.network().orElseThrow();
    }

    /** Puts right whatever faults have broken: power, cables, BMCs, switches, storage, manager. */
    public void restore() {
        for (Network network : Network.values()) {
            fabric.switchUp(network);
        }
        storage.start();
        if (manager instanceof ManagementPair pair) {
            pair.restore();
        }
        manager.start();
        for (LabHost host : hosts) {
            if (host.poweredOn()) {
                host.insert(Network.values());
            }
            host.powerOn();
            bmc(host).comeBack();
        }
    }

    /** A host by its name. @throws LabException when there is none */
    public LabHost host(String name) {
        return hosts.stream()
                .filter(host -> host.name().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new LabException("there is no host '" + name + "' in the lab: host1 to host" + hosts.size()));
    }

    /** All hosts. */
    public List<LabHost> hosts() {
        return hosts;
    }

    /** The BMC of that host. */
    BmcSimulator bmc(LabHost host) {
        return bmcs.get(host.number() - 1);
    }

    /** What manages the hosts. */
    public Management manager() {
        return manager;
    }

    /** The pair of management nodes. @throws LabException when one manager does the work */
    ManagementPair pair() {
        if (manager instanceof ManagementPair pair) {
            return pair;
        }
        throw new LabException("this lab has one manager on a machine of its own; start it with --management pair");
    }

    /** The manager's REST interface. */
    public ManagerClient client() {
        return client;
    }

    /** The storage server. */
    public StorageServer storage() {
        return storage;
    }

    /** The journals, one a VM, in the order of the VMs. */
    List<DiskJournal> journals() {
        return journals;
    }

    /** What is known of QEMU processes. */
    QemuWatch qemus() {
        return qemus;
    }

    /** What was asked for. */
    public LabOptions options() {
        return options;
    }

    /** Where its files lie. */
    LabPaths paths() {
        return paths;
    }

    /** What journals and processes prove up to now. */
    public WriterCheck check() {
        List<JournalCheck> checks = journals.stream()
                .map(journal -> journal.check(paths.root().resolve("hosts")))
                .toList();
        qemus.look();
        return WriterCheck.of(checks, qemus.overlaps());
    }
}
