package io.holdfast.lab;

import java.util.Optional;

/**
 * How long a fault is watched, and what has to be repaired before its outcome can be judged.
 *
 * @param restarts VMs are expected to be started anew
 * @param watchMillis how long to watch before the repair, or before it is judged that nothing was stopped
 * @param repair what is put right after that time
 */
record FaultStory(boolean restarts, long watchMillis, Optional<Fault.Call> repair) {

    // Longer than the expiry of a lease: what is wrongly taken for dead would be restarted by then.
    private static final long QUIET_MILLIS = 18_000;
    private static final long SHORT_MILLIS = 9_000;
    private static final long MANAGER_AWAY_MILLIS = 4_000;

    /** @throws LabException for a fault that repairs: there is no story in it */
    static FaultStory of(Fault.Call call) {
        if (call.fault().target() == Fault.Target.NODE
                || call.host().filter(host -> !host.startsWith("host")).isPresent()) {
            throw new LabException(call + " is done to the management pair and stops no virtual machine;"
                    + " do it to a running lab (lab up --management pair) or measure it (lab bench management)");
        }
        return switch (call.fault()) {
            case POWER_CUT, AGENT_STOP, QEMU_KILL -> new FaultStory(true, 0, Optional.empty());
            case CABLE_OUT -> cable(call);
            case AGENT_KILL, LIBVIRTD_KILL, BMC_DEAD -> new FaultStory(false, SHORT_MILLIS, Optional.empty());
            case STORAGE_STOP -> new FaultStory(true, QUIET_MILLIS, repair(call, Fault.STORAGE_START));
            case SWITCH_DOWN ->
                new FaultStory(
                        call.network()
                                .filter(network -> network == Network.STORAGE)
                                .isPresent(),
                        QUIET_MILLIS,
                        repair(call, Fault.SWITCH_UP));
            case MANAGER_KILL -> new FaultStory(false, MANAGER_AWAY_MILLIS, repair(call, Fault.MANAGER_START));
            case POWER_ON, BMC_BACK, CABLE_IN, STORAGE_START, SWITCH_UP, MANAGER_START ->
                throw new LabException(call.fault().word() + " repairs something; name a fault that breaks something");
            default -> throw new LabException(call.fault().word() + " has no story");
        };
    }

    private static FaultStory cable(Fault.Call call) {
        return call.network().filter(network -> network == Network.STORAGE).isPresent()
                ? new FaultStory(true, 0, Optional.empty())
                : new FaultStory(false, QUIET_MILLIS, repair(call, Fault.CABLE_IN));
    }

    private static Optional<Fault.Call> repair(Fault.Call call, Fault fault) {
        return Optional.of(new Fault.Call(fault, call.host(), call.network()));
    }
}
