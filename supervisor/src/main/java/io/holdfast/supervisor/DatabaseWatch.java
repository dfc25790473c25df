package io.holdfast.supervisor;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The database process of this node: pure. It isn't restarted by systemd but here, because each start is a decision: from which position, from
 * nothing, or as a new component.
 *
 * <table>
 * <caption>Transitions; "read" = {@link Action.EndAndReadPosition}, flap = {@link FlapLimit}</caption>
 * <tr><th>from</th><th>event</th><th>to</th><th>action</th></tr>
 * <tr><td>unknown</td><td>seen stopped / no answer / answering</td><td>reading / starting / running</td><td>read / – / –</td></tr>
 * <tr><td>stopped</td><td>seen stopped, flap allows</td><td>reading</td><td>read</td></tr>
 * <tr><td>reading</td><td>position read, peer not primary</td><td>starting</td><td>start as a member</td></tr>
 * <tr><td>reading</td><td>position read, peer primary, it had answered before</td><td>resting</td><td></td></tr>
 * <tr><td>resting</td><td>{@link #REST} is over, or the peer isn't primary any more</td><td>starting</td><td>start as a member (of the peer's component)</td></tr>
 * <tr><td>reading</td><td>position read, peer primary</td><td>starting</td><td>start as a member of the peer's component</td></tr>
 * <tr><td>reading</td><td>position unreadable, peer primary</td><td>starting</td><td>start for a full copy</td></tr>
 * <tr><td>reading</td><td>position unreadable, peer not primary</td><td>damaged</td><td></td></tr>
 * <tr><td>damaged</td><td>peer primary</td><td>starting</td><td>start for a full copy</td></tr>
 * <tr><td>starting</td><td>seen answering</td><td>running</td><td></td></tr>
 * <tr><td>starting</td><td>seen stopped 2 s after the start or later; not running within 15 min</td><td>reading (flap) or stopped</td><td>read</td></tr>
 * <tr><td>running</td><td>seen stopped</td><td>reading (flap) or stopped</td><td>read</td></tr>
 * <tr><td>running</td><td>no answer for 10 s</td><td>reading (flap) or stopped</td><td>read</td></tr>
 * <tr><td>running</td><td>synced for the first time since start or since joining</td><td>running</td><td>make durable</td></tr>
 * <tr><td>any but reading, laying open, open</td><td>advice: lay open</td><td>laying open</td><td>read</td></tr>
 * <tr><td>laying open</td><td>position read or unreadable</td><td>open</td><td></td></tr>
 * <tr><td>open</td><td>advice: bootstrap</td><td>starting</td><td>start as a new component</td></tr>
 * <tr><td>open</td><td>advice: join</td><td>starting, or damaged</td><td>start as a member, for a full copy if the position is unreadable</td></tr>
 * <tr><td>any</td><td>operator's order, peer not primary</td><td>running: as it is; else laying open</td><td>promote / read, then bootstrap</td></tr>
 * </table>
 *
 * @param position how far the copy has come; while the database runs, by its own word
 * @param notPrimarySinceNanos since when it hasn't been seen in a primary component; restarted when the database is started after being laid
 *     open
 * @param durable whether what it received since its start has been flushed
 * @param ordered an operator has ordered to serve with this copy
 */
public record DatabaseWatch(
        Phase phase,
        long phaseSinceNanos,
        DatabaseView view,
        long answeredNanos,
        int misses,
        Optional<Position> position,
        boolean primary,
        long notPrimarySinceNanos,
        Durability durability,
        FlapLimit flaps,
        boolean ordered) {

    /** Where the database process is in its life. */
    public enum Phase {
        UNKNOWN,
        STOPPED,
        READING,
        RESTING,
        DAMAGED,
        STARTING,
        RUNNING,
        LAYING_OPEN,
        OPEN
    }

    /** Whether what was received is on disk. */
    public enum Durability {
        NOT_YET,
        UNDER_WAY,
        DURABLE
    }

    /** Between the order to start and the first sight of the process. */
    static final Duration APPEARS_WITHIN = Duration.ofSeconds(2);

    /**
     * A database that died beside a serving peer stays away until the peer's manager leads (1.5 s). Back within 1.3 s, as it can be, it let the former
     * leader take its row anew, while the VIP was on the other node already: 3.0 s until the next write.
     */
    static final Duration REST = Duration.ofMillis(1_700);

    /** As systemd's TimeoutStartSec of Debian's unit: a full copy may take long. */
    static final Duration START_LIMIT = Duration.ofMinutes(15);

    /** The recipe saw pauses of 5 s heal by themselves. */
    static final Duration HUNG_AFTER = Duration.ofSeconds(10);

    /** One missed answer (0.4 s) can be a pause of the machine; two move the VIP. */
    static final int MISSES_UNFIT = 2;

    /** The watch afterwards and what to do. */
    public record Turn(DatabaseWatch watch, List<Action> actions) {}

    /** A supervisor that has just started knows nothing. */
    public static DatabaseWatch unknown(long nowNanos) {
        return new DatabaseWatch(
                Phase.UNKNOWN,
                nowNanos,
                new DatabaseView.NoAnswer(),
                nowNanos,
                0,
                Optional.empty(),
                false,
                nowNanos,
                Durability.NOT_YET,
                FlapLimit.UNUSED,
                false);
    }

    /** Whether clients can be served with it now, as far as is known. */
    public boolean serves() {
        return phase == Phase.RUNNING
                && primary
                && misses < MISSES_UNFIT
                && (!(view instanceof DatabaseView.Answering a) || a.serves());
    }

    /** Its process is ended and stays so until the supervisor decides otherwise; {@link #position} was read afterwards. */
    public boolean laidOpen() {
        return phase == Phase.OPEN || phase == Phase.DAMAGED;
    }

    /** The flap limit keeps it down for now. */
    public boolean flapping() {
        return phase == Phase.STOPPED;
    }

    /** Applies what the probe saw. */
    public Turn seen(DatabaseView seen, long nowNanos) {
        return switch (phase) {
            case UNKNOWN, STOPPED -> withView(seen, nowNanos).found(nowNanos);
            case STARTING -> withView(seen, nowNanos).whileStarting(nowNanos);
            case RUNNING -> withView(seen, nowNanos).whileRunning(nowNanos);
            // What is seen now may be from before it was ended; the position read from disk must not be overwritten by
            // it.
            case READING, RESTING, DAMAGED, LAYING_OPEN, OPEN -> stay();
        };
    }

    private Turn found(long nowNanos) {
        return switch (view) {
            case DatabaseView.Stopped() -> read(nowNanos);
            case DatabaseView.NoAnswer() -> new Turn(in(Phase.STARTING, nowNanos), List.of());
            case DatabaseView.Answering _ -> in(Phase.RUNNING, nowNanos).flushIfDue(nowNanos);
        };
    }

    private Turn whileStarting(long nowNanos) {
        Duration inPhase = Duration.ofNanos(nowNanos - phaseSinceNanos);
        return switch (view) {
            case DatabaseView.Stopped() -> inPhase.compareTo(APPEARS_WITHIN) < 0 ? stay() : read(nowNanos);
            case DatabaseView.NoAnswer() -> inPhase.compareTo(START_LIMIT) < 0 ? stay() : read(nowNanos);
            case DatabaseView.Answering _ -> in(Phase.RUNNING, nowNanos).flushIfDue(nowNanos);
        };
    }

    private Turn whileRunning(long nowNanos) {
        return switch (view) {
            case DatabaseView.Stopped() -> read(nowNanos);
            case DatabaseView.NoAnswer() -> nowNanos - answeredNanos < HUNG_AFTER.toNanos() ? stay() : read(nowNanos);
            case DatabaseView.Answering _ -> flushIfDue(nowNanos);
        };
    }

    /** Ends it if it lives and reads its position, unless the flap limit says to leave it alone for now. */
    private Turn read(long nowNanos) {
        if (!flaps.allows(nowNanos)) {
            return new Turn(phase == Phase.STOPPED ? this : in(Phase.STOPPED, nowNanos), List.of());
        }
        return new Turn(
                in(Phase.READING, nowNanos).with(flaps.noted(nowNanos)), List.of(new Action.EndAndReadPosition()));
    }

    private Turn flushIfDue(long nowNanos) {
        if (!(view instanceof DatabaseView.Answering answering)) {
            return stay();
        }
        if (answering.localState() == 1 && durability == Durability.DURABLE) {
            return new Turn(with(Durability.NOT_YET), List.of());
        }
        boolean due = answering.synced() && durability == Durability.NOT_YET;
        return due ? new Turn(with(Durability.UNDER_WAY), List.of(new Action.MakeDurable())) : stay();
    }

    /** A flush that failed is tried again at the next sight. */
    public DatabaseWatch madeDurable(boolean succeeded) {
        return with(succeeded ? Durability.DURABLE : Durability.NOT_YET);
    }

    /** Applies the position that was read from disk after the process had ended. */
    public Turn positionRead(Optional<Position> read, boolean peerPrimary, long nowNanos) {
        DatabaseWatch known = with(read);
        if (ordered && (phase == Phase.LAYING_OPEN || phase == Phase.READING) && !peerPrimary) {
            return known.start(StartMode.BOOTSTRAP, nowNanos);
        }
        return switch (phase) {
            case READING ->
                peerPrimary && position.isPresent() && read.isPresent()
                        ? new Turn(known.in(Phase.RESTING, nowNanos), List.of())
                        : known.rejoin(peerPrimary, nowNanos);
            case LAYING_OPEN -> new Turn(known.in(Phase.OPEN, nowNanos).withOrder(false), List.of());
            case UNKNOWN, STOPPED, RESTING, DAMAGED, STARTING, RUNNING, OPEN -> stay();
        };
    }

    private Turn rejoin(boolean peerPrimary, long nowNanos) {
        return join(peerPrimary ? StartMode.JOIN_PEER : StartMode.JOIN, peerPrimary, nowNanos);
    }

    /** Applies the recovery rule's advice; called after each observation. */
    public Turn advised(GaleraRecovery.Advice advice, boolean peerPrimary, long nowNanos) {
        return switch (phase) {
            case RESTING ->
                peerPrimary && nowNanos - phaseSinceNanos < REST.toNanos() ? stay() : rejoin(peerPrimary, nowNanos);
            case DAMAGED -> peerPrimary ? join(StartMode.JOIN_PEER, true, nowNanos) : stay();
            case OPEN ->
                switch (advice) {
                    case BOOTSTRAP -> start(StartMode.BOOTSTRAP, nowNanos);
                    case JOIN -> join(StartMode.JOIN_PEER, peerPrimary, nowNanos);
                    case WAIT, LAY_OPEN, OPERATOR -> stay();
                };
            case STOPPED, STARTING, RUNNING ->
                advice == GaleraRecovery.Advice.LAY_OPEN
                        ? new Turn(in(Phase.LAYING_OPEN, nowNanos), List.of(new Action.EndAndReadPosition()))
                        : stay();
            case UNKNOWN, READING, LAYING_OPEN -> stay();
        };
    }

    /** An operator orders to serve with this copy. Refused while the peer is primary: that would be a second history. */
    public Turn ordered(boolean peerPrimary, long nowNanos) {
        if (primary || peerPrimary) {
            String who = primary ? "this node" : "the peer";
            return new Turn(
                    this, List.of(new Action.Note("order to serve with this copy refused: " + who + " is primary")));
        }
        return switch (phase) {
            case RUNNING -> new Turn(this, List.of(new Action.PromoteComponent()));
            case READING, LAYING_OPEN -> new Turn(withOrder(true), List.of());
            case UNKNOWN, STOPPED, RESTING, DAMAGED, STARTING, OPEN ->
                new Turn(in(Phase.LAYING_OPEN, nowNanos).withOrder(true), List.of(new Action.EndAndReadPosition()));
        };
    }

    private Turn join(StartMode mode, boolean peerPrimary, long nowNanos) {
        if (position.isPresent()) {
            return start(mode, nowNanos);
        }
        return peerPrimary ? start(StartMode.FULL_COPY, nowNanos) : new Turn(in(Phase.DAMAGED, nowNanos), List.of());
    }

    private Turn start(StartMode mode, long nowNanos) {
        boolean fromOpen = phase == Phase.OPEN || mode == StartMode.BOOTSTRAP;
        DatabaseWatch started = new DatabaseWatch(
                Phase.STARTING,
                nowNanos,
                view,
                nowNanos,
                0,
                position,
                false,
                fromOpen ? nowNanos : notPrimarySinceNanos,
                Durability.NOT_YET,
                flaps,
                false);
        return new Turn(
                started,
                List.of(new Action.StartDatabase(mode, mode == StartMode.FULL_COPY ? Optional.empty() : position)));
    }

    private Turn stay() {
        return new Turn(this, List.of());
    }

    private DatabaseWatch withView(DatabaseView seen, long nowNanos) {
        boolean answers = seen instanceof DatabaseView.Answering;
        boolean isPrimary = seen instanceof DatabaseView.Answering answering
                ? answering.primary()
                : primary && seen instanceof DatabaseView.NoAnswer;
        // Without an answer it counts as not primary from the last answer on; the instant below is the last one at
        // which it was known to be.
        long since = answers && isPrimary ? nowNanos : notPrimarySinceNanos;
        Optional<Position> known = seen instanceof DatabaseView.Answering answering
                ? answering.position().or(() -> position)
                : position;
        return new DatabaseWatch(
                phase,
                phaseSinceNanos,
                seen,
                answers ? nowNanos : answeredNanos,
                answers ? 0 : misses + 1,
                known,
                isPrimary,
                since,
                durability,
                flaps,
                ordered);
    }

    private DatabaseWatch in(Phase next, long nowNanos) {
        boolean stillPrimary = primary && next == Phase.RUNNING;
        return new DatabaseWatch(
                next,
                nowNanos,
                view,
                answeredNanos,
                misses,
                position,
                stillPrimary,
                notPrimarySinceNanos,
                durability,
                flaps,
                ordered);
    }

    private DatabaseWatch with(FlapLimit limit) {
        return new DatabaseWatch(
                phase,
                phaseSinceNanos,
                view,
                answeredNanos,
                misses,
                position,
                primary,
                notPrimarySinceNanos,
                durability,
                limit,
                ordered);
    }

    private DatabaseWatch with(Durability next) {
        return new DatabaseWatch(
                phase,
                phaseSinceNanos,
                view,
                answeredNanos,
                misses,
                position,
                primary,
                notPrimarySinceNanos,
                next,
                flaps,
                ordered);
    }

    private DatabaseWatch with(Optional<Position> read) {
        return new DatabaseWatch(
                phase,
                phaseSinceNanos,
                view,
                answeredNanos,
                misses,
                read,
                primary,
                notPrimarySinceNanos,
                durability,
                flaps,
                ordered);
    }

    private DatabaseWatch withOrder(boolean order) {
        return new DatabaseWatch(
                phase,
                phaseSinceNanos,
                view,
                answeredNanos,
                misses,
                position,
                primary,
                notPrimarySinceNanos,
                durability,
                flaps,
                order);
    }
}
