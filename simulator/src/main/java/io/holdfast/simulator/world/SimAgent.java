package io.holdfast.simulator.world;

import io.holdfast.agent.rule.LeaseRule;
import io.holdfast.agent.rule.LeaseTimes;
import io.holdfast.agent.rule.ObserverRule;
import io.holdfast.core.Event;
import io.holdfast.core.Now;
import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.Hello;
import io.holdfast.core.health.Report;
import io.holdfast.core.inventory.VmId;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The agent of one host: keeps its leases, watches those of the others, feeds the watchdog, reports. Commands are in {@link AgentCommands}. */
public final class SimAgent extends Actor {
    private static final long MILLI = 1_000_000;
    static final long REPORT = 500 * MILLI;
    final SimHost host;
    final AgentCommands commands;
    private final AgentMigrations migrations;
    private final LeaseTimes times;
    /** One for each datastore. */
    final LeaseRule[] leases;

    final long[] sequences;
    private final boolean[] outstanding;
    private final ObserverRule<SlotContent>[][] seen;
    private final boolean[] observerHeld;
    private final AgentReports reports;
    /** The file in memory of this boot: generation and start of the last acknowledged renewal; generation 0: none. */
    private final long[] recordGeneration;

    private final long[] recordStart;
    private int starts;
    private long reportSequence;
    private long startedInBoot;
    private boolean reportDue;

    @SuppressWarnings({"unchecked", "rawtypes"})
    SimAgent(World world, SimHost host) {
        super(world);
        this.host = host;
        int stores = world.settings().datastores();
        times = world.profile();
        leases = new LeaseRule[stores];
        sequences = new long[stores];
        outstanding = new boolean[stores];
        observerHeld = new boolean[stores];
        recordGeneration = new long[stores];
        recordStart = new long[stores];
        seen = new ObserverRule[stores][world.settings().hosts()];
        Arrays.fill(leases, LeaseRule.none(times));
        forgetObservations();
        AgentAcceptance acceptance = new AgentAcceptance(world, this);
        migrations = new AgentMigrations(world, this, acceptance);
        commands = new AgentCommands(world, this, acceptance, migrations);
        reports = new AgentReports(this);
    }

    @Override
    protected Clock clock() {
        return host.clock;
    }

    int starts() {
        return starts;
    }

    private void forgetObservations() {
        for (ObserverRule<SlotContent>[] row : seen) {
            Arrays.fill(row, ObserverRule.<SlotContent>unread());
        }
    }

    ObserverRule<SlotContent> seen(int storage, int other) {
        return seen[storage][other];
    }

    boolean observerHeld(int storage) {
        return observerHeld[storage];
    }

    /** The process starts: adopts what lives, tells what has ended, and keeps a lease only if the record shows it younger than F. */
    public void start() {
        if (up() || !host.power) {
            return;
        }
        begin();
        starts++;
        startedInBoot++;
        if (host.frozen) {
            pause();
        }
        world.say(host.id.value(), "agent starts");
        forgetObservations();
        commands.restart();
        for (Map.Entry<VmId, Long> each : new TreeMap<>(host.disk.started).entrySet()) {
            SimProcess process = host.process(each.getKey());
            if (process == null || process.run != each.getValue()) {
                host.disk.ended(each.getKey(), each.getValue(), causeOfGone(each.getKey(), each.getValue()));
            }
        }
        migrations.restart();
        for (int storage = 0; storage < leases.length; storage++) {
            outstanding[storage] = false;
            sequences[storage] = 0;
            leases[storage] = recordGeneration[storage] == 0
                    ? LeaseRule.none(times)
                    : world.rules.restored(times, recordGeneration[storage], recordStart[storage], localNow());
            watchLoss(storage);
        }
        evaluate();
        cycle();
        reportLoop();
        for (SimManager manager : world.managers) {
            world.link(host, manager).dial();
        }
    }

    private EndCause causeOfGone(VmId vm, long run) {
        if (startedInBoot == 1) {
            return EndCause.NEW_BOOT;
        }
        boolean handingOver = host.disk.handingOver.getOrDefault(vm, 0L) == run;
        return handingOver && !world.rules.handOverMustBeCertain() ? EndCause.MIGRATED : EndCause.CRASHED;
    }

    /** A process was made for a guest that comes from another host. */
    void incoming(SimProcess process) {
        receive(() -> {
            migrations.refuseUnaccepted(process);
            reportSoon();
        });
    }

    /** All of the memory of an incoming run has come. */
    void memoryComplete(SimProcess process) {
        receive(() -> migrations.memoryComplete(process));
    }

    /** Killed. {@code restarts}: the host's init brings it back. */
    public void die(boolean restarts) {
        if (!up()) {
            return;
        }
        end();
        world.say(host.id.value(), "agent ends");
        for (SimManager manager : world.managers) {
            world.link(host, manager).agentGone();
        }
        if (restarts) {
            int boot = host.boot;
            world.at(world.now() + world.dice().between(500 * MILLI, 3000 * MILLI), () -> {
                if (host.boot == boot && host.power) {
                    start();
                }
            });
        }
    }

    /** All its leases are held. */
    public boolean holdsAll() {
        for (LeaseRule lease : leases) {
            if (!lease.held(localNow())) {
                return false;
            }
        }
        return true;
    }

    void forgetBoot() {
        Arrays.fill(recordGeneration, 0);
        Arrays.fill(leases, LeaseRule.none(times));
        startedInBoot = 0;
    }

    Hello hello() {
        return new Hello(
                host.bootId(),
                startedInBoot,
                "0.1.0",
                host.disk.highestEpoch,
                world.settings().coresPerHost(),
                world.settings().memoryPerHost(),
                "KVM");
    }

    private void cycle() {
        for (SimStorage storage : world.storages) {
            renew(storage);
            look(storage);
            storage.readMailbox(host.index, mail -> commands.mail(mail));
        }
        evaluate();
        after(times.renewNanos(), this::cycle);
    }

    private void renew(SimStorage storage) {
        int index = storage.index;
        LeaseRule lease = leases[index].tick(localNow());
        boolean over = lease.phase() == LeaseRule.Phase.NONE || lease.phase() == LeaseRule.Phase.LOST;
        if (over && !outstanding[index] && !host.anyOn(storage)) {
            long generation = host.disk.nextGeneration(storage.id);
            lease = lease.begin(Math.max(generation, lease.generation() + 1), false);
            sequences[index] = 0;
            over = false;
        }
        leases[index] = lease;
        if (over || outstanding[index]) {
            return;
        }
        outstanding[index] = true;
        long started = localNow();
        long generation = lease.generation();
        sequences[index]++;
        storage.writeSlot(
                host.index,
                reports.slot(storage, generation),
                () -> receive(() -> {
                    outstanding[index] = false;
                    acknowledged(index, generation, started);
                }),
                () -> receive(() -> outstanding[index] = false));
    }

    private void acknowledged(int index, long generation, long started) {
        LeaseRule before = leases[index];
        leases[index] = world.rules.acknowledged(before, generation, started, localNow());
        if (leases[index].held(localNow())) {
            recordGeneration[index] = leases[index].generation();
            recordStart[index] = leases[index].lastStartNanos();
            if (before.phase() != LeaseRule.Phase.HELD) {
                world.say(host.id.value(), "holds " + world.storages.get(index).id + " generation " + generation);
                reportSoon();
            }
        }
        watchLoss(index);
    }

    private void watchLoss(int index) {
        long loss = leases[index].lossNanos();
        if (loss != Long.MAX_VALUE) {
            after(Math.max(0, loss - localNow()), () -> {
                if (leases[index].lossNanos() <= localNow()) {
                    evaluate();
                }
            });
        }
    }

    private void look(SimStorage storage) {
        long started = localNow();
        storage.read(
                host.index,
                slots -> receive(() -> {
                    long ended = localNow();
                    observerHeld[storage.index] = world.rules.observerHeld(leases[storage.index], ended);
                    for (int other = 0; other < slots.length; other++) {
                        seen[storage.index][other] =
                                world.rules.observed(seen[storage.index][other], slots[other], started, ended);
                    }
                }));
    }

    /** Loss of a lease, the duty to kill, and the watchdog. */
    void evaluate() {
        boolean feed = true;
        for (SimStorage storage : world.storages) {
            int index = storage.index;
            LeaseRule before = leases[index];
            leases[index] = before.tick(localNow());
            if (before.phase() == LeaseRule.Phase.HELD && leases[index].phase() == LeaseRule.Phase.LOST) {
                world.say(host.id.value(), "has lost " + storage.id + " generation " + before.generation());
                migrations.leaseLost(storage);
                reportSoon();
            }
            LeaseRule.Duty duty = world.rules.duty(leases[index], host.anyOn(storage), localNow());
            feed &= duty.feedWatchdog();
            if (duty.kill()) {
                killAll(storage);
            }
        }
        if (feed) {
            host.feedWatchdog();
        }
    }

    private void killAll(SimStorage storage) {
        for (SimProcess process : host.allOn(storage)) {
            if (!process.dying) {
                host.kill(
                        process,
                        EndCause.SELF_FENCED,
                        clock().trueLength(world.dice().between(5 * MILLI, times.killNanos() * 8 / 10)));
            }
        }
    }

    void reaped(SimProcess process) {
        if (works()) {
            evaluate();
            reportSoon();
        }
    }

    private void reportLoop() {
        migrations.look();
        report();
        after(REPORT, this::reportLoop);
    }

    /** Something has changed that a decision may wait for. */
    void reportSoon() {
        if (!reportDue && works()) {
            reportDue = true;
            after(5 * MILLI, () -> {
                reportDue = false;
                report();
            });
        }
    }

    private void report() {
        reportDue = false;
        Report report = null;
        for (SimManager manager : world.managers) {
            Link link = world.link(host, manager);
            if (link.open()) {
                if (report == null) {
                    report = reports.report(++reportSequence);
                }
                Report sent = report;
                link.up(() -> manager.learn(now -> new Event.HostReported(now, host.id, sent)));
            }
        }
    }

    /** Sends a result to every manager; the one that asked takes it up. */
    void answer(SimManager manager, Function<Now, Event> event) {
        world.link(host, manager).up(() -> manager.learn(event));
    }
}
