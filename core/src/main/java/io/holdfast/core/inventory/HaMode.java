package io.holdfast.core.inventory;

/** Whether HA acts in this cluster. Questions and proofs under way go on in every mode; a fence under way is never forgotten. */
public enum HaMode {
    /** Acts. */
    ACTIVE,
    /** Paused: nothing is started, stopped or fenced until HA resumes; what was affected stays recorded and goes on then. */
    FREEZE,
    /** Paused for work on the cluster itself: as FREEZE; what operators start and stop meanwhile counts, and what failed meanwhile is made up for when HA resumes. */
    IGNORE
}
