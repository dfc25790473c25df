package io.holdfast.core.inventory;

/** What happens to the VMs of a host that is shut down or rebooted in an orderly way. */
public enum ShutdownPolicy {
    /** Shut down: as FAILOVER; reboot: as FREEZE. */
    CONDITIONAL,
    /** Restart them elsewhere. */
    FAILOVER,
    /** Leave them until the host is back. */
    FREEZE,
    /** Move them away first, back afterwards. */
    MIGRATE
}
