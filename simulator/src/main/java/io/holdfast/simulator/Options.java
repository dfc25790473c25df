package io.holdfast.simulator;

import io.holdfast.simulator.fault.FaultKind;
import java.util.List;

/**
 * What kind of histories are made.
 *
 * @param faults kinds to draw from
 */
public record Options(int hosts, int vms, List<FaultKind> faults) {
    public Options {
        faults = List.copyOf(faults);
    }

    /** Three hosts, five VMs, every kind of fault. */
    public static final Options DEFAULT = new Options(3, 5, List.of(FaultKind.values()));
}
