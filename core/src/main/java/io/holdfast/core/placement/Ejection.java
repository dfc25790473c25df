package io.holdfast.core.placement;

import java.util.ArrayList;
import java.util.List;

/**
 * Makes room for a unit that found none: planned units of a host move to other hosts. Only units of this plan move, nothing that runs. The number of tries is bounded, so that
 * a plan that cannot be complete costs a bounded time too.
 */
final class Ejection {
    private static final int STEPS = 60_000;

    private Ejection() {}

    static void improve(Board board) {
        int[] steps = {STEPS};
        for (int unit : board.order()) {
            if (board.hostOf(unit) < 0) {
                for (int host = 0; host < board.hostCount() && board.hostOf(unit) < 0 && steps[0] > 0; host++) {
                    if (board.permittedWithoutGroups(unit, host)) {
                        tryHost(board, unit, host, steps);
                    }
                }
            }
        }
    }

    /** Moves units away from the host, one after the other, until this one fits; undone when it does not. */
    private static void tryHost(Board board, int unit, int host, int[] steps) {
        List<Integer> moved = new ArrayList<>();
        for (int other : board.unitsOn(host)) {
            steps[0]--;
            board.remove(other);
            int elsewhere = board.bestHostExcept(other, host);
            if (elsewhere < 0) {
                board.place(other, host);
                continue;
            }
            board.place(other, elsewhere);
            moved.add(other);
            if (board.fits(unit, host) && board.permitted(unit, host)) {
                board.place(unit, host);
                return;
            }
            if (steps[0] <= 0) {
                break;
            }
        }
        for (int at = moved.size() - 1; at >= 0; at--) {
            board.remove(moved.get(at));
        }
        for (int other : moved) {
            board.place(other, host);
        }
    }
}
