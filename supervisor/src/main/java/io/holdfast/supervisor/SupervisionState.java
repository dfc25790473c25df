package io.holdfast.supervisor;

import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Everything that the supervisor knows. Immutable.
 *
 * @param manager what the manager last said about itself; empty when it didn't answer
 * @param peer the peer's last report, however old; {@link #freshPeer} for decisions
 * @param sights what was last seen of each item, for people
 */
public record SupervisionState(
        Start start,
        Map<Service, ServiceWatch> services,
        Optional<ManagerAnswer> manager,
        DatabaseWatch database,
        Optional<PeerAnswer> peer,
        VipState vip,
        Map<Watched, Sight> sights) {

    /** So long a new supervisor needs at most to see what works. */
    public static final Duration SETTLE = Duration.ofSeconds(2);

    /**
     * What holds from the start on.
     *
     * @param managerServesConsole whether manager and console are one process, which then is restarted once and not twice
     * @param patience {@link GaleraRecovery#PATIENCE}
     * @param settleUntilNanos until then the forerunner's health is kept while nothing is known
     */
    public record Start(String name, boolean managerServesConsole, Duration patience, long settleUntilNanos) {

        public Start {
            if (patience.compareTo(GaleraRecovery.LEAST_PATIENCE) < 0) {
                throw new IllegalArgumentException("the patience before recovery is " + patience.toSeconds()
                        + " s; it must be " + GaleraRecovery.LEAST_PATIENCE.toSeconds()
                        + " s or more, or both nodes could bootstrap");
            }
        }
    }

    /** @param askedNanos start of the request that fetched the report, by this node's clock */
    public record PeerAnswer(PeerReport report, long askedNanos) {}

    public SupervisionState {
        services = Map.copyOf(services);
        sights = Map.copyOf(sights);
    }

    /**
     * A supervisor that has just started: nothing is known, nothing is fit.
     *
     * @param healthyBefore what its forerunner left in keepalived's file; a restarted supervisor must not move the VIP for nothing
     */
    public static SupervisionState started(
            String name, boolean managerServesConsole, Duration patience, boolean healthyBefore, long nowNanos) {
        Map<Service, ServiceWatch> services = new EnumMap<>(Service.class);
        for (Service service : Service.values()) {
            services.put(service, ServiceWatch.unknown(service));
        }
        VipState vip = new VipState(
                false,
                healthyBefore,
                "the supervisor has just started",
                nowNanos,
                FlapLimit.UNUSED,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        Start start = new Start(name, managerServesConsole, patience, nowNanos + SETTLE.toNanos());
        DatabaseWatch database = DatabaseWatch.unknown(nowNanos);
        return new SupervisionState(start, services, Optional.empty(), database, Optional.empty(), vip, Map.of());
    }

    public String name() {
        return start.name();
    }

    public ServiceWatch service(Service service) {
        return Objects.requireNonNull(services.get(service));
    }

    /** The peer's report, if it is young enough to decide by. */
    public Optional<PeerReport> freshPeer(long nowNanos) {
        return freshPeer(nowNanos, GaleraRecovery.FRESH);
    }

    /** The same, no older than that. */
    Optional<PeerReport> freshPeer(long nowNanos, Duration age) {
        return peer.filter(answer -> nowNanos - answer.askedNanos() <= age.toNanos())
                .map(PeerAnswer::report);
    }

    public boolean peerPrimary(long nowNanos) {
        return freshPeer(nowNanos).filter(PeerReport::primary).isPresent();
    }

    /** Whether everything that clients need works on this node. keepalived is not asked: it only carries the address. */
    public boolean fit() {
        return service(Service.MANAGER).fit() && service(Service.CONSOLE).fit() && database.serves();
    }

    /** What this node tells its peer now. */
    public PeerReport report(long nowNanos) {
        return new PeerReport(
                name(),
                fit() && service(Service.KEEPALIVED).fit(),
                vip.held(),
                manager.map(ManagerAnswer::role),
                manager.map(ManagerAnswer::epoch).orElse(0L),
                database.primary(),
                Duration.ofNanos(nowNanos - database.notPrimarySinceNanos()),
                database.laidOpen(),
                database.position());
    }

    SupervisionState with(ServiceWatch watch) {
        Map<Service, ServiceWatch> next = new EnumMap<>(services);
        next.put(watch.service(), watch);
        return new SupervisionState(start, next, manager, database, peer, vip, sights);
    }

    SupervisionState withManager(Optional<ManagerAnswer> answer) {
        return new SupervisionState(start, services, answer, database, peer, vip, sights);
    }

    SupervisionState with(DatabaseWatch watch) {
        return new SupervisionState(start, services, manager, watch, peer, vip, sights);
    }

    SupervisionState with(PeerAnswer answer) {
        return new SupervisionState(start, services, manager, database, Optional.of(answer), vip, sights);
    }

    SupervisionState with(VipState next) {
        return new SupervisionState(start, services, manager, database, peer, next, sights);
    }

    SupervisionState withSight(Watched item, Sight sight) {
        Map<Watched, Sight> next = new EnumMap<>(Watched.class);
        next.putAll(sights);
        next.put(item, sight);
        return new SupervisionState(start, services, manager, database, peer, vip, next);
    }
}
