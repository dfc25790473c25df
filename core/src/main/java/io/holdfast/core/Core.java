package io.holdfast.core;

/** The decider. */
public final class Core {
    private Core() {}

    /**
     * Takes one event in. Same state and event, same step, always.
     *
     * @return the next state, what must be committed, and what may be commanded once it is
     */
    public static Step step(State state, Event event) {
        Turn turn = new Turn(state, event.now());
        return turn.done(null);
    }
}
