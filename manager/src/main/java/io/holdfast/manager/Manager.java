package io.holdfast.manager;

import io.holdfast.core.Change;
import io.holdfast.core.Command;
import io.holdfast.core.Event;
import io.holdfast.core.Now;
import io.holdfast.core.State;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.leadership.LeadershipTerms;
import io.holdfast.manager.lead.LeadershipView;
import io.holdfast.manager.lead.PairLeadership;
import io.holdfast.manager.lead.SoloLeadership;
import io.holdfast.manager.lead.SupervisorWatch;
import io.holdfast.manager.link.AgentLink;
import io.holdfast.manager.link.AgentLinkServer;
import io.holdfast.manager.link.AgentListener;
import io.holdfast.manager.pki.LazyAuthority;
import io.holdfast.manager.pki.ManagerNames;
import io.holdfast.manager.power.PowerControl;
import io.holdfast.manager.rest.EventHub;
import io.holdfast.manager.rest.InventoryView;
import io.holdfast.manager.rest.LiveView;
import io.holdfast.manager.rest.ManagerIdentity;
import io.holdfast.manager.rest.RestServer;
import io.holdfast.manager.rest.RestViews;
import io.holdfast.manager.rest.Route;
import io.holdfast.manager.rest.SetupProgram;
import io.holdfast.manager.rest.Sightings;
import io.holdfast.manager.rest.StoryView;
import io.holdfast.manager.rest.VmView;
import io.holdfast.manager.store.DeposedException;
import io.holdfast.manager.store.LeadershipStore;
import io.holdfast.manager.store.Ledger;
import io.holdfast.manager.store.OperationRecord;
import io.holdfast.manager.store.StorageException;
import io.holdfast.manager.store.TimelineRecord;
import io.holdfast.manager.store.Transaction;
import io.holdfast.protocol.agent.Arbiter;
import io.holdfast.protocol.agent.ManagerMessage;
import io.holdfast.protocol.agent.Welcome;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One whole manager, wired by hand: ledger, loops, agent link, fence driver, REST, closed in reverse. It has no static state: several run in
 * one JVM.
 */
public final class Manager implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Manager.class);
    private static final long TICK_MILLIS = 100;
    private static final long POWER_SECONDS = 30;
    private static final Duration PROBE_LIMIT = Duration.ofSeconds(10);
    /** After a pause of the whole process, what came in meanwhile is taken in before time is said to have passed. */
    private static final long STALL_MILLIS = 400;

    /** How often a standby looks whether the leader has written. */
    private static final long FOLLOW_MILLIS = 250;
    /** So long at most a planned switch-over waits for what was taken in before. */
    private static final long HAND_OVER_MILLIS = 250;

    private final ManagerSettings settings;
    private final World world;
    private final Ledger ledger;
    private final Clusters clusters = new Clusters();
    private final LateLink link = new LateLink();
    private final Welcomes welcomes;
    private final LiveView live;
    private final CommandRunner runner;
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("timers").daemon().factory());
    private final EventHub hub;
    private final ArbiterSights arbiters;
    /** Null while it is being made: the loops begin before. */
    private volatile @Nullable ArbiterDesk arbiter;

    private final AgentLink agents;
    private final RestServer rest;
    private final LeadershipView leadership;
    private final @Nullable PairLeadership pairLeadership;
    private final @Nullable PairTurns turns;
    private long lastTickNanos = System.nanoTime();
    private volatile long epoch;

    /**
     * What a manager takes from outside; tests give other ones.
     *
     * @param clock monotonic and wall clock
     * @param ledger owned and closed by the manager
     * @param agentLink makes the agent link; closed by the manager if it can be
     * @param deposed called once when another process leads in the place of a single manager
     * @param pair what makes it one of a pair; null: it is a single manager and leads at once
     * @param guard held while the manager lives and closed last, such as the lock on its directory
     */
    public record World(
            Supplier<Now> clock,
            Ledger ledger,
            String databaseKind,
            PowerControl power,
            AgentLinkFactory agentLink,
            Runnable deposed,
            @Nullable Pair pair,
            AutoCloseable guard) {}

    /**
     * What one of a pair needs besides.
     *
     * @param store closed by the manager
     * @param clock monotonic, counts suspend
     * @param migrate brings the schema up to date, called while this process leads
     * @param supervisor what the supervisor of this node says
     */
    public record Pair(
            LeadershipStore store,
            LeadershipTerms terms,
            LongSupplier clock,
            Runnable migrate,
            Supplier<SupervisorWatch.Sight> supervisor) {}

    /** Makes the agent link. */
    public interface AgentLinkFactory {
        AgentLink open(LazyAuthority authority, List<String> names, InetSocketAddress address, AgentListener listener)
                throws IOException, GeneralSecurityException;
    }

    /** The agent link over the network. */
    public static final AgentLinkFactory NETWORK = (authority, names, address, listener) ->
            new AgentLinkServer(address, authority.pem(), authority.managerCertificate(names), listener);

    /** Starts everything: when it returns, it answers, and a single manager leads. */
    public Manager(ManagerSettings settings, World world) throws IOException, GeneralSecurityException {
        this.settings = settings;
        this.world = world;
        this.ledger = world.ledger();
        arbiters = new ArbiterSights(this::wallMillis);
        welcomes = new Welcomes(settings.managerId(), settings.advertise(), world.pair() != null, this::arbiterOf);
        LazyAuthority authority = new LazyAuthority(settings.state().resolve("pki"));
        Sightings sightings = new Sightings(this::wallMillis);
        RestViews views = new RestViews(new InventoryView(sightings), new VmView(sightings), new StoryView(ledger));
        hub = new EventHub(UUID.randomUUID().toString().substring(0, 8));
        live = new LiveView(hub, clusters::states, views.inventory(), views.vms(), views.story());
        PowerRelay relay = new PowerRelay();
        runner = new CommandRunner(link, world.power(), ledger, relay);
        PowerMonitor monitor =
                new PowerMonitor(clusters, world.power(), runner::access, sightings, live, this::wallMillis);
        relay.to(monitor);
        DatastoreProbe probe = new DatastoreProbe(link, PROBE_LIMIT);
        AgentRouter router = new AgentRouter(welcomes, clusters, probe, arbiters);
        router.results(runner);
        Pair pair = world.pair();
        SetupProgram setup = new SetupProgram(settings.supervisorProgram(), settings.supervisorState());
        if (pair == null) {
            turns = null;
            pairLeadership = null;
            leadership = new SoloLeadership(settings.managerId(), () -> epoch);
            epoch = ledger.takeLeadership(holder());
            lead();
        } else {
            String process = UUID.randomUUID().toString().substring(0, 13).replace("-", "");
            turns = new PairTurns(turnsParts(pair, settings.managerId() + "/" + process));
            pairLeadership =
                    new PairLeadership(settings.managerId(), process, pair.terms(), pair.store(), pair.clock(), turns);
            leadership = pairLeadership;
        }
        arbiter = new ArbiterDesk(new ArbiterDesk.Parts(
                leadership,
                ledger,
                clusters,
                arbiters,
                pair == null ? () -> SupervisorWatch.NONE : pair.supervisor(),
                setup::running,
                world.clock(),
                () -> clusters.states().forEach(this::tellAgents),
                (state, lines) -> live.stepped(state, List.of(), lines),
                this::inDoubt));
        agents = world.agentLink()
                .open(authority, ManagerNames.of(settings.agents(), settings.advertise()), settings.agents(), router);
        link.open(agents);
        int agentPort = agents instanceof AgentLinkServer server
                ? server.port()
                : settings.agents().getPort();
        ManagerIdentity identity = new ManagerIdentity(
                version(), settings.managerId(), world.databaseKind(), wallMillis(), this::wallMillis);
        rest = ManagerRoutes.serve(
                settings,
                ManagerNames.advertised(settings.agents(), agentPort, settings.advertise()),
                new ManagerRoutes.Parts(
                        clusters,
                        ledger,
                        link,
                        world.power(),
                        monitor,
                        probe,
                        hub,
                        views,
                        authority,
                        identity,
                        this::createCluster,
                        leadership,
                        pair == null ? () -> SupervisorWatch.NONE : pair.supervisor(),
                        () -> turns != null && turns.handingOver(),
                        this::handOver,
                        arbiter,
                        setup));
        live.start();
        arbiter.start();
        lastTickNanos = System.nanoTime();
        timers.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
        timers.scheduleAtFixedRate(monitor::round, 1, POWER_SECONDS, TimeUnit.SECONDS);
        LOG.info(
                "{}: REST on port {}, agents on port {}, {} hosts",
                pair == null ? "Leads in epoch " + epoch : "One of a pair",
                rest.port(),
                agentPort,
                hosts());
        if (pairLeadership != null) {
            pairLeadership.start(FOLLOW_MILLIS);
        }
    }

    private String holder() {
        return settings.managerId() + "/"
                + UUID.randomUUID().toString().substring(0, 13).replace("-", "");
    }

    private PairTurns.Parts turnsParts(Pair pair, String holder) {
        return new PairTurns.Parts(
                settings.managerId(),
                holder,
                ledger,
                clusters,
                this::loop,
                this::createFirst,
                pair.migrate(),
                hub,
                this::wallMillis);
    }

    private ClusterLoop loop(State state) {
        return new ClusterLoop(state, ledger, world.clock(), new LoopShell());
    }

    /** Gives the leadership up once everything that was taken in has been dealt with. */
    private void handOver(@Nullable OperationRecord answer) throws DeposedException {
        PairLeadership pair = Objects.requireNonNull(pairLeadership, "a single manager has nobody to hand over to");
        long present = pair.epoch();
        if (answer != null) {
            ClusterId any = ledger.clusters().getFirst();
            try {
                ledger.commit(new Transaction(any, "SwitchOver", List.of(), Map.of(), answer, present));
            } catch (StorageException unknown) {
                pair.outcomeInDoubt(present);
                throw unknown;
            }
        }
        LOG.info("Hands the leadership over");
        Objects.requireNonNull(turns).handOver();
        CompletableFuture<Void> unused = takenInIsDealtWith().whenComplete((done, late) -> pair.stepDown());
    }

    private CompletableFuture<Void> takenInIsDealtWith() {
        CompletableFuture<?>[] marks =
                clusters.all().stream().map(ClusterLoop::mark).toArray(CompletableFuture<?>[]::new);
        return CompletableFuture.allOf(marks).orTimeout(HAND_OVER_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** First of all at an orderly end: the other node leads while this one still closes. */
    private void giveUpLeadership(PairLeadership pair) {
        if (pair.leads() && turns != null) {
            turns.handOver();
            takenInIsDealtWith().exceptionally(late -> null).join();
        }
        pair.close();
    }

    private int hosts() {
        return clusters.states().stream()
                .mapToInt(state -> state.hosts().size())
                .sum();
    }

    private void lead() {
        if (ledger.clusters().isEmpty()) {
            createFirst();
        }
        for (ClusterId cluster : ledger.clusters()) {
            ClusterLoop loop = loop(State.restore(ledger.load(cluster)));
            clusters.add(loop);
            loop.lead(epoch);
        }
    }

    private void createFirst() {
        create(new ClusterId(UUID.randomUUID().toString()), "default");
    }

    private void create(ClusterId id, String name) {
        try {
            ledger.commit(Transaction.of(id, "CreateCluster", List.of(new Change.PutCluster(Cluster.of(id, name)))));
        } catch (DeposedException lost) {
            throw new StorageException("Another manager leads: cluster " + name + " was not stored", lost);
        }
    }

    private ClusterLoop createCluster(ClusterId id, String name) {
        create(id, name);
        ClusterLoop loop = loop(State.restore(ledger.load(id)));
        clusters.add(loop);
        if (pairLeadership == null) {
            loop.lead(epoch);
        } else {
            loop.start();
            loop.takeOver(pairLeadership.epoch(), null);
        }
        return loop;
    }

    private void tick() {
        long now = System.nanoTime();
        boolean stalled = now - lastTickNanos > TimeUnit.MILLISECONDS.toNanos(STALL_MILLIS);
        lastTickNanos = now;
        if (stalled) {
            LOG.warn("This process stood still for more than {} ms", STALL_MILLIS);
            return; // The next tick comes after the network's threads have had their turn.
        }
        clusters.all().forEach(ClusterLoop::tick);
    }

    /** Every operation of the management interface. */
    public List<Route> routes() {
        return rest.routes();
    }

    /** Port of REST. */
    public int restPort() {
        return rest.port();
    }

    /** Port of the agent link; 0 when it isn't the network's. */
    public int agentPort() {
        return agents instanceof AgentLinkServer server ? server.port() : 0;
    }

    /** Its clusters. */
    public Clusters clusters() {
        return clusters;
    }

    /** The epoch in which it leads. */
    public long epoch() {
        return leadership.epoch();
    }

    /** Whether it leads. */
    public LeadershipView leadership() {
        return leadership;
    }

    private long wallMillis() {
        return world.clock().get().wallMillis();
    }

    /** As its start script has read it from the installation's file VERSION; {@code 0.1.0} of a build that isn't installed. */
    static String version() {
        return System.getProperty("holdfast.version", "0.1.0");
    }

    @Override
    public void close() {
        if (pairLeadership != null) {
            giveUpLeadership(pairLeadership);
        }
        timers.shutdownNow();
        close(arbiter, "arbiter's desk");
        live.close();
        rest.close();
        close(agents, "agent link");
        clusters.all().forEach(ClusterLoop::close);
        ledger.close();
        close(world.guard(), "lock");
    }

    private static void close(@Nullable Object part, String name) {
        if (part instanceof AutoCloseable closeable) {
            try {
                closeable.close();
            } catch (Exception failure) {
                LOG.warn("The {} did not close: {}", name, failure.getMessage());
            }
        }
    }

    private @Nullable Arbiter arbiterOf(long asked) {
        ArbiterDesk desk = arbiter;
        return desk == null ? null : desk.told(asked);
    }

    /** Sends each host of a cluster its Welcome. */
    private void tellAgents(State state) {
        if (!leadership.mayAct(state.epoch())) {
            return;
        }
        state.hosts().keySet().forEach(id -> {
            @Nullable Welcome welcome = welcomes.of(state, id);
            if (welcome != null) {
                link.send(
                        id.value(),
                        ManagerMessage.newBuilder().setWelcome(welcome).build());
            }
        });
    }

    /** A commit of this epoch outside the loops may or may not have taken effect. A single manager reads it again. */
    private void inDoubt(long doubtful) {
        if (pairLeadership != null) {
            pairLeadership.outcomeInDoubt(doubtful);
        }
    }

    /** Between the loops and everything else. */
    private final class LoopShell implements ClusterLoop.Shell {
        @Override
        public void carryOut(ClusterLoop loop, Command command) {
            runner.carryOut(loop, command);
        }

        @Override
        public void stepped(ClusterLoop loop, State state, List<Change> changes, List<TimelineRecord> lines) {
            if (changes.stream().anyMatch(LoopShell::concernsAgents)) {
                tellAgents(state);
            }
            live.stepped(state, changes, lines);
        }

        /** Changes that are part of the agents' configuration. */
        private static boolean concernsAgents(Change change) {
            return change instanceof Change.PutCluster
                    || change instanceof Change.PutHost
                    || change instanceof Change.RemoveHost
                    || change instanceof Change.PutDatastore
                    || change instanceof Change.RemoveDatastore
                    || change instanceof Change.BeginEpoch;
        }

        @Override
        public boolean mayAct(long asked) {
            return leadership.mayAct(asked);
        }

        @Override
        public OptionalLong retakeLeadership(ClusterLoop asking, long doubtful) {
            if (pairLeadership != null) {
                pairLeadership.outcomeInDoubt(doubtful);
                return OptionalLong.empty();
            }
            synchronized (clusters) {
                long taken = ledger.takeLeadership(holder());
                epoch = taken;
                // The others lead by the former epoch, which no commit would accept any more.
                clusters.all().stream()
                        .filter(other -> other != asking)
                        .forEach(other -> other.learn(now -> new Event.BecameLeader(now, taken)));
                return OptionalLong.of(taken);
            }
        }

        @Override
        public void deposed(long lost, DeposedException cause) {
            if (pairLeadership != null) {
                pairLeadership.foundDeposed(lost);
                return;
            }
            if (lost != epoch) {
                return; // By this very process: the new epoch waits in the loop's queue.
            }
            clusters.all().forEach(loop -> loop.learn(Event.LostLeadership::new));
            world.deposed().run();
        }
    }
}
