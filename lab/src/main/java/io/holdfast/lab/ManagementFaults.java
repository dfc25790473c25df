package io.holdfast.lab;

import io.holdfast.lab.ManagementMachine.Program;
import java.util.List;

/** Faults of the management pair's machines. */
final class ManagementFaults {

    private final ManagementPair pair;

    ManagementFaults(ManagementPair pair) {
        this.pair = pair;
    }

    /**
     * Does the fault.
     *
     * @return CLOCK_BOOTTIME just before it, in nanoseconds
     * @throws LabException when it isn't possible now
     */
    long apply(Fault.Call call) {
        ManagementMachine machine = machine(call);
        long now = Clock.bootNanos();
        return switch (call.fault()) {
            case POWER_CUT -> machine.powerCut();
            case POWER_ON -> then(now, machine::powerOn);
            case CABLE_OUT -> management(call, machine).pull();
            case CABLE_IN -> then(now, management(call, machine)::insert);
            case MANAGER_KILL -> machine.signal(Program.MANAGER, "KILL");
            case MANAGER_STOP -> machine.signal(Program.MANAGER, "STOP");
            case MANAGER_CONTINUE -> machine.signal(Program.MANAGER, "CONT");
            case CONSOLE_KILL -> machine.closeListener();
            case DATABASE_KILL -> machine.signal(Program.DATABASE, "KILL");
            case KEEPALIVED_KILL -> machine.signal(Program.KEEPALIVED, "KILL");
            case SUPERVISOR_KILL -> machine.signal(Program.SUPERVISOR, "KILL");
            case CUT_OFF -> then(now, () -> pair.cut(machine, List.of(pair.peer(machine), pair.arbiter())));
            case CUT_OFF_PEER -> then(now, () -> pair.cut(machine, List.of(pair.peer(machine))));
            case RECONNECT -> then(now, pair::heal);
            default -> throw new LabException(call + " is not done to a management node");
        };
    }

    private ManagementMachine machine(Fault.Call call) {
        if (call.fault() == Fault.RECONNECT) {
            return pair.first();
        }
        ManagementMachine machine = call.host()
                .map(name -> pair.machine(name)
                        .orElseThrow(() -> new LabException(
                                "there is no management machine '" + name + "': mgmt1, mgmt2 or arbiter")))
                .orElseGet(pair::active);
        if (call.fault().target() == Fault.Target.NODE && !machine.isNode()) {
            throw new LabException(call + ": the arbiter has no manager, database or VIP; name mgmt1 or mgmt2");
        }
        return machine;
    }

    private static ManagementMachine management(Fault.Call call, ManagementMachine machine) {
        if (call.network().filter(network -> network == Network.MANAGEMENT).isEmpty()) {
            throw new LabException(call + ": " + machine.name() + " has a cable of the management network only");
        }
        return machine;
    }

    private static long then(long now, Runnable action) {
        action.run();
        return now;
    }
}
