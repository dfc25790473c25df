package io.holdfast.manager;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.holdfast.core.Change;
import io.holdfast.core.Now;
import io.holdfast.core.State;
import io.holdfast.core.TimelineEntry;
import io.holdfast.core.TimelineEntry.Severity;
import io.holdfast.core.arbiter.ArbiterCandidate;
import io.holdfast.core.arbiter.ArbiterPlacement;
import io.holdfast.core.arbiter.ArbiterPlacement.Cause;
import io.holdfast.core.arbiter.ArbiterRule;
import io.holdfast.core.health.Degradation;
import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.Verdict;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.movement.HostWork;
import io.holdfast.core.text.Message;
import io.holdfast.manager.lead.LeadershipView;
import io.holdfast.manager.lead.SupervisorWatch;
import io.holdfast.manager.store.DeposedException;
import io.holdfast.manager.store.Ledger;
import io.holdfast.manager.store.OperationRecord;
import io.holdfast.manager.store.StorageException;
import io.holdfast.manager.store.TimelineRecord;
import io.holdfast.manager.store.Transaction;
import io.holdfast.protocol.agent.Arbiter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The arbiter's placement: the leader decides it by {@link ArbiterRule}, stores it, and only then tells the agents; a standby reads it, for people. A thread of its own, since the database may
 * hang while a member of its group is lost.
 */
public final class ArbiterDesk implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ArbiterDesk.class);
    private static final long LOOK_MILLIS = 500;
    private static final int LOOKS_PER_READ = 4;
    private static final long NOT_LOADED = -1;
    private static final int ALL_VOTES = 3;

    private final Parts parts;
    private final Thread thread = Thread.ofPlatform().daemon().name("arbiter").unstarted(this::run);
    private ArbiterRule rule = ArbiterRule.BEGIN;
    private @Nullable Boolean vote;
    private int looks;
    private volatile long loadedEpoch = NOT_LOADED;
    private volatile @Nullable ArbiterPlacement placement;
    private volatile boolean stuck;

    /**
     * What it works on.
     *
     * @param supervisor of this node
     * @param settingUp whether a pair is being made, or taken apart, on this node
     * @param tellAgents sends every agent its Welcome
     * @param told shows stored lines to people
     * @param inDoubt is told the epoch after a commit whose outcome is unknown
     */
    public record Parts(
            LeadershipView leadership,
            Ledger ledger,
            Clusters clusters,
            ArbiterSights sights,
            Supplier<SupervisorWatch.Sight> supervisor,
            BooleanSupplier settingUp,
            Supplier<Now> clock,
            Runnable tellAgents,
            LineShower told,
            LongConsumer inDoubt) {}

    /** Shows a line of the timeline. */
    public interface LineShower {
        void show(State state, List<TimelineRecord> lines);
    }

    /**
     * The votes as this node's supervisor sees them.
     *
     * @param bothPrimary both nodes' databases are in the primary component
     * @param members the database counts; 0: not known
     */
    public record Votes(boolean bothPrimary, int members) {
        /** Whether nothing is missing; empty: not known. */
        public Optional<Boolean> complete() {
            return bothPrimary && members > 0 ? Optional.of(members >= ALL_VOTES) : Optional.empty();
        }
    }

    /** Does nothing before {@link #start}. */
    public ArbiterDesk(Parts parts) {
        this.parts = parts;
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                Thread.sleep(LOOK_MILLIS);
                try {
                    look();
                } catch (StorageException silent) {
                    LOG.info("The arbiter's placement can't be read or stored now: {}", silent.getMessage());
                } catch (RuntimeException failure) {
                    LOG.error("An error inside; the arbiter is looked at again", failure);
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    /** One look. */
    synchronized void look() {
        if (!parts.leadership().leads()) {
            loadedEpoch = NOT_LOADED;
            // The loss of a member makes the database stand still, and its leader with it: that one goes on with what
            // it has seen.
            boolean anotherLeads = parts.leadership()
                    .leader()
                    .filter(name -> !name.equals(parts.leadership().node()))
                    .isPresent();
            if (anotherLeads) {
                rule = ArbiterRule.BEGIN;
                vote = null;
                stuck = false;
            }
            if (looks++ % LOOKS_PER_READ == 0) {
                placement = parts.ledger().arbiter().orElse(null);
            }
            return;
        }
        load();
        ArbiterPlacement present = where().orElse(null);
        if (present == null) {
            return;
        }
        ArbiterRule.Outcome outcome = rule.step(present, seen());
        rule = outcome.next();
        stuck = outcome.stuck();
        try {
            voteIs(present, outcome.vote());
            if (outcome.move().isPresent()) {
                move(present, outcome.move().get());
            }
        } catch (DeposedException lost) {
            LOG.info("{}", lost.getMessage());
        }
    }

    /** What the former leader has left; agents are told under the new epoch. */
    private void load() {
        long epoch = parts.leadership().epoch();
        if (loadedEpoch != epoch) {
            placement = parts.ledger().arbiter().orElse(null);
            loadedEpoch = epoch;
            parts.tellAgents().run();
        }
    }

    /** Reads what the former leader has left, if this process leads and has not yet. @throws StorageException the database doesn't answer */
    public synchronized void ready() {
        if (parts.leadership().leads()) {
            load();
        }
    }

    private ArbiterRule.Seen seen() {
        Votes votes = votes();
        return new ArbiterRule.Seen(
                parts.clock().get().monotonicNanos(),
                parts.leadership().pair(),
                !parts.leadership().pair() && parts.settingUp().getAsBoolean(),
                votes.bothPrimary(),
                votes.members(),
                candidates());
    }

    /** As this node's supervisor says. */
    public Votes votes() {
        JsonNode document = parts.supervisor().get().document();
        if (document == null) {
            return new Votes(false, 0);
        }
        boolean both = document.path("database").path("primary").asBoolean()
                && document.path("peer").path("primary").asBoolean();
        return new Votes(both, document.path("database").path("members").asInt(0));
    }

    private void voteIs(ArbiterPlacement present, @Nullable Boolean now) throws DeposedException {
        if (now == null || now.equals(vote)) {
            return;
        }
        if (vote != null) {
            Severity severity = now ? Severity.INFO : Severity.WARNING;
            Message message = now ? Message.ARBITER_VOTE_BACK : Message.ARBITER_VOTE_LOST;
            commit(null, line(severity, message, List.of(present.hostName()), null), null);
        }
        vote = now;
    }

    private void move(ArbiterPlacement present, ArbiterRule.Move move) throws DeposedException {
        ArbiterCandidate to = move.to();
        if (to == null) {
            if (move.cause() == Cause.HOME_BACK) {
                store(present.movedHome(wall()), Severity.INFO, Message.ARBITER_MOVED_HOME, null);
            } else {
                withdrawn(present, move.cause(), null);
            }
            return;
        }
        Message message = switch (move.cause()) {
            case HOST_DEAD -> Message.ARBITER_MOVED_HOST_DEAD;
            case HOST_WORK -> Message.ARBITER_MOVED_HOST_WORK;
            case HOST_REMOVED -> Message.ARBITER_MOVED_HOST_REMOVED;
            case NOT_COUNTED ->
                present.atHome() ? Message.ARBITER_MOVED_FROM_MACHINE : Message.ARBITER_MOVED_NOT_COUNTED;
            case ASKED, NO_PAIR, HOME_BACK -> Message.ARBITER_MOVED_ASKED;
        };
        store(
                present.movedTo(to.host(), to.name(), to.address(), move.cause(), wall()),
                Severity.WARNING,
                message,
                null);
    }

    /**
     * Places it where a person, or the set-up, wants it: there it belongs from now on. On the host that already stands in for a machine it goes on as it runs.
     *
     * @param group what it joins; null: as before
     * @param answer to be stored with it, or null
     * @throws DeposedException this manager doesn't lead any more
     * @throws StorageException the outcome is unknown
     */
    public synchronized ArbiterPlacement place(
            ArbiterCandidate to, ArbiterPlacement.Group group, @Nullable OperationRecord answer)
            throws DeposedException {
        load();
        ArbiterPlacement before = placement;
        boolean stays = before != null && to.host().equals(before.host());
        long generation = (before == null ? 0 : before.generation()) + (stays ? 0 : 1);
        String from = before == null || !before.placed() || stays ? "" : before.hostName();
        ArbiterPlacement next = new ArbiterPlacement(
                generation, to.host(), to.name(), to.address(), group, Cause.ASKED, from, wall(), "");
        store(next, Severity.INFO, from.isEmpty() ? Message.ARBITER_PLACED : Message.ARBITER_MOVED_ASKED, answer);
        return next;
    }

    /** Ends it wherever an agent runs it. */
    public synchronized void withdraw(@Nullable OperationRecord answer) throws DeposedException {
        load();
        ArbiterPlacement before = Objects.requireNonNull(placement, "it was never placed");
        withdrawn(before, parts.leadership().pair() ? Cause.ASKED : Cause.NO_PAIR, answer);
    }

    private void withdrawn(ArbiterPlacement before, Cause why, @Nullable OperationRecord answer)
            throws DeposedException {
        ArbiterPlacement next = before.withdrawn(why, wall());
        if (before.placed()) {
            store(next, Severity.INFO, Message.ARBITER_WITHDRAWN, answer);
        } else {
            // No agent runs one: nothing of it is to be told.
            commit(next, null, answer);
            took(next);
        }
    }

    private void store(ArbiterPlacement next, Severity severity, Message message, @Nullable OperationRecord answer)
            throws DeposedException {
        List<String> arguments = message == Message.ARBITER_PLACED
                ? List.of(next.hostName())
                : message == Message.ARBITER_WITHDRAWN
                        ? List.of(next.fromName())
                        : List.of(next.fromName(), next.hostName());
        commit(next, line(severity, message, arguments, next.host()), answer);
        LOG.info("Arbiter placed anew (generation {}): {} {}", next.generation(), message, arguments);
        took(next);
    }

    private void took(ArbiterPlacement next) {
        placement = next;
        vote = null;
        stuck = false;
        parts.tellAgents().run();
    }

    private TimelineEntry line(Severity severity, Message message, List<String> arguments, @Nullable HostId about) {
        return new TimelineEntry(wall(), severity, message, arguments, about, null, null);
    }

    /** Stored under exactly the epoch whose placement this process has read, with the line in the timeline of every cluster. */
    private void commit(@Nullable ArbiterPlacement next, @Nullable TimelineEntry line, @Nullable OperationRecord answer)
            throws DeposedException {
        long epoch = loadedEpoch;
        if (!parts.leadership().mayAct(epoch)) {
            throw new DeposedException("This process", epoch);
        }
        List<Change> lines = line == null ? List.of() : List.of(new Change.AppendTimeline(line));
        boolean first = true;
        for (ClusterLoop loop : parts.clusters().all()) {
            Transaction transaction = new Transaction(
                    loop.cluster(), "PlaceArbiter", lines, Map.of(), first ? answer : null, epoch, first ? next : null);
            try {
                parts.told().show(loop.state(), parts.ledger().commit(transaction));
            } catch (StorageException unknown) {
                loadedEpoch = NOT_LOADED;
                parts.inDoubt().accept(epoch);
                throw unknown;
            }
            first = false;
        }
    }

    private long wall() {
        return parts.clock().get().wallMillis();
    }

    /** Where it was placed last as far as this process knows; empty: never by an agent. */
    public Optional<ArbiterPlacement> placement() {
        return Optional.ofNullable(placement);
    }

    /**
     * Where it is now as far as this process knows. That of a pair which no agent runs, and which nobody has ended, is on the machine with which the nodes were set up. Empty: not known, or there is
     * none.
     */
    public Optional<ArbiterPlacement> where() {
        ArbiterPlacement known = placement;
        boolean said = known != null && (known.placed() || known.atHome() || known.cause() == Cause.ASKED);
        if (said || !parts.leadership().pair()) {
            return Optional.ofNullable(known);
        }
        JsonNode document = parts.supervisor().get().document();
        JsonNode machine = document == null ? MissingNode.getInstance() : document.path("arbiter");
        String address = machine.path("address").asText("");
        return address.isEmpty() || !machine.path("group").isObject()
                ? Optional.empty()
                : Optional.of(ArbiterPlacement.onMachine(
                        known == null ? 0 : known.generation(), address, group(machine.path("group"))));
    }

    /** What an arbiter joins, as the supervisor says. */
    public static ArbiterPlacement.Group group(JsonNode described) {
        List<String> nodes = new ArrayList<>();
        described.path("nodes").forEach(node -> nodes.add(node.asText()));
        return new ArbiterPlacement.Group(
                nodes,
                described.path("name").asText(),
                described.path("options").asText());
    }

    /** The arbiter should be elsewhere, and no host can take it. */
    public boolean stuck() {
        return stuck;
    }

    /** Whether an agent runs it on this host, or is to. */
    public boolean placedOn(HostId host) {
        ArbiterPlacement known = placement;
        return known != null && host.equals(known.host());
    }

    /** The agents' words. */
    public ArbiterSights sights() {
        return parts.sights();
    }

    /** For a Welcome of that epoch: its placement, if it has been read under it. */
    @Nullable
    Arbiter told(long epoch) {
        ArbiterPlacement known = placement;
        if (known == null || epoch != loadedEpoch) {
            return null;
        }
        HostId host = known.host();
        return Arbiter.newBuilder()
                .setEpoch(epoch)
                .setGeneration(known.generation())
                .setHostId(host == null ? "" : host.value())
                .addAllNodes(known.group().nodes())
                .setGroup(known.group().name())
                .setOptions(known.group().options())
                .build();
    }

    /** All hosts of all clusters, as they are now. */
    public List<ArbiterCandidate> candidates() {
        Set<String> nodes = new TreeSet<>();
        placement().ifPresent(known -> known.group().nodes().forEach(node -> nodes.add(withoutPort(node))));
        JsonNode document = parts.supervisor().get().document();
        if (document != null) {
            nodes.add(document.path("address").asText());
            nodes.add(document.path("peer").path("address").asText());
        }
        List<ArbiterCandidate> all = new ArrayList<>();
        for (State state : parts.clusters().states()) {
            state.hosts().values().forEach(host -> all.add(candidate(state, host, nodes)));
        }
        return all;
    }

    private ArbiterCandidate candidate(State state, Host host, Set<String> nodes) {
        HostHealth health =
                Objects.requireNonNullElseGet(state.health().get(host.id()), () -> HostHealth.unknown(host.id(), 0));
        HostWork work = state.hostWork().get(host.id());
        String address = withoutPort(host.managementAddress());
        return new ArbiterCandidate(
                host.id(),
                host.name(),
                address,
                health.reporting(),
                health.hasVerdict(Verdict.DEAD) || health.hasVerdict(Verdict.OPERATOR),
                host.admin() == AdminState.ENABLED && (work == null || work.back()) && health.holdUntilNanos() == 0,
                parts.sights()
                        .of(host.id())
                        .filter(sight -> sight.status().getAvailable())
                        .isPresent(),
                nodes.contains(address),
                health.degraded().values().stream().anyMatch(Degradation::counts),
                parts.sights()
                        .of(host.id())
                        .filter(sight -> sight.status().getRunning())
                        .isPresent());
    }

    static String withoutPort(String address) {
        int colon = address.indexOf(':');
        return colon < 0 ? address : address.substring(0, colon);
    }
}
