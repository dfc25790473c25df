package io.holdfast.simulator.world;

import io.holdfast.core.Change;
import io.holdfast.core.Command;
import io.holdfast.core.Event;
import io.holdfast.core.Now;
import io.holdfast.core.Request;
import io.holdfast.core.State;
import io.holdfast.core.Step;
import io.holdfast.core.health.PowerState;
import io.holdfast.core.leadership.Leadership;
import io.holdfast.core.leadership.LeadershipAction;
import io.holdfast.core.leadership.LeadershipEvent;
import io.holdfast.core.leadership.LeadershipTerms;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A manager process: the shell around the real decider and the real leadership rule. */
public final class SimManager extends Actor {
    private static final long MILLI = 1_000_000;
    private static final long TICK = 100 * MILLI;
    /** The wall clock at the beginning of every history, so that no real date gets in. */
    private static final long WALL_START = 1_767_225_600_000L;

    public final int index;
    private Clock clock;
    private State state;
    private Leadership leadership;
    private int starts;
    private boolean machineUp;
    private final Runnable tick = this::tick;
    private Crash crash = Crash.NONE;
    /** Stands still in the middle of a transaction. */
    private boolean stopped;

    SimManager(World world, int index) {
        super(world);
        this.index = index;
        long limit = world.settings().clockErrorPpm();
        clock = new Clock(
                world.dice().between(1_000_000_000L, 9_000_000_000_000L),
                world.dice().between(-limit, limit));
        state = State.restore(world.start);
        leadership = Leadership.watching("none", LeadershipTerms.STANDARD, 0);
    }

    @Override
    protected Clock clock() {
        return clock;
    }

    public State state() {
        return state;
    }

    boolean nodeUp() {
        return machineUp;
    }

    /** Acts as the leader at this instant. */
    public boolean leads() {
        return up() && leadership.mayAct(localNow());
    }

    String who() {
        return "manager" + (index + 1);
    }

    /** Its clock now. */
    public long nowNanos() {
        return localNow();
    }

    /** The machine with the process and its database node, up after {@code bootNanos}. */
    public void powerOn(long bootNanos) {
        world.at(world.now() + bootNanos, this::machineOn);
    }

    private void machineOn() {
        if (!machineUp) {
            machineUp = true;
            long limit = world.settings().clockErrorPpm();
            clock = new Clock(
                    world.dice().between(1_000_000_000L, 9_000_000_000_000L),
                    world.dice().between(-limit, limit));
            start();
        }
    }

    public void powerOff() {
        if (machineUp) {
            machineUp = false;
            kill();
            world.networkChanged();
        }
    }

    public void start() {
        if (up() || !machineUp) {
            return;
        }
        begin();
        starts++;
        crash = Crash.NONE;
        stopped = false;
        state = State.restore(world.rules.read(world.database.journal().durable()));
        leadership = Leadership.watching("m" + index + "-" + starts, LeadershipTerms.STANDARD, localNow());
        world.say(who(), "starts");
        for (SimHost host : world.hosts) {
            world.link(host, this).dial();
        }
        tick();
    }

    public void kill() {
        if (!up()) {
            return;
        }
        end();
        world.say(who(), "ends");
        for (SimHost host : world.hosts) {
            world.link(host, this).managerGone();
        }
    }

    public void crashNext(Crash where) {
        crash = where;
    }

    private Now now() {
        return new Now(localNow(), WALL_START + world.totalNanos() / MILLI);
    }

    private void tick() {
        if (leadership.epoch().isEmpty()) {
            lead(new LeadershipEvent.RowGlimpsed(world.database.glimpse(index), localNow()));
        }
        lead(new LeadershipEvent.Tick(localNow()));
        handle(new Event.Tick(now()));
        after(TICK, tick);
    }

    /** Something arrives for the core. */
    void learn(Function<Now, Event> event) {
        receive(() -> handle(event.apply(now())));
    }

    private void lead(LeadershipEvent event) {
        Leadership.Step step = leadership.on(event);
        leadership = step.state();
        for (LeadershipAction action : step.actions()) {
            carryOut(action);
        }
    }

    private void carryOut(LeadershipAction action) {
        switch (action) {
            case LeadershipAction.ReadRow read ->
                after(databaseDelay(), () -> {
                    if (world.database.serves(index)) {
                        lead(new LeadershipEvent.RowRead(read.attempt(), world.database.row(), localNow()));
                    }
                });
            case LeadershipAction.TakeRow take ->
                after(
                        databaseDelay(),
                        () -> rowChanged(take.attempt(), world.database.take(index, take.before(), take.after())));
            case LeadershipAction.RenewRow renew ->
                after(
                        databaseDelay(),
                        () -> rowChanged(renew.attempt(), world.database.renew(index, renew.holder(), renew.epoch())));
            case LeadershipAction.ReleaseRow release ->
                after(
                        databaseDelay(),
                        () -> rowChanged(
                                release.attempt(), world.database.release(index, release.holder(), release.epoch())));
            case LeadershipAction.BeginActing begin -> {
                world.say(who(), "leads with epoch " + begin.epoch());
                state = state.reload(world.rules.read(world.database.journal().durable()));
                handle(new Event.BecameLeader(now(), begin.epoch()));
            }
            case LeadershipAction.EndActing end -> {
                world.say(who(), "stops acting: " + end.reason());
                handle(new Event.LostLeadership(now()));
            }
        }
    }

    private long databaseDelay() {
        return world.dice().between(MILLI / 2, 4 * MILLI);
    }

    private void rowChanged(long attempt, SimDatabase.Outcome outcome) {
        after(databaseDelay(), () -> {
            switch (outcome) {
                case COMMITTED -> lead(new LeadershipEvent.Committed(attempt, localNow()));
                case DEPOSED -> lead(new LeadershipEvent.ChangedNothing(attempt, localNow()));
                case UNAVAILABLE, UNKNOWN -> lead(new LeadershipEvent.OutcomeUnknown(attempt, localNow()));
            }
        });
    }

    /** Step, commit, then carry out. */
    private void handle(Event event) {
        if (paused()) {
            // It has stood still in the middle of the event before this one.
            receive(() -> handle(event));
            return;
        }
        if (event instanceof Event.Requested requested) {
            world.truth.attempted(requested.request());
        }
        Step step = world.rules.step(state, event);
        world.steps++;
        if (!world.rules.journalFirst()) {
            send(step.commands());
        }
        Request request = event instanceof Event.Requested requested ? requested.request() : null;
        if (request != null && !world.rules.acknowledgesAfterCommit()) {
            answered(request, step);
        }
        if (step.changes().isEmpty()) {
            finish(step, request);
        } else {
            standStill(Crash.STOP_BEFORE_COMMIT, () -> {
                if (commit(step)) {
                    standStill(Crash.STOP_AFTER_COMMIT, () -> finish(step, request));
                } else if (up() && request == null && !state.leading() && !(event instanceof Event.BecameLeader)) {
                    // What was learned is not lost with the decision: from now on as one that follows.
                    state = world.rules.step(state, event).state();
                }
            });
        }
    }

    private void finish(Step step, @Nullable Request request) {
        state = step.state();
        if (request != null && world.rules.acknowledgesAfterCommit()) {
            answered(request, step);
        }
        if (!world.rules.journalFirst() || step.commands().isEmpty()) {
            return;
        }
        if (crash == Crash.STOP_BEFORE_SENDING && leadership.mayAct(localNow())) {
            standStill(Crash.STOP_BEFORE_SENDING, () -> step.commands().forEach(this::send));
        } else {
            send(step.commands());
        }
    }

    /** Does what comes next, or, if it is to stand still here, does it first of all when it goes on. */
    private void standStill(Crash where, Runnable next) {
        if (crash != where) {
            next.run();
            return;
        }
        crash = Crash.NONE;
        stopped = true;
        world.say(who(), "stands still: " + where);
        pause();
        receive(next);
    }

    /** Ends what {@link #crashNext} has begun: a stop that was to come, or lasts. */
    public void goOn() {
        crash = Crash.NONE;
        if (stopped) {
            stopped = false;
            resume();
        }
    }

    private void send(List<Command> commands) {
        for (Command command : commands) {
            if (!leadership.mayAct(localNow())) {
                return;
            }
            send(command);
        }
    }

    private void answered(Request request, Step step) {
        if (step.rejected() == null) {
            world.truth.acknowledged(request);
        } else {
            world.say(
                    who(),
                    "refuses " + request.getClass().getSimpleName() + ": "
                            + step.rejected().message() + step.rejected().arguments());
        }
    }

    private boolean commit(Step step) {
        if (crash == Crash.BEFORE_COMMIT) {
            dieAndRestart();
            return false;
        }
        long epoch = leadership.epoch().orElse(-1L);
        if (world.trace.on()) {
            tell(step.changes());
        }
        SimDatabase.Outcome outcome = world.database.commit(index, epoch, step.changes());
        if (crash == Crash.AFTER_COMMIT) {
            dieAndRestart();
            return false;
        }
        if (outcome == SimDatabase.Outcome.COMMITTED) {
            return true;
        }
        world.say(who(), "commit: " + outcome);
        state = state.reload(world.rules.read(world.database.journal().durable()));
        if (outcome == SimDatabase.Outcome.DEPOSED) {
            lead(new LeadershipEvent.FoundDeposed(epoch, localNow()));
        } else {
            lead(new LeadershipEvent.OutcomeInDoubt(epoch, localNow()));
        }
        return false;
    }

    private void tell(List<Change> changes) {
        for (Change change : changes) {
            switch (change) {
                case Change.PutPlacement put -> world.say(who(), "places " + put.placement());
                case Change.PutRecovery put -> world.say(who(), "recovery " + put.recovery());
                case Change.RecordProof record -> world.say(who(), "proof " + record);
                case Change.AppendTimeline append ->
                    world.say(
                            who(),
                            append.entry().message() + " " + append.entry().arguments());
                default -> {}
            }
        }
    }

    private void dieAndRestart() {
        crash = Crash.NONE;
        kill();
        world.at(world.now() + 2000 * MILLI, this::start);
    }

    private void send(Command command) {
        world.truth.commanded(this, command);
        if (world.trace.on() && !(command instanceof Command.ProbePeer) && !(command instanceof Command.ReadPower)) {
            world.say(
                    who(),
                    "commands " + command.getClass().getSimpleName() + " " + command.operation() + " at "
                            + command.host());
        }
        switch (command) {
            case Command.ToAgent toAgent -> {
                SimHost host = world.host(toAgent.host());
                world.link(host, this).down(() -> host.agent.receive(() -> host.agent.commands.handle(this, toAgent)));
                if (world.repeats()) {
                    long late = world.dice().between(0, 20_000 * MILLI);
                    world.at(
                            world.now() + late,
                            () -> host.agent.receive(() -> host.agent.commands.handle(this, toAgent)));
                }
            }
            case Command.ReadPower read -> readPower(read);
            case Command.PowerOff off -> powerOff(off);
            case Command.ToStorage order -> world.storageControl.order(this, order, controlReachable());
        }
    }

    /** BMCs and the control side of storages are on the management network. */
    private boolean controlReachable() {
        return !world.network.isolated(world.hosts.size() + index);
    }

    private void readPower(Command.ReadPower read) {
        SimBmc bmc = world.host(read.host()).bmc;
        PowerState power = controlReachable() ? world.rules.power(bmc.read()) : PowerState.UNREACHABLE;
        long delay = controlReachable() ? bmc.answerNanos() : 1000 * MILLI;
        world.at(
                world.now() + delay,
                () -> learn(now -> new Event.PowerRead(now, read.host(), read.operation(), power, "")));
    }

    private void powerOff(Command.PowerOff off) {
        SimBmc bmc = world.host(off.host()).bmc;
        long delay = controlReachable() ? bmc.answerNanos() : 1000 * MILLI;
        boolean reachable = controlReachable();
        world.at(world.now() + delay, () -> {
            boolean accepted = reachable && bmc.powerOff();
            learn(now -> new Event.PowerOffDone(now, off.host(), off.operation(), accepted, ""));
        });
    }
}
