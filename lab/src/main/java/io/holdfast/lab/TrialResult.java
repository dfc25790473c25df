package io.holdfast.lab;

import java.util.List;

/**
 * A fault and what became of it.
 *
 * @param call the fault
 * @param affected names of the VMs that it was expected to hit
 * @param vms what became of all VMs
 * @param check what journals and processes prove
 * @param failover id of the manager's failover, or empty
 * @param cutWallMillis wall clock just before the fault
 */
public record TrialResult(
        Fault.Call call,
        List<String> affected,
        List<VmOutcome> vms,
        WriterCheck check,
        String failover,
        long cutWallMillis) {

    /** The VMs that were expected to be hit. */
    public List<VmOutcome> hit() {
        return vms.stream().filter(vm -> affected.contains(vm.vm())).toList();
    }

    /** The others. */
    public List<VmOutcome> spared() {
        return vms.stream().filter(vm -> !affected.contains(vm.vm())).toList();
    }

    /** Every VM runs and writes, no disk had two writers, no acknowledged write is lost. */
    public boolean allWell() {
        return vms.stream().allMatch(VmOutcome::well) && check.clean();
    }
}
