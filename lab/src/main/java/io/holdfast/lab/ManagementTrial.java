package io.holdfast.lab;

import io.holdfast.cli.Progress;
import io.holdfast.cli.Terminal;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** One fault to a management pair under writes, an event stream and a watch over the VIP; then everything is put right, and looked at. */
final class ManagementTrial {

    private static final long WELL_LIMIT_MILLIS = 180_000;
    private static final long SERVE_LIMIT_MILLIS = 180_000;
    /** After that what goes on is looked at as it is. */
    private static final long LONGEST_WATCH_MILLIS = 20_000;
    /** The latest thing that a fault sets off before anything is repaired: a killed service is started again a second later. */
    private static final long SHORTEST_WATCH_MILLIS = 3_000;

    /** No machine boots in less; garbd has no business to be back before its former self is forgotten (docs/decisions/supervisor.md). */
    private static final long SHORTEST_OUTAGE_MILLIS = 6_000;

    private static final long STEADY_MILLIS = 1_000;
    private static final long BETWEEN_LOSSES_MILLIS = 2_000;

    private static final int[][] LOSSES_OF_TWO = {{0, 1}, {1, 0}};

    /** The orders of three losses; with the two orders in which the data nodes come back the 12 of issue 4. */
    private static final int[][] LOSSES = {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}};

    private final Lab lab;
    private final Cluster cluster;
    private final ManagementPair pair;
    private final WriteClient writes;
    private final StreamClient stream;
    private final VipWatch vip;

    ManagementTrial(Lab lab, Cluster cluster, WriteClient writes, StreamClient stream, VipWatch vip) {
        this.lab = lab;
        this.cluster = cluster;
        this.pair = lab.pair();
        this.writes = writes;
        this.stream = stream;
        this.vip = vip;
    }

    /**
     * Does it.
     *
     * @param order which of the orders, for troubles that have several
     * @throws LabException when the pair is not well before or does not get well afterwards
     */
    ManagementResult run(ManagementTrouble trouble, int order) {
        pair.awaitWell(WELL_LIMIT_MILLIS);
        awaitWrites(Clock.bootNanos());
        Waiting.pause(STEADY_MILLIS);
        return switch (trouble) {
            case BOTH_LOSE_POWER, ALL_LOSE_POWER -> blackout(trouble, order);
            case HOST_ALONE, NODE_AND_HOST -> withHost(trouble);
            default -> single(trouble);
        };
    }

    private ManagementResult single(ManagementTrouble trouble) {
        ManagementMachine victim = victim(trouble);
        if (trouble.takesADisk()) {
            pair.fill();
        }
        long fault = trouble == ManagementTrouble.SWITCH_OVER
                ? switchOver()
                : lab.apply(trouble.call(victim).orElseThrow());
        return outcome(trouble, victim, fault, Optional.empty());
    }

    private long switchOver() {
        long before = Clock.bootNanos();
        lab.client().post("/management/switch-over", Map.of());
        return before;
    }

    private ManagementMachine victim(ManagementTrouble trouble) {
        return switch (trouble) {
            case STANDBY_POWER_CUT, STANDBY_DISK_LOST -> pair.peer(pair.active());
            case ARBITER_POWER_CUT -> pair.arbiter();
            default -> pair.active();
        };
    }

    /** Both lose power before anything else happens; the VMs' way back is the host trial's own measure. */
    private ManagementResult withHost(ManagementTrouble trouble) {
        ManagementMachine victim = pair.active();
        LabHost host = lab.hosts().stream()
                .max(Comparator.comparingInt(one -> cluster.vmsOn(one.name()).size()))
                .orElseThrow();
        long[] fault = new long[1];
        TrialResult result = new Trial(lab, cluster, line -> {})
                .run(
                        new Fault.Call(Fault.POWER_CUT, Optional.of(host.name()), Optional.empty()),
                        () -> fault[0] =
                                trouble == ManagementTrouble.NODE_AND_HOST ? victim.powerCut() : Clock.bootNanos());
        Optional<Long> slowest = result.hit().stream()
                .map(vm -> vm.cutToStartMillis().orElse(Long.MAX_VALUE))
                .max(Long::compare);
        ManagementResult outcome = outcome(trouble, victim, fault[0], slowest);
        host.powerOn();
        try (Progress quiet = new Progress(Terminal.plain(new PrintStream(OutputStream.nullOutputStream())))) {
            Progress.Step step = quiet.begin("back");
            cluster.awaitHosts(step);
            cluster.awaitLeases(step);
            cluster.liftHolds();
        }
        return outcome;
    }

    private ManagementResult outcome(
            ManagementTrouble trouble, ManagementMachine victim, long fault, Optional<Long> vms) {
        awaitSettled(trouble, fault);
        long end = Clock.bootNanos();
        long pause = writes.pauses().longestMillis(fault, end);
        long streamPause = stream.pauses().longestMillis(fault, end);
        long settled = vip.settledMillis(fault, end);
        String story = vip.story(fault, end);
        if (trouble.takesADisk()) {
            victim.loseDisk();
        }
        long repaired = Clock.bootNanos();
        pair.restore();
        pair.awaitWell(WELL_LIMIT_MILLIS);
        long well = Clock.bootNanos();
        awaitWrites(well);
        PauseLog.Pause meanwhile = writes.pauses().longest(repaired, well);
        Optional<ManagementResult.Return> returned = trouble.takesAMachine()
                ? Optional.of(new ManagementResult.Return(
                        (well - repaired) / 1_000_000,
                        meanwhile.millis(),
                        (meanwhile.fromNanos() - repaired) / 1_000_000))
                : Optional.empty();
        return new ManagementResult(
                pause,
                streamPause,
                settled,
                vms,
                returned,
                lost(),
                EpochCheck.twoLeaders(lab, victim(victim)),
                load(),
                story);
    }

    /** Until writes flow and one node holds the VIP, both for a second, and, where nobody has to repair anything, until the pair is well. */
    private void awaitSettled(ManagementTrouble trouble, long fault) {
        long earliest = fault
                + TimeUnit.MILLISECONDS.toNanos(
                        trouble.takesAMachine() ? SHORTEST_OUTAGE_MILLIS : SHORTEST_WATCH_MILLIS);
        long latest = fault + TimeUnit.MILLISECONDS.toNanos(LONGEST_WATCH_MILLIS);
        while (Clock.bootNanos() < latest && !settled(trouble, earliest)) {
            Waiting.pause(50);
        }
        awaitWrites(fault);
    }

    private boolean settled(ManagementTrouble trouble, long earliest) {
        long now = Clock.bootNanos();
        long steady = TimeUnit.MILLISECONDS.toNanos(STEADY_MILLIS);
        return now >= earliest
                && writes.pauses().steadyFor(steady, now)
                && vip.singleSince(now - steady)
                && (!trouble.healsByItself() || pair.well());
    }

    private static double load() {
        try {
            return Double.parseDouble(Files.readString(Path.of("/proc/loadavg")).split(" ", 2)[0]);
        } catch (IOException e) {
            throw new LabException("/proc/loadavg can't be read", e);
        }
    }

    /** The arbiter has no journal. */
    private ManagementMachine victim(ManagementMachine lost) {
        return lost.isNode() ? lost : pair.first();
    }

    /** Everything loses power, some seconds apart, and comes back, some seconds apart, the arbiter in the middle. */
    private ManagementResult blackout(ManagementTrouble trouble, int order) {
        ManagementMachine active = pair.active();
        List<ManagementMachine> all = List.of(active, pair.peer(active), pair.arbiter());
        boolean three = trouble == ManagementTrouble.ALL_LOSE_POWER;
        int[][] losses = three ? LOSSES : LOSSES_OF_TWO;
        int[] chosen = losses[order / 2 % losses.length];
        for (int which : chosen) {
            all.get(which).powerCut();
            Waiting.pause(BETWEEN_LOSSES_MILLIS);
        }
        List<ManagementMachine> back = order % 2 == 0
                ? List.of(all.get(0), pair.arbiter(), all.get(1))
                : List.of(all.get(1), pair.arbiter(), all.get(0));
        for (ManagementMachine machine : back) {
            machine.powerOn();
            if (machine != back.getLast()) {
                Waiting.pause(BETWEEN_LOSSES_MILLIS);
            }
        }
        String told = "lost "
                + names(Arrays.stream(chosen).mapToObj(all::get).toList()) + ", back " + names(back)
                + ", active was " + active.name() + "; VIP: ";
        long last = Clock.bootNanos();
        awaitWrites(last);
        long served = writes.pauses().firstAfter(last).orElseThrow();
        pair.awaitWell(WELL_LIMIT_MILLIS);
        long end = Clock.bootNanos();
        return new ManagementResult(
                (served - last) / 1_000_000,
                stream.pauses().longestMillis(last, end),
                vip.settledMillis(last, end),
                Optional.empty(),
                Optional.empty(),
                lost(),
                EpochCheck.twoLeaders(lab, active),
                load(),
                told + vip.story(last, end));
    }

    private static String names(List<ManagementMachine> machines) {
        return machines.stream().map(ManagementMachine::name).collect(Collectors.joining(" "));
    }

    /** The client that writes all the time. */
    WriteClient writes() {
        return writes;
    }

    /** Waits until a write has been acknowledged since. */
    void awaitWrites(long sinceNanos) {
        Waiting.until(
                () -> writes.pauses().since(sinceNanos),
                20,
                SERVE_LIMIT_MILLIS,
                () -> "no write is acknowledged: " + writes.lastRefusal() + "; "
                        + pair.nodes().stream()
                                .map(ManagementMachine::supervisorStatus)
                                .toList());
    }

    /** Acknowledged writes that a node doesn't have. */
    List<String> lost() {
        List<String> told = writes.acknowledged();
        Set<String> missing = new HashSet<>();
        for (ManagementMachine node : pair.nodes()) {
            Set<String> held = new HashSet<>(node.rows(
                    "set wsrep_sync_wait=1; select idempotency_key from holdfast.operations where idempotency_key like '"
                            + writes.run() + "%'"));
            told.stream()
                    .filter(key -> !held.contains(key))
                    .map(key -> key + " on " + node.name())
                    .forEach(missing::add);
        }
        return missing.stream().sorted().toList();
    }
}
