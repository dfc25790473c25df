package io.holdfast.core.inventory;

/** What happens when a plane of a host is degraded: it works, but badly (safety argument, section 7). No VM is ever stopped for that. */
public enum DegradedAction {
    /** People are told, nothing moves. */
    ALARM,
    /** VMs that use the degraded part are moved live to hosts that are well, after all recovery; whatever cannot be moved live stays. */
    EVACUATE
}
