package io.holdfast.simulator.invariant;

import io.holdfast.simulator.world.Invariant;
import java.util.List;

/** All of them, fresh for one history. */
public final class Invariants {
    private Invariants() {}

    public static List<Invariant> all() {
        return List.of(
                new AtMostOneWriter(),
                new NoPlacementWithoutProof(),
                new EpochsNeverDecrease(),
                new AcknowledgedIsKept(),
                new BackWithinBound(),
                new NoFenceOnManagerSide(),
                new RulesHold(),
                new JournalFirst(),
                new EndedStaysEnded(),
                new NeverContinuedFromOldMemory());
    }
}
