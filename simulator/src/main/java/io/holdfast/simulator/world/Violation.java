package io.holdfast.simulator.world;

/** An invariant of safety argument, section 8, does not hold: the history ends here. */
public final class Violation extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final String invariant;

    public Violation(String invariant, String what) {
        super(what, null, false, false);
        this.invariant = invariant;
    }

    /** The invariant's name. */
    public String invariant() {
        return invariant;
    }
}
