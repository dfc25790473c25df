package io.holdfast.simulator;

import io.holdfast.core.inventory.LeaseProfile;
import io.holdfast.simulator.fault.FaultKind;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What kind of histories are made.
 *
 * @param faults kinds to draw from
 * @param profile times of the leases; null: drawn from the seed
 */
public record Options(
        int hosts,
        int vms,
        List<FaultKind> faults,
        @Nullable LeaseProfile profile) {
    public Options {
        faults = List.copyOf(faults);
    }

    /** With times drawn from the seed. */
    public Options(int hosts, int vms, List<FaultKind> faults) {
        this(hosts, vms, faults, null);
    }

    /** Three hosts, five VMs, every kind of fault. */
    public static final Options DEFAULT = new Options(3, 5, List.of(FaultKind.values()));
}
