package io.holdfast.simulator.scenario;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One scenario of the neutral form.
 *
 * @param balance how VMs are spread while nothing fails; null: not at all
 * @param failedAtStart VMs that the reference had given up before
 * @param managerKilledAt seconds at which a fault hit the active manager's host; empty: no run with the manager killed
 */
record Scenario(
        String id,
        String score,
        boolean placeOnStart,
        String shutdownPolicy,
        @Nullable Balance balance,
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

    /** Automatic balancing: when the imbalance has been above the threshold for so many rounds, the move that lessens it most is done if it does by the margin. */
    record Balance(String method, double threshold, double margin, int holdRounds) {}

    /** @param cores as written, where {@code cpuCores} is rounded up */
    record Size(int cpuCores, long memoryBytes, double cores) {
        static final Size SMALL = new Size(1, 1L << 30, 1);
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
            @Nullable Size load,
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
