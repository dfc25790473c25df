package io.holdfast.core;

import static org.assertj.core.api.Assertions.assertThat;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.health.PeerAnswer;
import io.holdfast.core.health.PowerState;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.Bmc;
import io.holdfast.core.inventory.Boot;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.Disk;
import io.holdfast.core.inventory.HaSettings;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.HostNetwork;
import io.holdfast.core.inventory.LeaseProfile;
import io.holdfast.core.inventory.Nic;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.RestartPriority;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.Placement;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A cluster in virtual time: the real core, a database fed by its changes, and hosts that keep their side of the argument. After every step the invariants of safety
 * argument, section 8, are checked against the hosts' truth.
 */
final class World {
    static final long MILLI = 1_000_000L;

    private record Due(long nanos, long order, int incarnation, Runnable action) {}

    State state;
    Database database;
    long nanos = 1_000 * MILLI;
    int incarnation;
    boolean managerUp = true;
    long startDelayMillis = 50;
    long lockOutMillis = 50;
    /** The storage answers no lock-out. */
    boolean storageDead;

    long copyMillis = 500;
    boolean lastPhaseLost;
    boolean resultsLost;
    Predicate<Command> lost = command -> false;
    Predicate<VmId> startFails = vm -> false;
    final TreeMap<HostId, FakeHost> hosts = new TreeMap<>();
    final List<Command> commands = new ArrayList<>();
    /** Stages that followed each other in committed recoveries. */
    final TreeSet<String> transitions = new TreeSet<>();

    final StringBuilder trace = new StringBuilder();
    /** When set, the manager dies right after the commit of the step in which this counter reaches zero: nothing of it is carried out. */
    int stepsUntilCrash = -1;

    private final PriorityQueue<Due> queue =
            new PriorityQueue<>(Comparator.comparingLong(Due::nanos).thenComparingLong(Due::order));
    private long order;

    World(int hostCount) {
        this(Cluster.of(new ClusterId("c1"), "cluster"), hostCount);
    }

    World(Cluster cluster, int hostCount) {
        database = new Database(cluster);
        state = State.restore(database.durable());
        feed(new Event.BecameLeader(now(), 1));
        request(new Request.ChangeNetworks(List.of("net")));
        request(new Request.AddDatastore(new Datastore(
                FakeHost.STORE, "store", new Datastore.Location.Iscsi("10.77.2.2:3260", "iqn.store", 0))));
        for (int number = 1; number <= hostCount; number++) {
            addHost(number);
        }
        every(100, 0, () -> feed(new Event.Tick(now())));
        run(3000);
    }

    private void addHost(int number) {
        HostId id = host(number);
        FakeHost host = new FakeHost(id);
        host.renewedNanos = nanos;
        hosts.put(id, host);
        request(new Request.AddHost(inventory(number)));
        everywhere(500, 37L * number, () -> {
            if (host.power && host.agent && !host.managementCut && managerUp && nanos >= host.bootedNanos) {
                report(host);
            }
        });
        everywhere(1000, 91L * number, () -> host.renew(nanos, hosts.values()));
        LeaseProfile lease = state.cluster().settings().lease();
        everywhere(
                100,
                7L * number,
                () -> host.guard(
                        nanos, lease.lossMillis() * MILLI, (lease.lossMillis() + lease.watchdogMillis()) * MILLI));
    }

    private void report(FakeHost host) {
        if (!host.connected) {
            host.connected = true;
            feed(new Event.HostConnected(now(), host.id, host.hello()));
        }
        feed(new Event.HostReported(now(), host.id, host.report(nanos)));
    }

    static HostId host(int number) {
        return new HostId("host" + number);
    }

    static Host inventory(int number) {
        return new Host(
                host(number),
                "host" + number,
                "10.77.1." + (10 + number),
                0,
                0,
                new Bmc(Bmc.Kind.IPMI, "10.77.1." + (110 + number), 623, "admin", "bmc"),
                -1,
                List.of(FakeHost.STORE),
                List.of(new HostNetwork("net", "vmbr0", List.of("b0"))),
                AdminState.ENABLED);
    }

    static VmId vm(int number) {
        return new VmId("vm" + number);
    }

    static Vm machine(int number) {
        return new Vm(
                vm(number),
                "vm" + number,
                1,
                1L << 30,
                List.of(new Disk("d0", FakeHost.STORE, String.valueOf(number), 1L << 30, false)),
                List.of(new Nic("net", "52:54:00:00:00:01")),
                Boot.FROM_DISK,
                RequestedState.STARTED,
                RestartPriority.MEDIUM,
                -1,
                HaSettings.DEFAULT);
    }

    World withVms(int count) {
        for (int number = 1; number <= count; number++) {
            request(new Request.AddVm(machine(number)));
        }
        run(3000);
        for (int number = 1; number <= count; number++) {
            assertThat(runningOn(vm(number))).as("vm" + number).isNotNull();
        }
        return this;
    }

    FakeHost at(int number) {
        return Objects.requireNonNull(hosts.get(host(number)));
    }

    Now now() {
        return new Now(nanos, 1_700_000_000_000L + nanos / MILLI);
    }

    @Nullable
    Rejected request(Request request) {
        return feed(new Event.Requested(now(), "tester", request)).rejected();
    }

    /** One step, its commit, its commands, and the invariants. */
    Step feed(Event event) {
        State before = state;
        Step step = Core.step(state, event);
        Invariants.check(before, step);
        note(before, step);
        state = step.state();
        database.commit(step.changes());
        if (!step.changes().isEmpty()) {
            assertThat(state.durable()).as("changes tell everything").isEqualTo(database.durable());
        }
        step.changes()
                .forEach(change ->
                        trace.append(nanos / MILLI).append(' ').append(change).append('\n'));
        if (!step.changes().isEmpty() && stepsUntilCrash >= 0 && stepsUntilCrash-- == 0) {
            restartManager();
            return step;
        }
        for (Command command : step.commands()) {
            commands.add(command);
            trace.append(nanos / MILLI).append(' ').append(command).append('\n');
            if (!lost.test(command)) {
                carryOut(command);
            }
        }
        return step;
    }

    private void note(State before, Step step) {
        for (Change change : step.changes()) {
            if (change instanceof Change.PutRecovery put) {
                var old = before.recoveries().get(put.recovery().vm());
                transitions.add((old == null ? "NONE" : old.stage()) + " to "
                        + put.recovery().stage());
            }
            if (change instanceof Change.RemoveRecovery remove) {
                transitions.add(before.recoveries().get(remove.vm()).stage() + " to NONE");
            }
        }
    }

    /** The manager is killed and starts again: only the database is left of it. */
    void restartManager() {
        managerUp = true;
        incarnation++;
        state = State.restore(database.durable());
        hosts.values().forEach(host -> host.connected = false);
        feed(new Event.BecameLeader(now(), database.epoch + 1));
    }

    void stopManager() {
        managerUp = false;
        incarnation++;
        hosts.values().forEach(host -> host.connected = false);
    }

    void after(long millis, Runnable action) {
        queue.add(new Due(nanos + millis * MILLI, order++, incarnation, action));
    }

    private void every(long millis, long offset, Runnable action) {
        everywhere(millis, offset, () -> {
            if (managerUp) {
                action.run();
            }
        });
    }

    /** Goes on whatever happens to the manager. */
    private void everywhere(long millis, long offset, Runnable action) {
        queue.add(new Due(nanos + offset * MILLI, order++, -1, () -> {
            action.run();
            everywhere(millis, millis, action);
        }));
    }

    void run(long millis) {
        long until = nanos + millis * MILLI;
        while (!queue.isEmpty() && queue.peek().nanos() <= until) {
            Due due = queue.poll();
            nanos = Math.max(nanos, due.nanos());
            if (due.incarnation() == -1 || due.incarnation() == incarnation) {
                due.action().run();
                Invariants.oneWriter(hosts.values());
            }
        }
        nanos = until;
    }

    /** Goes on whatever happens to the manager, once. */
    void inTruth(long millis, Runnable action) {
        queue.add(new Due(nanos + millis * MILLI, order++, -1, action));
    }

    boolean reaches(FakeHost host) {
        return host.power && host.agent && host.connected && !host.managementCut;
    }

    private void carryOut(Command command) {
        FakeHost host = Objects.requireNonNull(hosts.get(command.host()));
        switch (command) {
            case Command.StartVm start -> after(startDelayMillis, () -> start(host, start));
            case Command.PrepareIncoming prepare ->
                after(40, () -> {
                    if (reaches(host)) {
                        feed(host.prepare(now(), prepare));
                    }
                });
            case Command.MigrateVm migrate -> after(20, () -> Migration.begin(this, host, migrate));
            case Command.ResumeVm resume ->
                after(20, () -> {
                    if (reaches(host)) {
                        feed(host.resume(now(), resume));
                    }
                });
            case Command.CancelMigration cancel ->
                after(20, () -> {
                    if (reaches(host)) {
                        host.cancelledTargets.merge(cancel.vm(), cancel.targetRun(), Math::max);
                        Migration.cancel(host, cancel.vm());
                    }
                });
            case Command.StopVm stop ->
                after(30, () -> {
                    if (reaches(host)) {
                        stop(host, stop);
                    }
                });
            case Command.ProbePeer probe -> probe(host, probe);
            case Command.AcknowledgeEnded acknowledge ->
                after(10, () -> {
                    var status = host.ended.get(acknowledge.vm());
                    if (reaches(host) && status != null && status.run() == acknowledge.run()) {
                        host.ended.remove(acknowledge.vm());
                    }
                });
            case Command.WriteMailbox mail ->
                after(1500, () -> {
                    FakeHost target = Objects.requireNonNull(hosts.get(mail.target()));
                    if (reaches(host) && target.power && target.agent && !target.storageCut) {
                        if (mail.mail() instanceof Command.Mail.StopVm stop
                                && target.running.getOrDefault(stop.vm(), 0L) == stop.run()) {
                            target.end(stop.vm(), EndCause.COMMANDED);
                        }
                    }
                });
            case Command.FenceSelf ignored -> {}
            case Command.ReadPower read -> readPower(host, read);
            case Command.LockOut lock ->
                after(lockOutMillis, () -> {
                    boolean done = !storageDead && host.obeys(lock.operation());
                    host.lockedOut |= done;
                    feed(new Event.LockOutDone(now(), host.id, lock.datastore().id(), lock.operation(), done, "test"));
                });
            case Command.LetIn let ->
                after(lockOutMillis, () -> {
                    boolean done = !storageDead && host.obeys(let.operation());
                    host.lockedOut &= !done;
                    feed(new Event.LetInDone(now(), host.id, let.datastore().id(), let.operation(), done, ""));
                });
            case Command.PowerOff off ->
                after(300, () -> {
                    if (!host.bmcDead) {
                        host.powerOff();
                    }
                    feed(new Event.PowerOffDone(now(), host.id, off.operation(), !host.bmcDead, ""));
                });
        }
    }

    private void start(FakeHost host, Command.StartVm start) {
        if (!reaches(host)) {
            return;
        }
        if (startFails.test(start.vm().id())) {
            host.highestEnded.merge(start.vm().id(), start.run(), Math::max);
            feed(new Event.CommandResult(
                    now(), host.id, start.operation(), Event.Outcome.FAILED, "no such kernel", true));
            return;
        }
        feed(host.start(now(), start));
    }

    private void stop(FakeHost host, Command.StopVm stop) {
        boolean here = host.running.getOrDefault(stop.vm(), 0L) == stop.run();
        if (here) {
            host.end(stop.vm(), host.incoming.contains(stop.vm()) ? EndCause.START_FAILED : EndCause.COMMANDED);
        } else if (!host.running.containsKey(stop.vm())) {
            host.highestEnded.merge(stop.vm(), stop.run(), Math::max);
        }
        feed(new Event.CommandResult(now(), host.id, stop.operation(), Event.Outcome.DONE, "", true));
    }

    private void probe(FakeHost prober, Command.ProbePeer probe) {
        FakeHost target = Objects.requireNonNull(hosts.get(probe.target()));
        boolean silent = !target.power || target.managementCut;
        after(silent ? 500 : 20, () -> {
            if (reaches(prober)) {
                PeerAnswer answer = !target.power || target.managementCut
                        ? PeerAnswer.SILENT
                        : target.agent ? PeerAnswer.AGENT_ANSWERS : PeerAnswer.REFUSED;
                feed(new Event.PeerProbed(now(), prober.id, target.id, probe.operation(), answer));
            }
        });
    }

    private void readPower(FakeHost host, Command.ReadPower read) {
        after(host.bmcDead ? 1000 : 250, () -> {
            PowerState power = host.bmcDead
                    ? PowerState.UNREACHABLE
                    : host.bmcLying ? host.bmcLies : host.power ? PowerState.ON : PowerState.OFF;
            feed(new Event.PowerRead(now(), host.id, read.operation(), power, ""));
        });
    }

    /** The connection breaks in a way that the manager sees. */
    void disconnect(int number) {
        at(number).connected = false;
        feed(new Event.HostDisconnected(now(), host(number)));
    }

    @Nullable
    HostId runningOn(VmId vm) {
        for (FakeHost host : hosts.values()) {
            if (host.runs(vm)) {
                return host.id;
            }
        }
        return null;
    }

    Placement placement(int vm) {
        return Objects.requireNonNull(state.placements().get(vm(vm)));
    }

    /** VMs that run on a host, in truth. */
    List<VmId> on(int number) {
        return List.copyOf(at(number).running.keySet());
    }

    <C extends Command> List<C> sent(Class<C> type) {
        return commands.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Virtual milliseconds until the condition holds; fails after the limit. */
    long until(long limitMillis, BooleanSupplier condition) {
        long from = nanos;
        while (!condition.getAsBoolean()) {
            assertThat((nanos - from) / MILLI)
                    .as(() -> "condition within " + limitMillis + " ms; trace:\n" + tail())
                    .isLessThanOrEqualTo(limitMillis);
            run(10);
        }
        return (nanos - from) / MILLI;
    }

    String tail() {
        String all = trace.toString();
        return all.substring(Math.max(0, all.length() - 12_000));
    }
}
