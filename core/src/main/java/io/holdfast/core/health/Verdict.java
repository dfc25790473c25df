package io.holdfast.core.health;

/** What is held to be wrong with a host, or with one VM (safety argument, section 5). */
public enum Verdict {
    /** Its power is seen off, or there is no sign of it on any plane. */
    DEAD,
    /** Its lease is alive, its management network is not. */
    PARTITIONED,
    /** It reports, and has lost a datastore. */
    STORAGE_LOST,
    /** It reports, and its business uplinks are down. */
    UPLINK_LOST,
    /** The host answers, its agent does not. */
    AGENT_DOWN,
    /** Most hosts vanished at once: the fault is on the manager's side, nobody is fenced. */
    MANAGER_SIDE,
    /** The host came back with a new boot: everything of the older one has ended. */
    REBOOTED,
    /** One VM's process ended without a command. */
    VM_ENDED,
    /** A person stated the isolation. */
    OPERATOR
}
