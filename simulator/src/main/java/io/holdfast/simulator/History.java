package io.holdfast.simulator;

import io.holdfast.core.Durable;
import io.holdfast.core.inventory.LeaseProfile;
import io.holdfast.core.inventory.Vm;
import io.holdfast.simulator.fault.Fault;
import io.holdfast.simulator.fault.FaultKind;
import io.holdfast.simulator.fault.Injector;
import io.holdfast.simulator.fault.Schedule;
import io.holdfast.simulator.invariant.BackWithinBound;
import io.holdfast.simulator.invariant.Invariants;
import io.holdfast.simulator.world.Dice;
import io.holdfast.simulator.world.Invariant;
import io.holdfast.simulator.world.ProductRules;
import io.holdfast.simulator.world.Settings;
import io.holdfast.simulator.world.SimHost;
import io.holdfast.simulator.world.Trace;
import io.holdfast.simulator.world.Violation;
import io.holdfast.simulator.world.World;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One random history: a cluster, a schedule of faults, and what came of it. The same arguments give the same history to the byte. */
public final class History {
    private static final long MILLI = 1_000_000L;
    private static final long SECOND = 1_000_000_000L;
    /** At least so much of the time before a fault is lived through, not skipped. */
    private static final long LEAD_IN = SECOND / 2;
    /** Whether all is quiet is looked at so often. */
    private static final long LOOK = SECOND / 4;
    /** Invariant 5's bound after the last fault: boot 40 s, leases and proofs 20 s, five growing pauses of dying processes 60 s, reserve. */
    private static final long BOUND = 240 * SECOND;

    /** Waits long for storage; E is close to its bound. */
    static final LeaseProfile PATIENT = new LeaseProfile(1000, 10_000, 1000, 3000, 1000, 15_400, 10_000);

    /** The two profiles of the argument, and one that waits long for storage: there a mistake in counting a lease's age weighs most. */
    private static final List<LeaseProfile> PROFILES =
            List.of(LeaseProfile.STANDARD, LeaseProfile.STANDARD, LeaseProfile.FAST, PATIENT);

    private final long seed;
    private final Options options;
    private final ProductRules rules;
    private final Schedule schedule;
    private final Settings settings;
    private final Durable inventory;

    /** What came of a history. */
    public record Outcome(
            long seed,
            Schedule schedule,
            @Nullable Violation violation,
            long totalNanos,
            Map<FaultKind, Integer> faults,
            Map<String, List<Long>> recoveryMillis,
            long steps,
            String trace) {}

    private History(long seed, Options options, ProductRules rules, @Nullable Schedule given) {
        this.seed = seed;
        this.options = options;
        this.rules = rules;
        Dice dice = new Dice(seed);
        LeaseProfile drawn = PROFILES.get(dice.below(PROFILES.size()));
        LeaseProfile profile = options.profile() == null ? drawn : options.profile();
        settings = Settings.of(options.hosts(), options.vms(), profile);
        inventory = Inventory.random(dice.split(), settings, profile);
        Schedule random =
                Schedule.random(dice.split(), options.faults(), options.hosts(), options.vms(), settings.datastores());
        schedule = given == null ? random : given;
    }

    /** The schedule that a seed makes. */
    public static Schedule schedule(long seed, Options options) {
        return new History(seed, options, ProductRules.REAL, null).schedule;
    }

    /** Runs it; {@code given} replaces the seed's own schedule. */
    public static Outcome run(
            long seed, Options options, ProductRules rules, @Nullable Schedule given, boolean traced) {
        return new History(seed, options, rules, given).run(traced);
    }

    private Outcome run(boolean traced) {
        RecoveryTimes times = new RecoveryTimes();
        List<Invariant> invariants = new ArrayList<>(Invariants.all());
        invariants.add(times);
        Trace trace = new Trace(traced);
        World world = new World(settings, seed, inventory, invariants, trace, rules, World.Behaviour.HEALTHY);
        Dice machines = new Dice(~seed);
        world.hosts().stream().filter(host -> machines.percent(8)).forEach(SimHost::withoutWatchdog);
        Injector injector =
                new Injector(world, inventory.vms().stream().map(Vm::id).toList());
        EnumMap<FaultKind, Integer> done = new EnumMap<>(FaultKind.class);
        Violation violation = null;
        try {
            live(world, injector, done);
        } catch (Violation broken) {
            violation = broken;
            world.say("VIOLATION", broken.invariant() + ": " + broken.getMessage());
        }
        return new Outcome(
                seed, schedule, violation, world.totalNanos(), done, times.millis(), world.steps, trace.toString());
    }

    /** A fault begins, or one that lasts is mended. */
    private record Turn(long atMillis, boolean begins, Fault fault) {}

    /** All beginnings and ends in order; at one instant ends come first. */
    private List<Turn> turns() {
        List<Turn> turns = new ArrayList<>();
        for (Fault fault : schedule.faults()) {
            turns.add(new Turn(fault.atMillis(), true, fault));
            if (fault.durationMillis() > 0) {
                turns.add(new Turn(fault.atMillis() + fault.durationMillis(), false, fault));
            }
        }
        turns.sort(Comparator.comparingLong(Turn::atMillis).thenComparing(Turn::begins));
        return turns;
    }

    private void live(World world, Injector injector, Map<FaultKind, Integer> done) {
        world.hosts().forEach(host -> host.powerOn(world.dice().between(0, SECOND)));
        world.managers().forEach(manager -> manager.powerOn(world.dice().between(0, SECOND)));
        List<Fault> lasting = new ArrayList<>();
        for (Turn turn : turns()) {
            goOn(world, injector, lasting, turn.atMillis() * MILLI);
            Fault fault = turn.fault();
            if (!turn.begins()) {
                lasting.remove(fault);
                injector.end(fault);
                continue;
            }
            done.merge(fault.kind(), 1, Integer::sum);
            injector.begin(fault);
            if (fault.durationMillis() > 0) {
                lasting.add(fault);
            }
        }
        goOn(world, injector, lasting, schedule.lengthMillis() * MILLI);
        settle(world, injector);
    }

    /** Lives until an instant of total time, and skips what is quiet. */
    private static void goOn(World world, Injector injector, List<Fault> lasting, long untilTotal) {
        // The part of a second makes what comes next fall anywhere between two renewals, reports and ticks.
        long leadIn = LEAD_IN + untilTotal % SECOND;
        while (world.totalNanos() < untilTotal) {
            long left = untilTotal - world.totalNanos();
            if (left > leadIn + LOOK && standing(lasting) && Quiet.is(world)) {
                if (injector.leftOff()) {
                    injector.switchOn();
                } else {
                    world.skip(left - leadIn);
                    left = leadIn;
                }
            }
            world.runUntil(world.now() + Math.min(left, LOOK));
            if (world.totalNanos() / SECOND % 60 == 0) {
                injector.switchOn();
            }
        }
    }

    private static boolean standing(List<Fault> lasting) {
        for (Fault fault : lasting) {
            if (!fault.kind().stands()) {
                return false;
            }
        }
        return true;
    }

    private static void settle(World world, Injector injector) {
        long end = world.now() + BOUND;
        injector.tidyUp();
        long calmSince = world.now();
        while (world.now() < end && world.now() - calmSince < 5 * SECOND) {
            world.runUntil(world.now() + SECOND);
            if (!BackWithinBound.missing(world).isEmpty()) {
                calmSince = world.now();
            }
            if ((world.now() / SECOND) % 20 == 0 && calmSince == world.now()) {
                injector.tidyUp();
            }
        }
        world.settled();
    }
}
