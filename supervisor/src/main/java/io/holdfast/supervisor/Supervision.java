package io.holdfast.supervisor;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The supervisor's decisions: a pure function from a state and an observation to a new state and actions. No clock, thread or IO in here.
 *
 * <table>
 * <caption>What is watched and what follows</caption>
 * <tr><th>item</th><th>decided by</th><th>what follows</th></tr>
 * <tr><td>manager, console, keepalived</td><td>{@link ServiceWatch}</td><td>restart; a restart for the console's sake restarts its service</td></tr>
 * <tr><td>database</td><td>{@link DatabaseWatch}, {@link GaleraRecovery}</td><td>start as a member, for a full copy, as a new component; flush</td></tr>
 * <tr><td>VIP, peer</td><td>here</td><td>health of this node, below</td></tr>
 * <tr><td>arbiter, gateway, VIP reached</td><td>nobody</td><td>shown; {@link Alarms}</td></tr>
 * </table>
 *
 * <table>
 * <caption>Health: what keepalived's file says, 0 = may hold the VIP</caption>
 * <tr><th>from</th><th>condition</th><th>to</th></tr>
 * <tr><td>unhealthy</td><td>manager, console and database fit without a break for {@link #RETURN_AFTER} (at once while the peer isn't fit), not elsewhere, flap limit allows; with a silent peer that led last,
 * once the manager here leads, or fit for {@link #UNLED_AFTER}</td><td>healthy</td></tr>
 * <tr><td>healthy, left so by the forerunner</td><td>not fit, started less than {@link SupervisionState#SETTLE} ago</td><td>healthy</td></tr>
 * <tr><td>healthy, holds the VIP</td><td>one of them not fit, nor is the peer by its fresh report</td><td>healthy: nobody else could serve</td></tr>
 * <tr><td>healthy, holds the VIP, led last</td><td>the database alone isn't fit: it runs outside the primary component for less than {@link #RELAY_WITHIN}; the
 * peer is silent and the arbiter answers</td><td>healthy: only the link between the nodes is cut, and this node leads again once the arbiter relays</td></tr>
 * <tr><td>healthy</td><td>one of them not fit otherwise</td><td>unhealthy at once</td></tr>
 * <tr><td>healthy</td><td>elsewhere for {@link #ELSEWHERE_AFTER}, or at once when the manager here has handed its leadership over</td><td>unhealthy</td></tr>
 * </table>
 * With each "unhealthy" of a holder goes an {@link Action.AnswerLate}. The flap limit counts how often a node was not fit (a VIP that follows the
 * leader doesn't flap), and only while the peer is fit: a VIP that flaps is better than none.
 *
 * <p>"Elsewhere": the manager here doesn't lead, and the other one does: by the lease row, which the manager here has just
 * seen renewed, or by the peer's report of this very moment, of the same epoch or a later one. While nobody leads (the database stands still, a lease runs) the VIP stays where it
 * is. The peer must be able to take it: its fresh report says fit, and this node holds it; or its supervisor is silent while the database still
 * counts three members (the link between the two nodes is cut, the arbiter relays, and both keepaliveds take the VIP; finding 4 of the recipe):
 * then a standby stays away from it as long as that lasts.
 *
 * <p>The VIP follows the leader. Only where it can't (no keepalived here, or the other node keeps it for {@link #STRANDED_AFTER}) the manager
 * is asked to hand over to a fit standby; who leads is still the lease row's decision.
 */
public final class Supervision {

    /** A node that has just become fit waits this long before it offers itself while the other one can serve. */
    public static final Duration RETURN_AFTER = Duration.ofSeconds(1);

    /** Above the time for which two honest nodes can disagree during a switch-over. */
    public static final Duration ELSEWHERE_AFTER = Duration.ofMillis(300);

    /** The same while the peer's supervisor is silent: longer than the row of a leader that has just died looks alive ({@link #SEEN_LATELY} and two looks). */
    static final Duration ELSEWHERE_UNHEARD_AFTER = Duration.ofMillis(800);

    /** A leader renews every 150 ms; one that has died left the VIP to the other node 0.6 s ago or more when that looks at this. */
    static final Duration SEEN_LATELY = Duration.ofMillis(500);

    /** Galera needs 4 s from the cut on (measured: 3.9 to 4.5) until it relays through the arbiter; it has left the primary component for half of them. */
    static final Duration RELAY_WITHIN = Duration.ofSeconds(4);

    /** The arbiter is tried each second, for half a second at most. */
    static final Duration ARBITER_SEEN = Duration.ofSeconds(2);

    /** The lease and everything that a take-over needs besides, twice: who leads then is no question of the link. */
    static final Duration UNLED_AFTER = Duration.ofSeconds(3);

    /** A second is more than clients need to hear of the new holder (gratuitous ARP); the kernel forgets the address by itself. */
    static final Duration LATE_ANSWERS = Duration.ofSeconds(2);

    /** Long enough for keepalived to start and take an address. */
    public static final Duration STRANDED_AFTER = Duration.ofSeconds(4);

    /** A hand-over takes less than half a second; then it is asked for again. */
    static final Duration HAND_OVER_EVERY = Duration.ofSeconds(2);

    /** A new state and what to do, in order. */
    public record Step(SupervisionState state, List<Action> actions) {
        public Step {
            actions = List.copyOf(actions);
        }
    }

    private Supervision() {}

    /** The step for one observation. */
    public static Step step(SupervisionState state, Observation observation) {
        List<Action> actions = new ArrayList<>();
        long nowNanos = observation.nowNanos();
        SupervisionState seen = switch (observation) {
            case Observation.Tick _ -> state;
            case Observation.ServiceSeen service -> service(state, service, actions);
            case Observation.Restarted restarted -> restarted(state, restarted);
            case Observation.DatabaseSeen database -> database(state, database, actions);
            case Observation.PositionRead read ->
                turned(
                        state,
                        state.database().positionRead(read.position(), state.peerPrimary(nowNanos), nowNanos),
                        actions);
            case Observation.MadeDurable made -> state.with(state.database().madeDurable(made.succeeded()));
            case Observation.VipSeen vip -> vip(state, vip, actions);
            case Observation.PeerSeen peer -> peer(state, peer);
            case Observation.EvidenceSeen evidence ->
                state.withSight(
                        Watched.of(evidence.evidence()), new Sight(evidence.reachable(), evidence.detail(), nowNanos));
            case Observation.OperatorOrder _ ->
                turned(state, state.database().ordered(state.peerPrimary(nowNanos), nowNanos), actions);
        };
        SupervisionState recovered = recover(seen, nowNanos, actions);
        return new Step(handOver(health(recovered, nowNanos, actions), nowNanos, actions), actions);
    }

    /** What the recovery rule says now; also for the alarm. */
    static GaleraRecovery.Advice advice(SupervisionState state, long nowNanos) {
        DatabaseWatch database = state.database();
        Optional<Duration> openFor = database.laidOpen()
                ? Optional.of(Duration.ofNanos(nowNanos - database.phaseSinceNanos()))
                : Optional.empty();
        return GaleraRecovery.advise(
                state.report(nowNanos), state.start().patience(), openFor, state.freshPeer(nowNanos));
    }

    private static SupervisionState recover(SupervisionState state, long nowNanos, List<Action> actions) {
        GaleraRecovery.Advice advice = advice(state, nowNanos);
        if (advice == GaleraRecovery.Advice.LAY_OPEN && justStarted(state, nowNanos)) {
            return state;
        }
        return turned(state, state.database().advised(advice, state.peerPrimary(nowNanos), nowNanos), actions);
    }

    /** A database that took long to start gets its own chance to find the others, however long there was no component before. */
    private static boolean justStarted(SupervisionState state, long nowNanos) {
        DatabaseWatch database = state.database();
        long chance = state.start().patience().toNanos() / 3;
        return database.phase() == DatabaseWatch.Phase.STARTING && nowNanos - database.phaseSinceNanos() < chance;
    }

    private static SupervisionState service(
            SupervisionState state, Observation.ServiceSeen seen, List<Action> actions) {
        boolean shared = seen.service() == Service.CONSOLE && state.start().managerServesConsole();
        ServiceWatch.Verdict verdict = state.service(seen.service()).on(seen.outcome(), seen.nowNanos());
        SupervisionState next = state;
        if (verdict.restart() && shared && !state.service(Service.MANAGER).fit()) {
            // The manager's own probe restarts it; twice would end what has just been started.
            next = state.with(state.service(Service.CONSOLE).unfit());
        } else {
            next = state.with(verdict.watch());
            if (verdict.restart()) {
                Service restarted = shared ? Service.MANAGER : seen.service();
                next = shared ? next.with(next.service(Service.MANAGER).started(seen.nowNanos())) : next;
                actions.add(
                        new Action.Note("restarting " + Watched.of(restarted).label() + ": " + seen.detail()));
                actions.add(new Action.Restart(restarted));
            }
        }
        next = seen.service() == Service.MANAGER ? next.withManager(seen.answer()) : next;
        return next.withSight(
                Watched.of(seen.service()),
                new Sight(seen.outcome() == ProbeOutcome.GOOD, seen.detail(), seen.nowNanos()));
    }

    private static SupervisionState restarted(SupervisionState state, Observation.Restarted restarted) {
        SupervisionState next = state.with(state.service(restarted.service()).restarted(restarted.nowNanos()));
        boolean shared = restarted.service() == Service.MANAGER && state.start().managerServesConsole();
        return shared ? next.with(next.service(Service.CONSOLE).restarted(restarted.nowNanos())) : next;
    }

    private static SupervisionState database(
            SupervisionState state, Observation.DatabaseSeen seen, List<Action> actions) {
        boolean good = seen.view() instanceof DatabaseView.Answering answering && answering.serves();
        SupervisionState next = turned(state, state.database().seen(seen.view(), seen.nowNanos()), actions);
        return next.withSight(Watched.DATABASE, new Sight(good, seen.view().describe(), seen.nowNanos()));
    }

    private static SupervisionState turned(SupervisionState state, DatabaseWatch.Turn turn, List<Action> actions) {
        if (state.database().phase() != turn.watch().phase()) {
            String position = turn.watch().position().map(Position::toString).orElse("position unknown");
            actions.add(new Action.Note("database: %s -> %s, %s"
                    .formatted(state.database().phase(), turn.watch().phase(), position)));
        }
        actions.addAll(turn.actions());
        return state.with(turn.watch());
    }

    private static SupervisionState vip(SupervisionState state, Observation.VipSeen seen, List<Action> actions) {
        if (seen.held() != state.vip().held()) {
            actions.add(new Action.Note(
                    seen.held() ? "this node holds the VIP now" : "this node doesn't hold the VIP any more"));
        }
        Sight sight = new Sight(true, seen.held() ? "on this node" : "not on this node", seen.nowNanos());
        return state.with(state.vip().seen(seen.held())).withSight(Watched.VIP, sight);
    }

    private static SupervisionState peer(SupervisionState state, Observation.PeerSeen seen) {
        Sight sight = seen.report()
                .map(report -> new Sight(
                        report.fit(),
                        "%s: %s%s, database %s"
                                .formatted(
                                        report.name(),
                                        report.role().orElse("manager silent"),
                                        report.holdsVip() ? ", holds the VIP" : "",
                                        report.primary() ? "primary" : "not primary"),
                        seen.nowNanos()))
                .orElse(new Sight(false, "no answer", seen.nowNanos()));
        SupervisionState next = state.withSight(Watched.PEER, sight);
        return seen.report()
                .map(report -> next.with(new SupervisionState.PeerAnswer(report, seen.askedNanos())))
                .orElse(next);
    }

    private static SupervisionState health(SupervisionState state, long nowNanos, List<Action> actions) {
        VipState before = state.vip();
        Optional<Long> fitSince =
                state.fit() ? before.fitSinceNanos().or(() -> Optional.of(nowNanos)) : Optional.empty();
        Optional<Long> elsewhereSince = elsewhere(state, nowNanos)
                ? before.elsewhereSinceNanos().or(() -> Optional.of(nowNanos))
                : Optional.empty();
        VipState vip = before.since(fitSince, elsewhereSince);
        // Once it has been seen fit, it knows: only the time before that is the forerunner's.
        boolean settling =
                before.fitSinceNanos().isEmpty() && nowNanos - state.start().settleUntilNanos() < 0;
        boolean yields = elsewhereSince
                .filter(since -> handedOver(state, nowNanos) || nowNanos - since >= patience(state, nowNanos))
                .isPresent();
        Optional<PeerReport> peer = state.freshPeer(nowNanos);
        // Who leads and hears nobody is all that clients have.
        Optional<PeerReport> other = leads(state) ? state.freshPeer(nowNanos, SEEN_LATELY) : peer;
        boolean peerServes = other.filter(PeerReport::fit).isPresent();
        boolean nobodyElse = vip.held() && peer.isPresent() && !peerServes;
        boolean steady = fitSince.filter(since -> !peerServes || nowNanos - since >= RETURN_AFTER.toNanos())
                .filter(since -> !peerMayLead(state, nowNanos) || nowNanos - since >= UNLED_AFTER.toNanos())
                .isPresent();
        if (vip.healthy() && yields) {
            vip = vip.changed(false, "the leader is on the other node", nowNanos);
        } else if (vip.healthy() && fitSince.isEmpty() && !settling && !nobodyElse && !awaitsRelay(state, nowNanos)) {
            vip = vip.noted(nowNanos).changed(false, unfit(state), nowNanos);
        } else if (!vip.healthy()
                && steady
                && elsewhereSince.isEmpty()
                && (vip.flaps().allows(nowNanos) || !peerServes)) {
            vip = vip.changed(true, "all services work", nowNanos);
        }
        if (vip.healthy() != before.healthy()) {
            if (!vip.healthy() && vip.held()) {
                actions.add(new Action.AnswerLate(LATE_ANSWERS));
            }
            actions.add(new Action.WriteHealth(vip.healthy(), vip.cause()));
        }
        return state.with(vip);
    }

    private static long patience(SupervisionState state, long nowNanos) {
        return (state.freshPeer(nowNanos, SEEN_LATELY).isPresent() ? ELSEWHERE_AFTER : ELSEWHERE_UNHEARD_AFTER)
                .toNanos();
    }

    /** The peer led last and can't be heard: it may be lost, or lead behind a link that is cut. */
    private static boolean peerMayLead(SupervisionState state, long nowNanos) {
        return state.freshPeer(nowNanos, SEEN_LATELY).isEmpty()
                && state.manager()
                        .filter(answer -> !answer.leads())
                        .flatMap(ManagerAnswer::lastLeader)
                        .filter(leader -> !leader.equals(state.name()))
                        .isPresent();
    }

    /**
     * Without the peer and with the arbiter the database comes back, and then the node that led last takes the row anew at once: that one stays where
     * clients find it. A node that is cut off from the arbiter too doesn't.
     */
    private static boolean awaitsRelay(SupervisionState state, long nowNanos) {
        boolean ledLast = state.manager()
                .flatMap(ManagerAnswer::lastLeader)
                .filter(state.name()::equals)
                .isPresent();
        boolean arbiterAnswers = Optional.ofNullable(state.sights().get(Watched.of(Evidence.ARBITER)))
                .filter(sight -> sight.good() && nowNanos - sight.seenNanos() <= ARBITER_SEEN.toNanos())
                .isPresent();
        DatabaseWatch database = state.database();
        return state.vip().held()
                && ledLast
                && arbiterAnswers
                && state.freshPeer(nowNanos, SEEN_LATELY).isEmpty()
                && state.service(Service.MANAGER).fit()
                && state.service(Service.CONSOLE).fit()
                && database.phase() == DatabaseWatch.Phase.RUNNING
                && database.view() instanceof DatabaseView.Answering
                && nowNanos - database.notPrimarySinceNanos() < RELAY_WITHIN.toNanos();
    }

    /** To a peer that can be heard: later the manager still says so, and that one may be lost. */
    private static boolean handedOver(SupervisionState state, long nowNanos) {
        return state.freshPeer(nowNanos, SEEN_LATELY).isPresent()
                && state.manager().filter(ManagerAnswer::handedOver).isPresent();
    }

    private static boolean leads(SupervisionState state) {
        return state.manager().filter(ManagerAnswer::leads).isPresent();
    }

    private static boolean elsewhere(SupervisionState state, long nowNanos) {
        if (leads(state)) {
            return false;
        }
        boolean rowSays = state.manager()
                .filter(answer -> answer.leaderSeenMillis() <= SEEN_LATELY.toMillis())
                .flatMap(ManagerAnswer::leader)
                .filter(leader -> !leader.equals(state.name()))
                .isPresent();
        Optional<PeerReport> peer = state.freshPeer(nowNanos, SEEN_LATELY);
        if (peer.isPresent()) {
            // Without the VIP it stays ready to take it.
            return state.vip().held()
                    && peer.get().fit()
                    && (rowSays || handedOver(state, nowNanos) || leads(peer.get(), state));
        }
        return rowSays
                && state.database().view() instanceof DatabaseView.Answering answering
                && answering.primary()
                && answering.members() >= 3;
    }

    private static boolean leads(PeerReport peer, SupervisionState state) {
        long own = state.manager().map(ManagerAnswer::epoch).orElse(0L);
        return peer.role().filter("leader"::equals).isPresent() && peer.epoch() >= own;
    }

    private static SupervisionState handOver(SupervisionState state, long nowNanos, List<Action> actions) {
        VipState vip = state.vip();
        Optional<PeerReport> standby = state.freshPeer(nowNanos)
                .filter(PeerReport::fit)
                .filter(peer -> peer.role().filter("standby"::equals).isPresent());
        boolean leads = leads(state);
        boolean carries = state.service(Service.KEEPALIVED).fit();
        boolean away = standby.filter(PeerReport::holdsVip).isPresent();
        if (!leads || standby.isEmpty() || vip.held() || carries && !away) {
            return state.with(vip.stranded(Optional.empty(), vip.handOverNanos()));
        }
        Optional<Long> since = vip.strandedSinceNanos().or(() -> Optional.of(nowNanos));
        boolean due = !carries || nowNanos - since.get() >= STRANDED_AFTER.toNanos();
        boolean asked = vip.handOverNanos()
                .filter(then -> nowNanos - then < HAND_OVER_EVERY.toNanos())
                .isPresent();
        if (!due || asked) {
            return state.with(vip.stranded(since, vip.handOverNanos()));
        }
        actions.add(new Action.HandOver(carries ? "the VIP stays on the other node" : "keepalived doesn't work here"));
        return state.with(vip.stranded(since, Optional.of(nowNanos)));
    }

    private static String unfit(SupervisionState state) {
        List<String> causes = new ArrayList<>();
        if (!state.service(Service.MANAGER).fit()) {
            causes.add("manager");
        }
        if (!state.service(Service.CONSOLE).fit()) {
            causes.add("console");
        }
        if (!state.database().serves()) {
            causes.add("database");
        }
        return "not fit: " + String.join(", ", causes);
    }
}
