package io.holdfast.lab;

import java.util.List;
import java.util.Optional;

/**
 * What became of one VM after a fault, by the lab's own eyes; only the proofs are the manager's word.
 *
 * @param vm its name
 * @param from host that it ran on before
 * @param to host that it runs on now; empty when it does not run
 * @param proofs what made the restart safe, for example {@code PoweredOff}; empty when it was not restarted
 * @param cutToStartMillis from the fault to the start of its new QEMU process; empty when it was not restarted
 * @param cutToGuestMillis from the fault to the first record that the new boot wrote to the disk; empty when there is none
 * @param starts how many QEMU processes have been started for it since the fault
 * @param well it runs by the manager's word and writes to its disk
 */
public record VmOutcome(
        String vm,
        String from,
        Optional<String> to,
        List<String> proofs,
        Optional<Long> cutToStartMillis,
        Optional<Long> cutToGuestMillis,
        int starts,
        boolean well) {

    /** True when it has been started anew since the fault. */
    public boolean restarted() {
        return cutToStartMillis.isPresent();
    }
}
