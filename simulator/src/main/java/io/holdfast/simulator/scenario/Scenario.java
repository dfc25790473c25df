package io.holdfast.simulator.scenario;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One scenario of the neutral form.
 *
 * @param failedAtStart VMs that the reference had given up before
 * @param managerKilledAt seconds at which a fault hit the active manager's host; empty: no run with the manager killed
 */
record Scenario(
        String id,
        String score,
        boolean placeOnStart,
        String shutdownPolicy,
        List<HostLine> hosts,
        List<VmLine> vms,
        List<RuleLine> rules,
        Map<String, Size> sizesOfLater,
        List<Happening> events,
        double endSeconds,
        List<Double> managerKilledAt,
        Set<String> failedAtStart) {
    /** The VM's line; null: it is registered later, or nowhere. */
    @Nullable
    VmLine line(String vm) {
        for (VmLine line : vms) {
            if (line.id().equals(vm)) {
                return line;
            }
        }
        return null;
    }

    record HostLine(String id, boolean on, boolean network, int cpuCores, long memoryBytes) {}

    record Size(int cpuCores, long memoryBytes) {
        static final Size SMALL = new Size(1, 1L << 30);
    }

    /** A VM, with what a test double does. */
    record VmLine(
            String id,
            String host,
            String requested,
            int maxRestart,
            int maxRelocate,
            boolean failback,
            Size size,
            int startFailsFirst,
            int moveFailsFirst,
            boolean stopNeverSucceeds,
            @Nullable String failuresOnlyOn) {}

    /** @param hostPriority for vm-host: hosts with their priority */
    record RuleLine(String id, String type, boolean strict, List<String> vms, Map<String, Integer> hostPriority) {}

    /** An event; fields that a type does not have are empty, cores and memory NaN. */
    record Happening(
            double seconds,
            String type,
            String host,
            String vm,
            String value,
            double timeoutSeconds,
            double cpuCores,
            double memoryMib,
            boolean alreadyRunning) {}
}
