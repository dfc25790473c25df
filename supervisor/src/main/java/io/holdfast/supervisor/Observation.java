package io.holdfast.supervisor;

import java.util.Optional;

/** What the shell has seen; {@code nowNanos} is this node's monotonic clock when it's handed in. */
public sealed interface Observation {

    long nowNanos();

    /** Time has passed. */
    record Tick(long nowNanos) implements Observation {}

    /** A probe of a service has ended. {@code answer} is what the manager says about itself. */
    record ServiceSeen(
            Service service, ProbeOutcome outcome, String detail, Optional<ManagerAnswer> answer, long nowNanos)
            implements Observation {}

    /** {@link Action.Restart} is done, or has failed. */
    record Restarted(Service service, long nowNanos) implements Observation {}

    /** The probe of the database has ended. */
    record DatabaseSeen(DatabaseView view, long nowNanos) implements Observation {}

    /** {@link Action.EndAndReadPosition} is done; empty when the position could not be read. */
    record PositionRead(Optional<Position> position, long nowNanos) implements Observation {}

    /** {@link Action.MakeDurable} is done. */
    record MadeDurable(boolean succeeded, long nowNanos) implements Observation {}

    /** Whether the VIP is on an interface of this node. */
    record VipSeen(boolean held, long nowNanos) implements Observation {}

    /** The peer's supervisor was asked at {@code askedNanos}; empty when it didn't answer in time. */
    record PeerSeen(Optional<PeerReport> report, long askedNanos, long nowNanos) implements Observation {}

    /** Something was tried that is evidence only and decides nothing. */
    record EvidenceSeen(Evidence evidence, boolean reachable, String detail, long nowNanos) implements Observation {}

    /** An operator orders: serve with the copy of this node, whatever the peer may hold. */
    record OperatorOrder(long nowNanos) implements Observation {}
}
