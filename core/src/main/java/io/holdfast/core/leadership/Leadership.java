package io.holdfast.core.leadership;

import static io.holdfast.core.leadership.LeadershipEnd.BEGINS_ANEW;
import static io.holdfast.core.leadership.LeadershipEnd.DEPOSED;
import static io.holdfast.core.leadership.LeadershipEnd.NOT_RENEWED;
import static io.holdfast.core.leadership.LeadershipEnd.STEPPED_DOWN;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The leadership of one manager process: a pure state machine over the leadership row (safety argument, section 2).
 *
 * <p>Problem: two managers, one may act. A lock in the database would die with its session and say nothing about how long the other one goes
 * on acting; wall clocks of two machines must not be compared. Insight: let the leader change a counter, and let everybody measure by his own
 * monotonic clock only how long he himself has seen it stand still.
 *
 * <table>
 * <caption>Transitions; "stop" = {@link LeadershipAction.EndActing}</caption>
 * <tr><th>from</th><th>event</th><th>to</th><th>actions</th></tr>
 * <tr><td>watching</td><td>tick, nothing under way, read due</td><td>watching</td><td>read</td></tr>
 * <tr><td>watching</td><td>row read, differs from the one seen</td><td>watching, its still-stand counted from now</td><td></td></tr>
 * <tr><td>watching</td><td>row glimpsed, later than the one seen</td><td>watching, its still-stand counted from now</td><td></td></tr>
 * <tr><td>watching</td><td>row read, same as seen, still for less than the lease</td><td>watching</td><td></td></tr>
 * <tr><td>watching</td><td>row read, same as seen, still for the whole lease, answered for two renewal intervals without a gap</td><td>taking</td><td>take, if epoch and beat are still those</td></tr>
 * <tr><td>watching</td><td>row read, it is free or this very process's</td><td>taking</td><td>take, likewise</td></tr>
 * <tr><td>taking</td><td>committed within three quarters of the lease since the attempt's start</td><td>leading</td><td>begin acting</td></tr>
 * <tr><td>taking</td><td>committed later, changed nothing, outcome unknown, or unanswered</td><td>watching from scratch</td><td></td></tr>
 * <tr><td>leading</td><td>tick, nothing under way, renewal due</td><td>leading</td><td>renew</td></tr>
 * <tr><td>leading</td><td>committed</td><td>leading, age counted from the <em>start</em> of that renewal</td><td></td></tr>
 * <tr><td>leading</td><td>outcome unknown, or unanswered</td><td>leading, age goes on</td><td>renew again when due</td></tr>
 * <tr><td>leading</td><td>changed nothing, or found deposed at this epoch</td><td>watching from scratch</td><td>stop (deposed)</td></tr>
 * <tr><td>leading</td><td>any, age at three quarters of the lease or more</td><td>watching from scratch</td><td>stop (not renewed)</td></tr>
 * <tr><td>leading</td><td>outcome of another transaction in doubt</td><td>watching from scratch</td><td>stop (begins anew)</td></tr>
 * <tr><td>leading</td><td>step down</td><td>releasing</td><td>stop (stepped down)</td></tr>
 * <tr><td>releasing</td><td>tick, nothing under way, due</td><td>releasing</td><td>release</td></tr>
 * <tr><td>releasing</td><td>committed, or changed nothing</td><td>watching, first read two leases after the step down, or once the row is glimpsed in another's hands</td><td></td></tr>
 * <tr><td>releasing</td><td>any, two leases after the step down</td><td>watching from scratch</td><td></td></tr>
 * </table>
 *
 * <p>A free row is taken without waiting: its last holder gave it up after it had stopped acting. So is a row of this very process: the only
 * one that could act under it knows that it doesn't. The taking is conditional on epoch and beat, so of several candidates one gets it.
 *
 * <p>A glimpse is a look at a copy that may lag. It may only say that a beat is already there, which is true for good; that the beat has not moved
 * since is never believed of it, but of a read. So a beat written just before the database stood still counts from then, not from the first read
 * that is answered afterwards.
 *
 * <p>An acknowledgement that comes after three quarters of the lease doesn't revive a leadership. A process that has stopped acting never acts
 * again under that epoch: it must take the row anew, which adds one.
 *
 * <p>The shell asks {@link #mayAct} directly before each command; a process that was paused between that question and its act is caught by the
 * transaction guard and by the agents' refusal of lower epochs, which is why both exist.
 */
public final class Leadership {

    private enum Phase {
        WATCHING,
        TAKING,
        LEADING,
        RELEASING
    }

    /** A read, taking or renewal under way. */
    private record Attempt(long number, long startedNanos) {}

    /** A new state and what to do, in order. */
    public record Step(Leadership state, List<LeadershipAction> actions) {
        public Step {
            actions = List.copyOf(actions);
        }
    }

    private final String self;
    private final LeadershipTerms terms;
    private final Phase phase;
    /** WATCHING: the row last seen. TAKING: the row being written. LEADING, RELEASING: the row as this process took it (its beat has moved on). */
    private final Optional<LeadershipRow> row;
    /** WATCHING: end of the read or glimpse that first showed the row. LEADING: start of the last acknowledged renewal. RELEASING: the step down. */
    private final long sinceNanos;
    /** The last read was answered then. */
    private final long answeredNanos;
    /** Since then reads have been answered without a gap. */
    private final long sightNanos;
    /** No attempt is begun before this instant. */
    private final long nextAttemptNanos;

    private final Optional<Attempt> attempt;
    private final long attemptsMade;

    private Leadership(
            Leadership from,
            Phase phase,
            Optional<LeadershipRow> row,
            long sinceNanos,
            long nextAttemptNanos,
            Optional<Attempt> attempt) {
        this.self = from.self;
        this.terms = from.terms;
        this.answeredNanos = from.answeredNanos;
        this.sightNanos = from.sightNanos;
        this.attemptsMade =
                attempt.isPresent() ? Math.max(from.attemptsMade, attempt.get().number()) : from.attemptsMade;
        this.phase = phase;
        this.row = row;
        this.sinceNanos = sinceNanos;
        this.nextAttemptNanos = nextAttemptNanos;
        this.attempt = attempt;
    }

    private Leadership(String self, LeadershipTerms terms, long nowNanos) {
        this.self = self;
        this.terms = terms;
        this.attemptsMade = 0;
        this.phase = Phase.WATCHING;
        this.row = Optional.empty();
        this.sinceNanos = nowNanos;
        this.answeredNanos = nowNanos;
        this.sightNanos = nowNanos;
        this.nextAttemptNanos = nowNanos;
        this.attempt = Optional.empty();
    }

    /** The same with one more answered read. */
    private Leadership(Leadership from, long answeredNanos) {
        this.self = from.self;
        this.terms = from.terms;
        this.attemptsMade = from.attemptsMade;
        this.phase = from.phase;
        this.row = from.row;
        this.sinceNanos = from.sinceNanos;
        this.nextAttemptNanos = from.nextAttemptNanos;
        this.attempt = from.attempt;
        this.answeredNanos = answeredNanos;
        this.sightNanos =
                reached(from.answeredNanos, from.terms.sight(), answeredNanos) ? answeredNanos : from.sightNanos;
    }

    /**
     * A process that has just started: it knows nothing and watches.
     *
     * @param self unique for this process, not only for its node: a restarted manager must wait like any other candidate
     */
    public static Leadership watching(String self, LeadershipTerms terms, long nowNanos) {
        if (self.isBlank()) {
            throw new IllegalArgumentException("the id of a manager process must not be blank");
        }
        return new Leadership(self, terms, nowNanos);
    }

    /** The epoch under which this process leads; empty when it doesn't. For each act ask {@link #mayAct}. */
    public Optional<Long> epoch() {
        return phase == Phase.LEADING ? row.map(LeadershipRow::epoch) : Optional.empty();
    }

    /** The last row that this process has seen or written. */
    public Optional<LeadershipRow> lastSeen() {
        return row;
    }

    /** Whether this process may act at this instant of its own monotonic clock. */
    public boolean mayAct(long nowNanos) {
        return phase == Phase.LEADING && !reached(sinceNanos, terms.actingLimit(), nowNanos);
    }

    /** The new state and the actions for an event. Pure: the same state and event give the same step. */
    public Step on(LeadershipEvent event) {
        if (phase == Phase.LEADING && !mayAct(event.nowNanos())) {
            return end(NOT_RENEWED, event.nowNanos());
        }
        if (phase == Phase.RELEASING && reached(sinceNanos, terms.lease().multipliedBy(2), event.nowNanos())) {
            return to(fromScratch(event.nowNanos()));
        }
        return switch (event) {
            case LeadershipEvent.Tick tick -> tick(tick.nowNanos());
            case LeadershipEvent.RowRead read ->
                isCurrent(read.attempt())
                        ? new Leadership(this, read.nowNanos()).rowRead(read.row(), read.nowNanos())
                        : stay();
            case LeadershipEvent.RowGlimpsed glimpsed -> to(glimpsed(glimpsed.row(), glimpsed.nowNanos()));
            case LeadershipEvent.Committed committed ->
                isCurrent(committed.attempt()) ? committed(committed.nowNanos()) : stay();
            case LeadershipEvent.ChangedNothing nothing ->
                isCurrent(nothing.attempt()) ? changedNothing(nothing.nowNanos()) : stay();
            case LeadershipEvent.OutcomeUnknown unknown ->
                isCurrent(unknown.attempt()) ? givenUp(unknown.nowNanos()) : stay();
            case LeadershipEvent.FoundDeposed deposed ->
                epoch().filter(epoch -> epoch == deposed.epoch()).isPresent()
                        ? end(DEPOSED, deposed.nowNanos())
                        : stay();
            case LeadershipEvent.OutcomeInDoubt doubt ->
                epoch().filter(epoch -> epoch == doubt.epoch()).isPresent()
                        ? end(BEGINS_ANEW, doubt.nowNanos())
                        : stay();
            case LeadershipEvent.StepDown stepDown ->
                phase == Phase.LEADING ? end(STEPPED_DOWN, stepDown.nowNanos()) : stay();
        };
    }

    private Step tick(long nowNanos) {
        if (attempt.isPresent()) {
            return reached(attempt.get().startedNanos(), terms.attemptTimeout(), nowNanos) ? givenUp(nowNanos) : stay();
        }
        if (nowNanos - nextAttemptNanos < 0) {
            return stay();
        }
        Attempt next = new Attempt(attemptsMade + 1, nowNanos);
        Duration every = phase == Phase.WATCHING || phase == Phase.TAKING ? terms.watchEvery() : terms.renewEvery();
        Leadership asking = new Leadership(this, phase, row, sinceNanos, nowNanos + every.toNanos(), Optional.of(next));
        return new Step(
                asking,
                List.of(
                        switch (phase) {
                            case LEADING -> new LeadershipAction.RenewRow(next.number(), self, ownRow().epoch());
                            case RELEASING -> new LeadershipAction.ReleaseRow(next.number(), self, ownRow().epoch());
                            case WATCHING, TAKING -> new LeadershipAction.ReadRow(next.number());
                        }));
    }

    private Step rowRead(LeadershipRow read, long nowNanos) {
        if (read.free() || read.holder().equals(self)) {
            return take(read, nowNanos);
        }
        if (row.isEmpty() || !row.get().equals(read)) {
            return to(new Leadership(
                    this, Phase.WATCHING, Optional.of(read), nowNanos, nextAttemptNanos, Optional.empty()));
        }
        if (!reached(sinceNanos, terms.lease(), nowNanos) || !reached(sightNanos, terms.sight(), nowNanos)) {
            return to(new Leadership(this, Phase.WATCHING, row, sinceNanos, nextAttemptNanos, Optional.empty()));
        }
        return take(read, nowNanos);
    }

    private Leadership glimpsed(LeadershipRow glimpsed, long nowNanos) {
        boolean later = row.map(glimpsed::isAfter).orElse(true);
        if (phase != Phase.WATCHING || !later) {
            return this;
        }
        // Who gave the row up rests until another one has it.
        boolean rests = nextAttemptNanos - nowNanos > terms.watchEvery().toNanos();
        boolean taken = !glimpsed.free() && !glimpsed.holder().equals(self);
        long next = rests && taken ? nowNanos : nextAttemptNanos;
        return new Leadership(this, Phase.WATCHING, Optional.of(glimpsed), nowNanos, next, attempt);
    }

    private Step take(LeadershipRow read, long nowNanos) {
        Attempt take = new Attempt(attemptsMade + 1, nowNanos);
        LeadershipRow after = read.takenBy(self);
        Leadership taking =
                new Leadership(this, Phase.TAKING, Optional.of(after), nowNanos, nextAttemptNanos, Optional.of(take));
        return new Step(taking, List.of(new LeadershipAction.TakeRow(take.number(), read, after)));
    }

    private Step committed(long nowNanos) {
        long startedNanos = attempt.orElseThrow().startedNanos();
        if (phase == Phase.LEADING) {
            return to(new Leadership(this, Phase.LEADING, row, startedNanos, nextAttemptNanos, Optional.empty()));
        }
        if (phase == Phase.RELEASING) {
            return to(rested());
        }
        if (phase == Phase.WATCHING || reached(startedNanos, terms.actingLimit(), nowNanos)) {
            return to(fromScratch(nowNanos));
        }
        Leadership leading = new Leadership(
                this,
                Phase.LEADING,
                row,
                startedNanos,
                startedNanos + terms.renewEvery().toNanos(),
                Optional.empty());
        return new Step(leading, List.of(new LeadershipAction.BeginActing(ownRow().epoch())));
    }

    private Step changedNothing(long nowNanos) {
        return switch (phase) {
            case LEADING -> end(DEPOSED, nowNanos);
            case RELEASING -> to(rested());
            case WATCHING, TAKING -> to(fromScratch(nowNanos));
        };
    }

    /** The row has been given up: the other one is given time to take it. */
    private Leadership rested() {
        long next = sinceNanos + terms.lease().multipliedBy(2).toNanos();
        return new Leadership(this, Phase.WATCHING, Optional.empty(), sinceNanos, next, Optional.empty());
    }

    /** The attempt's outcome is unknown. A leader tries again while its age allows; anybody else has learnt nothing. */
    private Step givenUp(long nowNanos) {
        return switch (phase) {
            case LEADING, RELEASING -> to(new Leadership(this, phase, row, sinceNanos, nowNanos, Optional.empty()));
            case WATCHING -> to(new Leadership(this, phase, row, sinceNanos, nextAttemptNanos, Optional.empty()));
            case TAKING -> to(fromScratch(nowNanos));
        };
    }

    private Step end(LeadershipEnd reason, long nowNanos) {
        long epoch = ownRow().epoch();
        Leadership next = reason == STEPPED_DOWN
                ? new Leadership(this, Phase.RELEASING, row, nowNanos, nowNanos, Optional.empty())
                : new Leadership(this, Phase.WATCHING, Optional.empty(), nowNanos, nowNanos, Optional.empty());
        return new Step(next, List.of(new LeadershipAction.EndActing(epoch, reason)));
    }

    private Leadership fromScratch(long nowNanos) {
        return new Leadership(this, Phase.WATCHING, Optional.empty(), nowNanos, nextAttemptNanos, Optional.empty());
    }

    private LeadershipRow ownRow() {
        return row.orElseThrow(() -> new IllegalStateException(self + " leads without a row"));
    }

    private boolean isCurrent(long number) {
        return attempt.isPresent() && attempt.get().number() == number;
    }

    private Step stay() {
        return to(this);
    }

    private static Step to(Leadership state) {
        return new Step(state, List.of());
    }

    private static boolean reached(long sinceNanos, Duration limit, long nowNanos) {
        return nowNanos - sinceNanos >= limit.toNanos();
    }

    @Override
    public String toString() {
        return "%s %s %s".formatted(self, phase, row.map(Object::toString).orElse("no row seen"));
    }
}
