package io.holdfast.core.inventory;

/** Whether HA acts in this cluster. Questions and proofs under way go on in every mode; a fence under way is never forgotten. */
public enum HaMode {
    /** Acts. */
    ACTIVE,
    /** Paused: nothing is started, stopped or fenced by itself until HA resumes; what was affected stays recorded and goes on then. */
    FREEZE,
    /** Paused as FREEZE; today the two differ in nothing but the word that people see. In both, what operators start, stop and move by hand meanwhile is carried out. */
    IGNORE
}
