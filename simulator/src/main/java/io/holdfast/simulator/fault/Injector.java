package io.holdfast.simulator.fault;

import io.holdfast.core.Request;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.HaMode;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.placement.Placement;
import io.holdfast.simulator.world.Crash;
import io.holdfast.simulator.world.SimHost;
import io.holdfast.simulator.world.SimManager;
import io.holdfast.simulator.world.SimStorage;
import io.holdfast.simulator.world.World;
import java.util.ArrayList;
import java.util.List;

/** Does faults to the world, and mends them. */
public final class Injector {
    private static final long SECOND = 1_000_000_000L;
    private static final long BOOT = 20 * SECOND;
    /** A person who sees a host go off has said so after this at the earliest; its last writes have landed long before. */
    private static final long LOOK = SECOND / 4;

    private final World world;
    private final List<VmId> vms;
    private final int[] unpowered;
    private final int[] machinesOff = new int[2];
    private final int[] managersDown = new int[2];
    private final int[] managersDeaf = new int[2];
    private int arbitersDown;

    public Injector(World world, List<VmId> vms) {
        this.world = world;
        this.vms = vms;
        unpowered = new int[world.hosts().size()];
    }

    /** Begins a fault now. One that lasts is mended by {@link #end}. */
    public void begin(Fault fault) {
        world.say("fault", fault + " begins");
        apply(fault, true);
    }

    /** Mends a fault that has lasted. */
    public void end(Fault fault) {
        world.say("fault", fault + " ends");
        apply(fault, false);
    }

    private void apply(Fault fault, boolean on) {
        switch (fault.kind().target()) {
            case HOST -> {
                SimHost host = world.hosts().get(fault.target() % world.hosts().size());
                onHost(fault, host, on);
            }
            case VM -> onVm(fault, vms.get(fault.target() % vms.size()), on);
            case DATASTORE ->
                onDatastore(fault, fault.target() % world.storages().size(), on);
            case MANAGER -> onManager(fault, world.managers().get(fault.target() % 2), on);
            case NONE -> onAll(fault, on);
        }
    }

    private void onHost(Fault fault, SimHost host, boolean on) {
        boolean operator = fault.kind().name().startsWith("OPERATOR");
        if (!operator || fault.kind() == FaultKind.OPERATOR_CONFIRMS) {
            host.lastFaultAt = world.now();
        }
        switch (fault.kind()) {
            case POWER_OFF -> power(host, on);
            case POWER_CUT -> {
                host.bmc.dead(on);
                power(host, on);
            }
            case HOST_RESET -> {
                if (host.power()) {
                    host.reset("somebody");
                }
            }
            case HOST_FROZEN -> host.freeze(on);
            case BMC_DEAD -> host.bmc.dead(on);
            case BMC_LAGGING -> host.bmc.lagging(on);
            case BMC_LIES -> host.bmc.lieOnce();
            case BMC_LAZY -> host.bmc.lazy(on);
            case MANAGEMENT_CUT -> world.network.cut(host.index, true, true, on);
            case MANAGEMENT_CUT_IN -> world.network.cut(host.index, true, false, on);
            case MANAGEMENT_CUT_OUT -> world.network.cut(host.index, false, true, on);
            case MANAGEMENT_SLOW -> world.slowLinks(host.index, on);
            case MANAGEMENT_LOSSY -> world.loseMessages(host.index, on);
            case HOST_UNSEEN -> apart(host.index, world.hosts().size() + fault.part() % 2, on);
            case HOSTS_APART ->
                apart(
                        host.index,
                        (host.index + 1 + fault.part()) % world.hosts().size(),
                        on);
            case STORAGE_CUT -> storage(fault).cut(host.index, on);
            case STORAGE_SILENT -> storage(fault).silence(host.index, on);
            case STORAGE_SLOW -> storage(fault).slow(host.index, on);
            case STORAGE_REPEATS -> storage(fault).repeat(host.index, on);
            case BUSINESS_CUT -> host.business(on);
            case AGENT_KILLED -> host.agent().die(true);
            case AGENT_STOPPED -> host.stopAgent(on);
            case OPERATOR_DISABLES ->
                world.request(new Request.SetAdminState(host.id, on ? AdminState.DISABLED : AdminState.ENABLED));
            case OPERATOR_MAINTENANCE ->
                world.request(new Request.SetAdminState(host.id, on ? AdminState.MAINTENANCE : AdminState.ENABLED));
            case OPERATOR_REBOOTS -> {
                if (on) {
                    world.request(new Request.ShutDownHost(host.id, true));
                } else if (host.power()) {
                    host.lastFaultAt = world.now();
                    host.reset("operator");
                }
            }
            case OPERATOR_CONFIRMS -> {
                confirm(host);
            }
            default -> throw new IllegalArgumentException(fault + " is not done to a host");
        }
    }

    private void confirm(SimHost host) {
        if (host.offFor(LOOK)) {
            world.request(new Request.ConfirmIsolation(host.id, host.id.value(), "seen with own eyes"));
        } else if (!host.power()) {
            world.at(world.now() + LOOK, () -> confirm(host));
        }
    }

    private void apart(int one, int other, boolean on) {
        world.network.cutPair(one, other, on);
        world.network.cutPair(other, one, on);
    }

    private SimStorage storage(Fault fault) {
        return world.storages().get(fault.part() % world.storages().size());
    }

    private void power(SimHost host, boolean off) {
        unpowered[host.index] += off ? 1 : -1;
        if (off) {
            host.powerOff("power cut");
        } else if (unpowered[host.index] == 0) {
            host.powerOn(BOOT);
        }
    }

    /** Something stands without power for no fault's sake. */
    public boolean leftOff() {
        for (SimHost host : world.hosts()) {
            if (!host.power() && unpowered[host.index] == 0) {
                return true;
            }
        }
        return false;
    }

    /** A person switches on what stands without power for no fault's sake. */
    public void switchOn() {
        for (SimHost host : world.hosts()) {
            if (!host.power() && unpowered[host.index] == 0) {
                host.powerOn(BOOT);
            }
        }
    }

    private void onDatastore(Fault fault, int storage, boolean on) {
        switch (fault.kind()) {
            case STORAGE_STALLED -> stall(world.storages().get(storage), on);
            case STORAGE_CONTROL_DEAD -> world.storageControl.dead(storage, on);
            case STORAGE_CONTROL_SLOW -> world.storageControl.slow(storage, on);
            default -> throw new IllegalArgumentException(fault + " is not done to a datastore");
        }
    }

    private void stall(SimStorage storage, boolean on) {
        for (SimHost host : world.hosts()) {
            host.lastFaultAt = world.now();
            storage.cut(host.index, on);
        }
    }

    private void onVm(Fault fault, VmId vm, boolean on) {
        switch (fault.kind()) {
            case VM_KILLED -> world.hosts().forEach(host -> host.vmDies(vm, false));
            case GUEST_SHUT_DOWN -> world.hosts().forEach(host -> host.vmDies(vm, true));
            case VM_STUCK -> {
                for (SimHost host : world.hosts()) {
                    if (host.vmStuck(vm, on)) {
                        host.lastFaultAt = world.now();
                    }
                }
            }
            case MIGRATION_BREAKS -> {
                world.breakHandOver(vm);
                move(vm, fault.part(), true);
            }
            case OPERATOR_MOVES -> move(vm, fault.part(), true);
            case OPERATOR_MOVES_COLD -> move(vm, fault.part(), false);
            case OPERATOR_STOPS -> world.request(on ? new Request.StopVm(vm, true, 0) : new Request.StartVm(vm));
            default -> throw new IllegalArgumentException(fault + " is not done to a VM");
        }
    }

    private void move(VmId vm, int part, boolean live) {
        Placement placement = world.database.journal().placement(vm);
        if (placement != null) {
            int at = world.host(placement.servingHost()).index;
            int to = (at + 1 + part) % world.hosts().size();
            world.request(new Request.MoveVm(vm, world.hosts().get(to).id, live));
        }
    }

    private void onManager(Fault fault, SimManager manager, boolean on) {
        int index = manager.index;
        switch (fault.kind()) {
            case MANAGER_KILLED -> {
                managersDown[index] += on ? 1 : -1;
                if (on) {
                    manager.kill();
                } else if (managersDown[index] == 0) {
                    manager.start();
                }
            }
            case MANAGER_STOPPED -> {
                managersDeaf[index] += on ? 1 : -1;
                if (on) {
                    manager.pause();
                } else {
                    manager.resume();
                }
            }
            case MANAGER_DIES_BEFORE_COMMIT -> manager.crashNext(Crash.BEFORE_COMMIT);
            case MANAGER_DIES_AFTER_COMMIT -> manager.crashNext(Crash.AFTER_COMMIT);
            case MANAGER_POWER_OFF -> {
                machinesOff[index] += on ? 1 : -1;
                if (on) {
                    manager.powerOff();
                } else if (machinesOff[index] == 0) {
                    manager.powerOn(0);
                }
            }
            case MANAGER_STOPS_BEFORE_COMMIT -> stopNext(manager, Crash.STOP_BEFORE_COMMIT, on);
            case MANAGER_STOPS_AFTER_COMMIT -> stopNext(manager, Crash.STOP_AFTER_COMMIT, on);
            case MANAGER_STOPS_BEFORE_SENDING -> stopNext(manager, Crash.STOP_BEFORE_SENDING, on);
            case MANAGER_CUT -> world.network.cut(world.hosts().size() + index, true, true, on);
            case COMMIT_LANDS_LATE -> world.database.landLate(index);
            case COMMIT_ANSWER_LOST -> world.database.loseAnswer(index);
            default -> throw new IllegalArgumentException(fault + " is not done to a manager");
        }
    }

    private static void stopNext(SimManager manager, Crash where, boolean on) {
        if (on) {
            manager.crashNext(where);
        } else {
            manager.goOn();
        }
    }

    private void onAll(Fault fault, boolean on) {
        int first = world.hosts().size();
        switch (fault.kind()) {
            case MANAGERS_APART -> apart(first, first + 1, on);
            case MANAGER_SIDE_CUT -> {
                for (SimHost host : world.hosts()) {
                    apart(host.index, first, on);
                    apart(host.index, first + 1, on);
                }
            }
            case ARBITER_DOWN -> {
                arbitersDown += on ? 1 : -1;
                world.database.arbiter(arbitersDown == 0);
            }
            case COMMANDS_REPEATED -> world.repeatCommands(on ? 30 : -30);
            case OPERATOR_FREEZES_HA -> world.request(new Request.SetHaMode(on ? pause(fault) : HaMode.ACTIVE));
            default -> throw new IllegalArgumentException(fault + " is done to something");
        }
    }

    /** One of the two ways to pause HA, by the instant of the fault. */
    private static HaMode pause(Fault fault) {
        return fault.atMillis() % 2 == 0 ? HaMode.FREEZE : HaMode.IGNORE;
    }

    /** What an operator does when all faults are over: everything is enabled again. */
    public void tidyUp() {
        switchOn();
        List<Request> requests = new ArrayList<>();
        requests.add(new Request.SetHaMode(HaMode.ACTIVE));
        for (SimHost host : world.hosts()) {
            requests.add(new Request.SetAdminState(host.id, AdminState.ENABLED));
            requests.add(new Request.LiftHold(host.id));
        }
        vms.forEach(vm -> requests.add(new Request.StartVm(vm)));
        requests.forEach(world::request);
    }
}
