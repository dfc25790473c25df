package io.holdfast.core.inventory;

/** Whether HA acts in this cluster. Questions and proofs go on in every mode, hosts keep their leases; a fence under way is never forgotten, what was affected stays recorded and goes on when HA resumes. */
public enum HaMode {
    /** Acts. */
    ACTIVE,
    /** Paused: nothing is started, stopped, moved or forced by itself, and what operators ask for meanwhile waits until HA resumes. */
    FREEZE,
    /** Paused: nothing is started, stopped, moved or forced by itself; operators start, stop and move VMs by hand, as if HA did not look after them. */
    IGNORE
}
