package io.holdfast.core.inventory;

/** How hosts that may take a VM are compared; the lowest score wins, ties go to the lowest host id. */
public enum PlacementScore {
    /** Fewest VMs on the host. */
    FEWEST_VMS,
    /** Smallest share of CPU and memory taken by the configured sizes of its VMs. */
    CONFIGURED_SIZE,
    /** Smallest share of CPU in use as the host reports it, smoothed over half a minute, plus the configured sizes of what this plan adds. */
    RUNTIME_LOAD
}
