package io.holdfast.agent;

import io.grpc.ChannelCredentials;
import io.holdfast.agent.arbiter.ArbiterKeeper;
import io.holdfast.agent.fence.Mailbox;
import io.holdfast.agent.fence.SelfFence;
import io.holdfast.agent.fence.WatchdogFeeder;
import io.holdfast.agent.lease.LeaseAreas;
import io.holdfast.agent.lease.LeaseKeeper;
import io.holdfast.agent.lease.Leases;
import io.holdfast.agent.libvirt.LibVirtConnection;
import io.holdfast.agent.link.CommandDesk;
import io.holdfast.agent.link.DatastoreCommands;
import io.holdfast.agent.link.ManagementInterfaces;
import io.holdfast.agent.link.ManagerChannels;
import io.holdfast.agent.link.ManagerLink;
import io.holdfast.agent.link.ManagerLinks;
import io.holdfast.agent.link.PeerClient;
import io.holdfast.agent.link.PeerProbe;
import io.holdfast.agent.link.PeerServer;
import io.holdfast.agent.link.ReportContent;
import io.holdfast.agent.link.Reporter;
import io.holdfast.agent.state.BootRecord;
import io.holdfast.agent.state.EpochMemory;
import io.holdfast.agent.state.LeaseMemory;
import io.holdfast.agent.state.ManagerMemory;
import io.holdfast.agent.state.RunJournal;
import io.holdfast.agent.state.WelcomeMemory;
import io.holdfast.agent.system.HostFacts;
import io.holdfast.agent.system.HostProcesses;
import io.holdfast.agent.system.LibC;
import io.holdfast.agent.system.Links;
import io.holdfast.agent.system.ProcessWatch;
import io.holdfast.agent.system.WatchdogDevice;
import io.holdfast.agent.vm.Adoption;
import io.holdfast.agent.vm.DomainXml;
import io.holdfast.agent.vm.GuestHeartbeats;
import io.holdfast.agent.vm.Hypervisor.Domain;
import io.holdfast.agent.vm.Hypervisor.GuestState;
import io.holdfast.agent.vm.Inventory;
import io.holdfast.agent.vm.MigrationSource;
import io.holdfast.agent.vm.MigrationTarget;
import io.holdfast.agent.vm.PeerTunnels;
import io.holdfast.agent.vm.Resident;
import io.holdfast.agent.vm.Residents;
import io.holdfast.agent.vm.Results;
import io.holdfast.agent.vm.RunEnds;
import io.holdfast.agent.vm.VmCommands;
import io.holdfast.protocol.agent.AgentMessage;
import io.holdfast.protocol.agent.Arbiter;
import io.holdfast.protocol.agent.Command;
import io.holdfast.protocol.agent.CommandResult;
import io.holdfast.protocol.agent.Datastore;
import io.holdfast.protocol.agent.EndCause;
import io.holdfast.protocol.agent.Hello;
import io.holdfast.protocol.agent.Network;
import io.holdfast.protocol.agent.PeerAnswer;
import io.holdfast.protocol.agent.Report;
import io.holdfast.protocol.agent.UplinkStatus;
import io.holdfast.protocol.agent.Watchdog;
import io.holdfast.protocol.agent.Welcome;
import io.holdfast.protocol.lease.PlaneView;
import io.holdfast.protocol.lease.SlotRun;
import io.holdfast.protocol.peer.Accepted;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The parts of the agent put together. Order of the start: what is remembered, the processes that live, then leases, self-fence and
 * watchdog, then everything that talks; so a restarted agent renews and feeds before it does anything else.
 */
public final class Agent implements ManagerLink.Receiver, LeaseKeeper.Surroundings, LibVirtConnection.Listener {
    private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
    private static final int DEFAULT_REPORT_MILLIS = 500;
    private static final String VERSION = "0.1.0";
    /** Of qemu:///system. */
    private static final Path LIBVIRT_SOCKET = Path.of("/run/libvirt/libvirt-sock");

    private final AgentConfiguration configuration;
    private final BootRecord boot;
    private final EpochMemory epochs;
    private final WelcomeMemory welcomes;
    private final RunJournal journal;
    private final Residents residents = new Residents();
    private final ProcessWatch watch = new ProcessWatch();
    private final HostFacts facts = new HostFacts();
    private final boolean kvm = HostFacts.kvmUsable();
    private final ExecutorService vmWorkers = Workers.bounded("vm", 8);
    private final ExecutorService endWorkers = Workers.bounded("vm-end", 16);
    private final ExecutorService storageWorkers = Workers.bounded("storage", 4);
    private final ExecutorService probeWorkers = Workers.bounded("probe", 16);
    private final ExecutorService migrationWorkers = Workers.bounded("migration", 4);
    private final ExecutorService peerWorkers = Workers.bounded("peer", 8);
    private final ExecutorService linkWorkers = Workers.bounded("link-in", 2);
    private final Leases leases;
    private final RunEnds ends;
    private final Adoption adoption;
    private final LibVirtConnection hypervisor;
    private final Inventory inventory;
    private final GuestHeartbeats heartbeats;
    private final Links networkLinks = new Links();
    private final ManagementInterfaces managementInterfaces;
    private final VmCommands vms;
    private final MigrationTarget target;
    private final MigrationSource source;
    private final Mailbox mailbox;
    private final SelfFence fence;
    private final WatchdogDevice watchdog;
    private final WatchdogFeeder feeder;
    private final DatastoreCommands datastores;
    private final ArbiterKeeper arbiter;
    private final CommandDesk desk;
    private final ManagerLinks links;
    private final Reporter reporter;
    private volatile List<UplinkStatus> uplinks = List.of();
    private @Nullable PeerProbe probe;
    private volatile @Nullable ManagerChannels channels;
    private @Nullable Thread feeding;
    private volatile @Nullable PeerTunnels tunnels;

    public Agent(AgentConfiguration configuration) throws IOException {
        this.configuration = configuration;
        Files.createDirectories(configuration.stateDirectory());
        Files.createDirectories(configuration.runDirectory());
        boot = BootRecord.read(configuration.bootIdFile(), configuration.runDirectory());
        epochs = new EpochMemory(configuration.stateDirectory());
        welcomes = new WelcomeMemory(configuration.stateDirectory());
        journal = new RunJournal(configuration.stateDirectory());
        LeaseAreas areas = LeaseAreas.real(configuration.hostId());
        links = new ManagerLinks(
                configuration.managers(), new ManagerMemory(configuration.stateDirectory()), this::link);
        reporter = new Reporter(this::report, links.all(), this::reportMillis);
        HostProcesses processes = new HostProcesses(configuration.hostId());
        ends = new RunEnds(processes, residents, journal, watch, endWorkers, this::storagePort, this::changed);
        adoption = new Adoption(processes, residents, journal, ends, boot.bootId());
        leases = new Leases(
                new Leases.Host(
                        configuration.hostId(),
                        boot.bootId(),
                        configuration.stateDirectory(),
                        configuration.runDirectory(),
                        LibC::bootNanos),
                areas,
                this,
                (keeper, letter) -> mailbox().received(keeper, letter));
        hypervisor = new LibVirtConnection(configuration.libvirtUri(), this);
        inventory = new Inventory(processes, residents, adoption, ends, hypervisor, this::changed);
        heartbeats = new GuestHeartbeats(residents, hypervisor, Workers.bounded("guest", 4), this::changed);
        managementInterfaces = new ManagementInterfaces(links::addresses);
        VmCommands.Parts parts = new VmCommands.Parts(
                configuration.hostId(),
                boot.bootId(),
                residents,
                journal,
                leases,
                epochs,
                hypervisor,
                processes,
                adoption,
                ends,
                this::environment,
                this::changed);
        vms = new VmCommands(parts);
        target = new MigrationTarget(parts);
        source = new MigrationSource(parts, this::openTunnel, this::networksByBridge, migrationWorkers);
        mailbox = new Mailbox(
                epochs, this::memory, vms, storageWorkers, id -> leases.find(id).ifPresent(lease -> lease.renewNow()));
        fence = new SelfFence(leases, residents, this::selfFenced, this::changed, LibC::bootNanos);
        watchdog = new WatchdogDevice(configuration.watchdogPath(), configuration.watchdogTimeoutMillis());
        feeder = new WatchdogFeeder(
                watchdog, fence::allCovered, () -> welcomes.last().getLease().getWatchdogMillis(), LibC::bootNanos);
        datastores = new DatastoreCommands(leases, areas, welcomes::last);
        arbiter = new ArbiterKeeper(
                configuration.arbiterProgram(),
                configuration.stateDirectory().resolve("arbiter"),
                configuration.hostId(),
                LibC::bootNanos,
                this::changed);
        if (welcomes.last().hasArbiter()) {
            arbiter.remember(welcomes.last().getArbiter());
        }
        desk = new CommandDesk(epochs, this::work);
    }

    private Mailbox mailbox() {
        return mailbox;
    }

    private LeaseMemory memory(String datastoreId) {
        return new LeaseMemory(
                configuration.stateDirectory(), configuration.runDirectory(), datastoreId, boot.bootId());
    }

    /** Returns when everything runs. */
    public void start() throws IOException, InterruptedException {
        start(null);
    }

    /** With credentials other than the configuration's, or null. */
    void start(@Nullable ChannelCredentials credentials) throws IOException, InterruptedException {
        daemon("vm-watch", watch);
        adoption.scan();
        leases.configure(welcomes.last());
        daemon("self-fence", fence);
        if (!configuration.watchdogPath().isEmpty()) {
            feeding = daemon("watchdog", feeder);
        }
        adoption.settleJournal();
        probe = new PeerProbe(configuration.probeAddress(), configuration.hostId(), boot.bootId());
        daemon("probe", probe);
        ChannelCredentials own = credentials != null
                ? credentials
                : ManagerChannels.mutualTls(
                        configuration.certificateAuthority(), configuration.certificate(), configuration.key());
        channels = new ManagerChannels(own, linkWorkers);
        links.open();
        daemon("links", links);
        daemon("reporter", reporter);
        daemon("libvirt", hypervisor);
        daemon("inventory", inventory);
        daemon("heartbeats", heartbeats);
        daemon("routes", managementInterfaces);
        daemon("incoming", target);
        daemon("arbiter", arbiter);
        if (!configuration.migrationAddress().isEmpty()) {
            migrations(own);
        }
        LOG.info("host {} boot {} start {}: agent runs", configuration.hostId(), boot.bootId(), boot.agentStart());
    }

    private ManagerLink link(String manager) {
        return new ManagerLink(
                manager, Objects.requireNonNull(channels, "not started yet").to(manager), this::hello, this);
    }

    private void migrations(ChannelCredentials own) throws IOException {
        InetSocketAddress address = PeerProbe.parse(configuration.migrationAddress());
        PeerServer server = new PeerServer(target, LIBVIRT_SOCKET, this::accepted, peerWorkers);
        try {
            server.listen(
                    address,
                    PeerServer.mutualTls(
                            configuration.certificateAuthority(), configuration.certificate(), configuration.key()));
        } catch (IOException e) {
            throw new IOException(
                    "can't listen on migration address " + configuration.migrationAddress() + ": " + e.getMessage()
                            + "; correct migration.address",
                    e);
        }
        tunnels = new PeerClient(own, address.getPort(), configuration.runDirectory(), peerWorkers);
    }

    private PeerTunnels.Tunnel openTunnel(String hostId, String address, String vmId, long targetRun)
            throws IOException, InterruptedException {
        PeerTunnels open = tunnels;
        if (open == null) {
            throw new IOException("live migration is off on this host; set migration.address in agent.properties");
        }
        return open.open(hostId, address, vmId, targetRun);
    }

    /** What a domain that comes here needs of this host. */
    private Accepted accepted() {
        DomainXml.Environment here = environment();
        return Accepted.newBuilder()
                .putAllBridges(here.bridges())
                .setInitiator(here.initiator())
                .setEmulator(here.emulator())
                .build();
    }

    private Map<String, String> networksByBridge() {
        return welcomes.last().getNetworksList().stream()
                .collect(Collectors.toMap(Network::getBridge, Network::getName, (first, second) -> first));
    }

    private static Thread daemon(String name, Runnable work) {
        return Thread.ofPlatform().daemon().name(name).start(work);
    }

    /** Orderly stop: no VM is touched, and the watchdog stays armed while one lives. */
    public void stop() {
        LOG.info("stopping; VMs go on");
        feeder.stop();
        reporter.stop();
        links.close();
        awaitFeeder();
        if (residents.all().isEmpty()) {
            watchdog.disarm();
        }
        leases.close();
    }

    private void awaitFeeder() {
        Thread thread = feeding;
        try {
            if (thread != null) {
                thread.join(1000);
            }
            links.awaitClosed();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private AgentMessage hello() {
        try {
            return AgentMessage.newBuilder()
                    .setHello(Hello.newBuilder()
                            .setHostId(configuration.hostId())
                            .setBootId(boot.bootId())
                            .setAgentStart(boot.agentStart())
                            .setVersion(VERSION)
                            .setHighestEpoch(epochs.highest())
                            .setCpuCores(HostFacts.cpuCores())
                            .setMemoryBytes(HostFacts.memory().totalBytes())
                            .setAccelerator(kvm ? "kvm" : "tcg"))
                    .build();
        } catch (IOException e) {
            throw new IllegalStateException("/proc can't be read", e);
        }
    }

    @Override
    public void welcomed(Welcome welcome, ManagerLink from) {
        try {
            if (!epochs.accept(welcome.getEpoch())) {
                LOG.warn(
                        "manager {} has the old epoch {}: its Welcome is ignored",
                        welcome.getManagerId(),
                        welcome.getEpoch());
                return;
            }
            if (!welcome.getLeader()) {
                // A standby knows only what it has read so far: what it says is no configuration.
                LOG.info("manager {} stands by in epoch {}", welcome.getManagerId(), welcome.getEpoch());
                return;
            }
            configured(welcome);
            links.welcomedByLeader(welcome, from);
        } catch (IOException e) {
            LOG.error("a Welcome can't be stored and is ignored: {}", e.getMessage());
        }
    }

    /** Of the leader. One that says nothing of the arbiter, or what a later one has said otherwise already, leaves what is known of that. */
    private synchronized void configured(Welcome welcome) throws IOException {
        Arbiter told =
                welcome.getArbiter().toBuilder().setEpoch(welcome.getEpoch()).build();
        boolean later = welcome.hasArbiter() && arbiter.accepts(told);
        Welcome.Builder kept = welcome.toBuilder().clearArbiter();
        if (later) {
            kept.setArbiter(told);
        } else if (welcomes.last().hasArbiter()) {
            kept.setArbiter(welcomes.last().getArbiter());
        }
        if (welcomes.store(kept.build())) {
            leases.configure(welcomes.last());
        }
        if (later) {
            arbiter.told(told);
        }
    }

    @Override
    public void commanded(Command command, ManagerLink from) {
        desk.handle(command, from);
    }

    @Override
    public void linkChanged() {
        reporter.now();
    }

    private CommandDesk.Work work(Command command) {
        return switch (command.getKindCase()) {
            case START_VM -> new CommandDesk.Work(vmWorkers, vms::start);
            case STOP_VM -> new CommandDesk.Work(endWorkers, vms::stop);
            case FENCE_SELF -> new CommandDesk.Work(endWorkers, vms::fenceSelf);
            case ACKNOWLEDGE_ENDED -> new CommandDesk.Work(endWorkers, vms::acknowledge);
            case PROBE_PEER -> new CommandDesk.Work(probeWorkers, Agent::probePeer);
            case WRITE_MAILBOX -> new CommandDesk.Work(storageWorkers, datastores::writeMailbox);
            case PROBE_DATASTORE -> new CommandDesk.Work(storageWorkers, datastores::probe);
            case PREPARE_INCOMING, MIGRATE_VM, RESUME_VM, CANCEL_MIGRATION ->
                configuration.migrationAddress().isEmpty()
                        ? new CommandDesk.Work(Runnable::run, Agent::migrationIsOff)
                        : migrationWork(command);
            case KIND_NOT_SET ->
                new CommandDesk.Work(
                        Runnable::run,
                        c -> Results.refused(
                                c.getOperationId(),
                                "unknown-command",
                                "this agent doesn't know the command; upgrade it"));
        };
    }

    private static CommandResult migrationIsOff(Command command) {
        return Results.refused(
                command.getOperationId(),
                "migration-off",
                "live migration is off on this host; set migration.address in agent.properties");
    }

    private CommandDesk.Work migrationWork(Command command) {
        return switch (command.getKindCase()) {
            case PREPARE_INCOMING -> new CommandDesk.Work(vmWorkers, target::prepare);
            case MIGRATE_VM -> new CommandDesk.Work(migrationWorkers, source::migrate);
            case RESUME_VM -> new CommandDesk.Work(vmWorkers, target::resume);
            case CANCEL_MIGRATION -> new CommandDesk.Work(endWorkers, source::cancel);
            default -> throw new IllegalArgumentException("not about a migration: " + command.getKindCase());
        };
    }

    private static CommandResult probePeer(Command command) {
        int timeout = Math.max(1, command.getProbePeer().getTimeoutMillis());
        PeerAnswer answer = PeerProbe.ask(command.getProbePeer().getAddress(), timeout);
        return Results.done(command.getOperationId()).toBuilder()
                .setPeerAnswer(answer)
                .build();
    }

    private void selfFenced(Resident resident) {
        ends.kill(resident, EndCause.END_CAUSE_SELF_FENCED, "killed on loss of a lease");
    }

    @Override
    public boolean vmsAlive(String datastoreId) {
        return residents.anyAliveOn(datastoreId);
    }

    @Override
    public LeaseKeeper.Contents contents() {
        List<SlotRun> runs = new ArrayList<>();
        residents.all().stream()
                .filter(r -> r.phase() != Resident.Phase.REAPED)
                .forEach(r -> runs.add(new SlotRun(r.vmId(), r.run(), false)));
        journal.unacknowledgedEnds().forEach(e -> runs.add(new SlotRun(e.vmId(), e.run(), true)));
        boolean linked = links.connected();
        return new LeaseKeeper.Contents(linked ? PlaneView.OK : PlaneView.FAULT, ReportContent.business(uplinks), runs);
    }

    @Override
    public void changed() {
        reporter.now();
    }

    @Override
    public void inventory(List<Domain> domains) {
        inventory.read(domains);
        domains.forEach(domain -> target.guest(domain.uuid(), domain.state()));
        source.settleAll();
    }

    @Override
    public void guest(String uuid, GuestState state, String detail) {
        inventory.guest(uuid, state, detail);
        target.guest(uuid, state);
    }

    @Override
    public void stopped(String uuid, EndCause cause, String detail) {
        ends.told(uuid, new RunEnds.Verdict(cause, detail));
    }

    @Override
    public void connectionChanged() {
        reporter.now();
    }

    private int reportMillis() {
        int millis = welcomes.last().getReportIntervalMillis();
        return millis > 0 ? millis : DEFAULT_REPORT_MILLIS;
    }

    private Optional<Integer> storagePort(String datastoreId) {
        return welcomes.last().getDatastoresList().stream()
                .filter(d -> d.getDatastoreId().equals(datastoreId) && d.hasIscsi())
                .map(d -> d.getIscsi().getPortal())
                .map(portal -> Integer.parseInt(portal.substring(portal.lastIndexOf(':') + 1)))
                .findFirst();
    }

    private DomainXml.Environment environment() {
        Welcome welcome = welcomes.last();
        return new DomainXml.Environment(
                configuration.hostId(),
                kvm,
                configuration.emulator(),
                LeaseAreas.initiator(configuration.hostId()),
                welcome.getDatastoresList().stream().collect(Collectors.toMap(Datastore::getDatastoreId, d -> d)),
                welcome.getNetworksList().stream().collect(Collectors.toMap(Network::getName, Network::getBridge)));
    }

    private Report report() {
        uplinks = ReportContent.uplinks(welcomes.last(), networkLinks);
        Report.Builder report = Report.newBuilder()
                .addAllUplinks(uplinks)
                .addAllManagementUplinks(managementInterfaces.names().stream()
                        .map(name -> ReportContent.uplink(name, "", networkLinks))
                        .toList())
                .setLibvirtConnected(hypervisor.connected())
                .setInventoryComplete(hypervisor.inventoryComplete())
                .setHighestEpoch(epochs.highest())
                .setWatchdog(Watchdog.newBuilder()
                        .setArmed(watchdog.armed())
                        .setPath(configuration.watchdogPath())
                        .setTimeoutMillis(watchdog.timeoutMillis()));
        report.setArbiter(arbiter.status());
        ReportContent.addLeases(report, leases);
        ReportContent.addVms(report, residents, journal, heartbeats);
        try {
            HostFacts.Load load = facts.load();
            report.setCpuLoadCores(load.cpuCores());
            report.setMemoryUsedBytes(load.memoryUsedBytes());
        } catch (IOException e) {
            LOG.debug("/proc can't be read", e);
        }
        return report.build();
    }
}
