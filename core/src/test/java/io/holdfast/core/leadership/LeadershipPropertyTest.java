package io.holdfast.core.leadership;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many managers around one row, from a seed: clocks that run 1 % wrong and begin anywhere, requests and answers that are lost or come late,
 * processes that are paused anywhere (also between the question "may I act?" and the act) or killed and started anew.
 */
class LeadershipPropertyTest {

    private static final long MILLI = 1_000_000;
    private static final LeadershipTerms TERMS =
            new LeadershipTerms(Duration.ofMillis(1000), Duration.ofMillis(200), Duration.ofMillis(300));

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12})
    void neverTwoLeadersActAtOneInstantAndEpochsOfCommittedActsNeverDecrease(long seed) {
        World world = new World(seed, true);
        world.run(Duration.ofMinutes(4));
        assertThat(world.violations).isEmpty();
        assertThat(world.acts).as("a world in which nobody acts proves nothing").isGreaterThan(200);
        assertThat(world.row.epoch())
                .as("a world without a change of leader proves nothing")
                .isGreaterThan(5);
        assertThat(world.glimpses)
                .as("a world in which no glimpse shows anything new proves nothing about them")
                .isPositive();
        assertThat(world.releases)
                .as("a world in which nobody hands over proves nothing")
                .isPositive();
    }

    @Test
    void withoutTheTransactionGuardAPausedLeaderIsCaught() {
        List<String> violations = new ArrayList<>();
        for (long seed = 1; seed <= 12 && violations.isEmpty(); seed++) {
            World world = new World(seed, false);
            world.run(Duration.ofMinutes(4));
            violations.addAll(world.violations);
        }
        assertThat(violations)
                .as("the property test can see what the guard prevents")
                .isNotEmpty();
    }

    @Test
    void whoTakesARowThatWasNotGivenUpWithoutWaitingIsCaught() {
        List<String> violations = new ArrayList<>();
        for (long seed = 1; seed <= 12 && violations.isEmpty(); seed++) {
            World world = new World(seed, true);
            world.everyRowLooksFree = true;
            world.run(Duration.ofMinutes(4));
            violations.addAll(world.violations);
        }
        assertThat(violations)
                .as("the property test can see what the wait prevents")
                .isNotEmpty();
    }

    @Test
    void theSameSeedGivesTheSameRun() {
        World first = new World(42, true);
        World second = new World(42, true);
        first.run(Duration.ofMinutes(2));
        second.run(Duration.ofMinutes(2));
        assertThat(second.row).isEqualTo(first.row);
        assertThat(second.acts).isEqualTo(first.acts);
    }

    @Test
    void aDeadLeaderIsFollowedWithinTheLeaseAndTwoReads() {
        World world = new World(7, true);
        world.calm = true;
        world.run(Duration.ofSeconds(10));
        Process leader = world.leader().orElseThrow();
        leader.kill();
        long diedNanos = world.nowNanos;
        while (world.leader().isEmpty()) {
            world.run(Duration.ofMillis(5));
        }
        Duration bound = TERMS.lease().plus(TERMS.renewEvery().multipliedBy(2)).plusMillis(50);
        assertThat(Duration.ofNanos(world.nowNanos - diedNanos)).isLessThan(bound);
    }

    @Test
    void aHandOverTakesTwoReadsAtMost() {
        World world = new World(8, true);
        world.calm = true;
        world.run(Duration.ofSeconds(10));
        Process former = world.leader().orElseThrow();
        former.on(new LeadershipEvent.StepDown(former.clock()));
        long gaveUpNanos = world.nowNanos;
        while (world.leader().isEmpty()) {
            world.run(Duration.ofMillis(5));
        }
        assertThat(world.leader().orElseThrow()).isNotSameAs(former);
        assertThat(Duration.ofNanos(world.nowNanos - gaveUpNanos))
                .isLessThan(TERMS.renewEvery().multipliedBy(2));
    }

    private record Scheduled(long atNanos, long order, Runnable body) implements Comparable<Scheduled> {
        @Override
        public int compareTo(Scheduled other) {
            return atNanos != other.atNanos ? Long.compare(atNanos, other.atNanos) : Long.compare(order, other.order);
        }
    }

    private static final class World {
        final Random random;
        final boolean guarded;
        final PriorityQueue<Scheduled> queue = new PriorityQueue<>();
        final List<Process> processes = new ArrayList<>();
        final List<String> violations = new ArrayList<>();
        boolean calm;
        boolean everyRowLooksFree;
        long nowNanos;
        long scheduled;
        LeadershipRow row = LeadershipRow.NOBODY;
        final List<LeadershipRow> history = new ArrayList<>();
        int glimpses;
        long highestActedEpoch;
        int acts;
        int releases;

        World(long seed, boolean guarded) {
            this.random = new Random(seed);
            this.guarded = guarded;
            for (int number = 0; number < 3; number++) {
                processes.add(new Process(this, number));
            }
        }

        void run(Duration duration) {
            long untilNanos = nowNanos + duration.toNanos();
            while (!queue.isEmpty() && queue.peek().atNanos() <= untilNanos) {
                Scheduled next = queue.remove();
                nowNanos = next.atNanos();
                next.body().run();
                if (history.isEmpty() || !history.getLast().equals(row)) {
                    history.add(row);
                }
                checkOneActs();
            }
            nowNanos = untilNanos;
        }

        void after(long delayNanos, Runnable body) {
            queue.add(new Scheduled(nowNanos + delayNanos, scheduled++, body));
        }

        void checkOneActs() {
            long acting = processes.stream()
                    .filter(process -> process.alive && process.state.mayAct(process.clock()))
                    .count();
            if (acting > 1) {
                violations.add("at " + nowNanos + " ns " + acting + " processes may act: " + processes);
            }
        }

        /** An act of a leader: a transaction that touches the row for its epoch. */
        void commitAct(long epoch) {
            if (guarded && row.epoch() != epoch) {
                return;
            }
            acts++;
            if (epoch < highestActedEpoch) {
                violations.add("act of epoch " + epoch + " after one of " + highestActedEpoch);
            }
            highestActedEpoch = Math.max(highestActedEpoch, epoch);
        }

        /** Mostly quick, sometimes slow, now and then very late. */
        long latency() {
            int kind = calm ? 0 : random.nextInt(100);
            return (kind < 85 ? 1 + random.nextInt(10) : kind < 97 ? random.nextInt(400) : random.nextInt(5000))
                    * MILLI;
        }

        boolean lost() {
            return !calm && random.nextInt(100) < 8;
        }

        Optional<Process> leader() {
            return processes.stream()
                    .filter(process -> process.alive && process.state.mayAct(process.clock()))
                    .findFirst();
        }
    }

    private static final class Process {
        final World world;
        final int number;
        final double rate;
        final long offsetNanos;
        Leadership state;
        int incarnation;
        boolean alive = true;
        long pausedUntilNanos;

        Process(World world, int number) {
            this.world = world;
            this.number = number;
            this.rate = 0.99 + world.random.nextDouble() * 0.02;
            this.offsetNanos = world.random.nextLong(1L << 50) - (1L << 49);
            this.state = Leadership.watching(name(), TERMS, clock());
            beat(0);
        }

        String name() {
            return "manager-" + number + "/" + incarnation;
        }

        long clock() {
            return (long) (world.nowNanos * rate) + offsetNanos;
        }

        void beat(int born) {
            world.after((5 + world.random.nextInt(20)) * MILLI, () -> {
                if (born != incarnation) {
                    return;
                }
                mishap();
                whenAwake(born, () -> {
                    on(new LeadershipEvent.Tick(clock()));
                    act();
                });
                glimpse(born);
                beat(born);
            });
        }

        /** Its own copy is mostly up to date, now and then far behind. */
        void glimpse(int born) {
            List<LeadershipRow> rows = world.history;
            int lag =
                    world.calm ? 0 : world.random.nextInt(10) < 8 ? world.random.nextInt(2) : world.random.nextInt(40);
            LeadershipRow seen = rows.isEmpty() ? world.row : rows.get(Math.max(0, rows.size() - 1 - lag));
            world.after(
                    world.latency(),
                    () -> whenAwake(born, () -> {
                        LeadershipRow before = state.lastSeen().orElse(LeadershipRow.NOBODY);
                        on(new LeadershipEvent.RowGlimpsed(seen, clock()));
                        world.glimpses += before.equals(state.lastSeen().orElse(LeadershipRow.NOBODY)) ? 0 : 1;
                    }));
        }

        void mishap() {
            int kind = world.calm ? 9999 : world.random.nextInt(10_000);
            if (kind < 8) {
                kill();
                world.after((100 + world.random.nextInt(3000)) * MILLI, this::restart);
            } else if (kind < 12) {
                on(new LeadershipEvent.StepDown(clock()));
            } else if (kind < 16) {
                state.epoch().ifPresent(epoch -> on(new LeadershipEvent.OutcomeInDoubt(epoch, clock())));
            } else if (kind < 40) {
                pausedUntilNanos = world.nowNanos + world.random.nextInt(6000) * MILLI;
            }
        }

        void kill() {
            alive = false;
            incarnation++;
        }

        void restart() {
            alive = true;
            state = Leadership.watching(name(), TERMS, clock());
            beat(incarnation);
        }

        /** Runs the body now, or when the pause is over; never in another incarnation. */
        void whenAwake(int born, Runnable body) {
            if (!alive || born != incarnation) {
                return;
            }
            if (world.nowNanos < pausedUntilNanos) {
                world.after(pausedUntilNanos - world.nowNanos, () -> whenAwake(born, body));
                return;
            }
            body.run();
        }

        /** The question, then the act after a while in which anything can happen, a pause of the process included. */
        void act() {
            if (!state.mayAct(clock())) {
                return;
            }
            long epoch = state.epoch().orElseThrow();
            world.after(world.latency(), () -> world.commitAct(epoch));
        }

        void on(LeadershipEvent event) {
            if (!alive || world.nowNanos < pausedUntilNanos) {
                return;
            }
            Leadership.Step step = state.on(event);
            state = step.state();
            step.actions().forEach(this::carryOut);
        }

        void carryOut(LeadershipAction action) {
            switch (action) {
                case LeadershipAction.ReadRow read ->
                    request(
                            () -> {
                                LeadershipRow seen = world.everyRowLooksFree
                                        ? new LeadershipRow("", world.row.epoch(), world.row.beat())
                                        : world.row;
                                return () -> new LeadershipEvent.RowRead(read.attempt(), seen, clock());
                            },
                            read.attempt());
                case LeadershipAction.TakeRow take ->
                    request(
                            () -> {
                                boolean changed = world.row.epoch()
                                                == take.before().epoch()
                                        && world.row.beat() == take.before().beat();
                                world.row = changed ? take.after() : world.row;
                                return answer(take.attempt(), changed);
                            },
                            take.attempt());
                case LeadershipAction.RenewRow renew ->
                    request(
                            () -> {
                                boolean changed = world.row.epoch() == renew.epoch()
                                        && world.row.holder().equals(renew.holder());
                                world.row = changed
                                        ? new LeadershipRow(renew.holder(), renew.epoch(), world.row.beat() + 1)
                                        : world.row;
                                return answer(renew.attempt(), changed);
                            },
                            renew.attempt());
                case LeadershipAction.ReleaseRow release -> {
                    assertThat(state.mayAct(clock())).isFalse();
                    request(
                            () -> {
                                boolean changed = world.row.epoch() == release.epoch()
                                        && world.row.holder().equals(release.holder());
                                world.row = changed
                                        ? new LeadershipRow("", release.epoch(), world.row.beat() + 1)
                                        : world.row;
                                world.releases += changed ? 1 : 0;
                                return answer(release.attempt(), changed);
                            },
                            release.attempt());
                }
                case LeadershipAction.BeginActing begin ->
                    assertThat(begin.epoch()).isEqualTo(state.epoch().orElseThrow());
                case LeadershipAction.EndActing _ -> assertThat(state.epoch()).isEmpty();
            }
        }

        Supplier<LeadershipEvent> answer(long attempt, boolean changed) {
            return () -> changed
                    ? new LeadershipEvent.Committed(attempt, clock())
                    : new LeadershipEvent.ChangedNothing(attempt, clock());
        }

        void request(Supplier<Supplier<LeadershipEvent>> inDatabase, long attempt) {
            int born = incarnation;
            if (world.lost()) {
                return;
            }
            world.after(world.latency(), () -> {
                Supplier<LeadershipEvent> result = inDatabase.get();
                int fate = world.calm ? 99 : world.random.nextInt(100);
                if (fate < 5) {
                    return;
                }
                Supplier<LeadershipEvent> told =
                        fate < 8 ? () -> new LeadershipEvent.OutcomeUnknown(attempt, clock()) : result;
                world.after(world.latency(), () -> whenAwake(born, () -> on(told.get())));
            });
        }

        @Override
        public String toString() {
            return state.toString();
        }
    }
}
