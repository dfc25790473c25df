package io.holdfast.simulator.world;

import io.holdfast.core.health.EndCause;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A machine: power, boot, clock, watchdog, VM processes, and the files that its agent keeps on disk and in memory. */
public final class SimHost {
    private static final long MILLI = 1_000_000;
    /** Writes of a host whose power was seen off: what has reached the array is done, the links are dead. Only a reset needs the bound X. */
    private static final long SHORT_FLIGHT = 20 * MILLI;

    /** Ends before any boot can: a new boot proves that nothing of the old one is left. */
    private static final long LONG_FLIGHT = 14_000 * MILLI;

    public final HostId id;
    public final int index;
    public final SimBmc bmc;
    final World world;
    final SimAgent agent;
    final TreeMap<VmId, SimProcess> processes = new TreeMap<>();
    /** On the host's disk: survives everything. */
    final AgentDisk disk = new AgentDisk();

    boolean power;
    int boot;
    long resetAt = Long.MIN_VALUE / 2;
    Clock clock;
    boolean frozen;
    int businessDown;
    boolean watchdogArmed = true;
    private long fedAt;
    private boolean watchdogRuns;
    private int stoppedLife;
    /** Ground truth for the invariants: the last instant at which this host itself had a fault. */
    public long lastFaultAt = Long.MIN_VALUE / 2;

    SimHost(World world, int index) {
        this.world = world;
        this.index = index;
        id = new HostId("host" + (index + 1));
        clock = newClock();
        bmc = new SimBmc(world, this);
        agent = new SimAgent(world, this);
    }

    private Clock newClock() {
        long limit = world.settings().clockErrorPpm();
        return new Clock(
                world.dice().between(0, 1_000_000_000_000L), world.dice().between(-limit, limit));
    }

    public boolean power() {
        return power;
    }

    public boolean frozen() {
        return frozen;
    }

    public SimAgent agent() {
        return agent;
    }

    /** VM processes that live here. */
    public Iterable<SimProcess> processes() {
        return processes.values();
    }

    /** It has none that is armed, and says so. */
    public void withoutWatchdog() {
        watchdogArmed = false;
    }

    public boolean hasWatchdog() {
        return watchdogArmed;
    }

    String bootId() {
        return id + "-boot" + boot;
    }

    /** Power comes; the operating system and the agent are up after {@code bootNanos}. */
    public void powerOn(long bootNanos) {
        if (power) {
            return;
        }
        power = true;
        boot++;
        clock = newClock();
        world.say(id.value(), "power on, boot " + boot);
        bmc.powerChanged();
        world.truth.hostPower(this, true);
        int mine = boot;
        world.at(world.now() + bootNanos, () -> {
            if (power && boot == mine) {
                agent.start();
                startWatchdog();
            }
        });
    }

    /** Power goes: every process is gone at once, writes that have left the machine may still land. */
    public void powerOff(String why) {
        stop(why, SHORT_FLIGHT);
    }

    /** It has been without power for at least so long. */
    public boolean offFor(long nanos) {
        return !power && world.now() - resetAt >= nanos;
    }

    private void stop(String why, long flightNanos) {
        world.truth.flightsOver(this);
        if (!power) {
            return;
        }
        world.say(id.value(), "power off (" + why + ")");
        power = false;
        resetAt = world.now();
        frozen = false;
        watchdogRuns = false;
        agent.die(false);
        agent.forgetBoot();
        for (SimProcess process : List.copyOf(processes.values())) {
            processes.remove(process.vm.id());
            if (!process.incoming) {
                world.truth.writerGone(process, this, world.dice().between(0, flight(process, flightNanos)));
            }
        }
        for (SimStorage storage : world.storages) {
            storage.hostReset(index);
        }
        bmc.powerChanged();
        world.truth.hostPower(this, false);
    }

    /** Where operations of a dead client may wait in the storage, its last writes land late. */
    private long flight(SimProcess process, long usual) {
        boolean waits = usual > SHORT_FLIGHT && operationsWait(process);
        return waits ? Math.max(usual, LONG_FLIGHT) : usual;
    }

    /** It has a disk where they may, on storage that takes them from here. */
    boolean operationsWait(SimProcess process) {
        return process.writable.stream()
                .map(world::storage)
                .anyMatch(each -> each.operationsWait && !each.refuses(index));
    }

    /** Reset by its watchdog or by a person: off, and booting at once. */
    public void reset(String why) {
        stop(why, world.profile().inFlightNanos());
        powerOn(world.dice().between(15_000 * MILLI, 40_000 * MILLI));
    }

    /** Everything on the machine stands still (a suspended virtual host); its hardware watchdog does not. */
    public void freeze(boolean on) {
        if (!power || frozen == on) {
            return;
        }
        frozen = on;
        world.say(id.value(), on ? "frozen" : "goes on after a freeze");
        if (on) {
            agent.pause();
        } else {
            agent.resume();
        }
    }

    private void startWatchdog() {
        watchdogRuns = watchdogArmed;
        fedAt = world.now();
        if (watchdogRuns) {
            watch(boot);
        }
    }

    void feedWatchdog() {
        fedAt = world.now();
    }

    private void watch(int mine) {
        long timeout = clock.trueLength(world.profile().watchdogNanos());
        world.at(fedAt + timeout, () -> {
            if (!power || boot != mine || !watchdogRuns) {
                return;
            }
            if (world.now() - fedAt >= timeout) {
                reset("watchdog");
            } else {
                watch(mine);
            }
        });
    }

    /** QEMU is started. */
    SimProcess spawn(Vm vm, long run) {
        SimProcess process = new SimProcess(vm, run);
        processes.put(vm.id(), process);
        world.say(id.value(), "starts " + vm.id() + " run " + run);
        if (world.truth.canWrite(process, this)) {
            world.truth.writerBegins(process, this);
        }
        return process;
    }

    /** A source has dialled: QEMU is made, paused, to take the memory of a guest. It writes nothing. */
    SimProcess spawnIncoming(Vm vm, long run) {
        SimProcess process = new SimProcess(vm, run);
        process.incoming = true;
        processes.put(vm.id(), process);
        world.say(id.value(), "takes in " + vm.id() + " run " + run);
        agent.incoming(process);
        return process;
    }

    /** The guest of an incoming process runs from now on. */
    void letRun(SimProcess process) {
        process.incoming = false;
        process.running = true;
        disk.letRun(process.vm.id(), process.run);
        world.say(id.value(), "lets " + process.vm.id() + " run " + process.run + " run");
        world.truth.continued(process, this);
        if (world.truth.canWrite(process, this)) {
            world.truth.writerBegins(process, this);
        }
        world.truth.running(process, this);
    }

    /** All of the guest has gone to another host: its process here is ended. Only the agent that saw it from the beginning knows that it was handed over. */
    void handedOver(SimProcess process, int agentLife, Runnable told) {
        process.dying = true;
        reapHandedOver(process, agentLife, boot, told);
    }

    private void reapHandedOver(SimProcess process, int agentLife, int mine, Runnable told) {
        world.at(world.now() + world.dice().between(5 * MILLI, 100 * MILLI), () -> {
            if (boot != mine || processes.get(process.vm.id()) != process) {
                return;
            }
            if (process.stuck) {
                reapHandedOver(process, agentLife, mine, told);
                return;
            }
            processes.remove(process.vm.id());
            world.say(id.value(), "has reaped " + process.vm.id() + " run " + process.run + ", handed over");
            world.truth.writerGone(process, this, 0);
            if (agent.up()) {
                boolean certain = agent.starts() == agentLife;
                EndCause cause = certain ? EndCause.MIGRATED : EndCause.CRASHED;
                disk.ended(process.vm.id(), process.run, cause);
            }
            agent.reaped(process);
            told.run();
        });
    }

    @Nullable
    SimProcess process(VmId vm) {
        return processes.get(vm);
    }

    /** SIGKILL, or an end of its own: reaped after a while unless it is stuck. An agent that is down finds it gone when it starts. */
    void kill(SimProcess process, EndCause cause, long reapNanos) {
        if (process.stuck) {
            return;
        }
        process.dying = true;
        int mine = boot;
        world.at(world.now() + reapNanos, () -> {
            if (boot != mine || processes.get(process.vm.id()) != process || process.stuck) {
                return;
            }
            processes.remove(process.vm.id());
            world.say(id.value(), "has reaped " + process.vm.id() + " run " + process.run + " (" + cause + ")");
            if (!process.incoming) {
                world.truth.writerGone(process, this, 0);
            }
            if (agent.up()) {
                boolean ordered = cause == EndCause.COMMANDED || cause == EndCause.SELF_FENCED;
                EndCause told = process.incoming && !ordered ? EndCause.START_FAILED : cause;
                disk.ended(process.vm.id(), process.run, told);
            }
            agent.reaped(process);
        });
    }

    /** The uplinks of the business network lose their carrier, or get it back. */
    public void business(boolean down) {
        businessDown += down ? 1 : -1;
        agent.reportSoon();
    }

    /** SIGSTOP to the agent, or SIGCONT. */
    public void stopAgent(boolean on) {
        if (on) {
            stoppedLife = agent.starts();
            if (agent.up()) {
                agent.pause();
            }
        } else if (agent.up() && agent.starts() == stoppedLife) {
            agent.resume();
        }
    }

    /** The VM's process ends by itself, by a crash or by the guest's wish. */
    public void vmDies(VmId vm, boolean wished) {
        SimProcess process = processes.get(vm);
        boolean pausedForHandOver = process != null && process.migration != null && process.migration.handingOver();
        boolean shutsDown = process != null && !process.incoming && !pausedForHandOver;
        if (process != null && !process.dying && (shutsDown || !wished)) {
            kill(process, wished ? EndCause.GUEST_SHUTDOWN : EndCause.CRASHED, MILLI);
        }
    }

    /** Its process does not end by SIGKILL, or does again. */
    public boolean vmStuck(VmId vm, boolean on) {
        SimProcess process = processes.get(vm);
        if (process == null) {
            return false;
        }
        process.stuck = on;
        if (!on && process.dying) {
            kill(process, EndCause.COMMANDED, MILLI);
        }
        return true;
    }

    boolean anyOn(SimStorage storage) {
        for (SimProcess process : processes.values()) {
            if (process.datastores.contains(storage.id)) {
                return true;
            }
        }
        return false;
    }

    List<SimProcess> allOn(SimStorage storage) {
        List<SimProcess> result = new ArrayList<>();
        for (SimProcess process : processes.values()) {
            if (process.datastores.contains(storage.id)) {
                result.add(process);
            }
        }
        return result;
    }
}
