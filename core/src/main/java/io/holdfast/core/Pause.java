package io.holdfast.core;

import io.holdfast.core.inventory.HaMode;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.recovery.Stage;
import io.holdfast.core.recovery.Waiting;
import io.holdfast.core.text.Message;
import java.util.List;

/**
 * What a pause of HA holds back ({@link HaMode}). In both modes nothing is started, stopped, moved or forced by itself; questions are asked, and what proves an isolation counts. What operators ask for
 * acts at once under IGNORE; under FREEZE it is written down and acts when HA resumes. Whatever was under way when the pause began goes on to its end: a start that was commanded, a stop, a live
 * move, a VM that was stopped to be started elsewhere.
 *
 * <p>The queue of a frozen cluster is its durable state, so that it outlives the manager: the requested state of each VM, a recovery in stage WAITING with this reason, a move in stage WAITING, the
 * wish for a host.
 */
final class Pause {
    static final Waiting WHY = new Waiting(Waiting.Reason.HA_PAUSED, List.of());

    private Pause() {}

    /** HA does nothing by itself. */
    static boolean on(Turn turn) {
        return turn.settings().haMode() != HaMode.ACTIVE;
    }

    /** What operators ask for waits, too. */
    static boolean frozen(Turn turn) {
        return turn.settings().haMode() == HaMode.FREEZE;
    }

    /** This VM is not to be started now: it is down by a failure, or somebody asked for it while HA was frozen. */
    static boolean holds(Turn turn, Recovery recovery) {
        return on(turn) && (recovery.failover() != null || WHY.equals(recovery.waiting()));
    }

    /** Begins a start that belongs to no fail-over; while it is held back, it waits with the reason. */
    static void begin(Turn turn, Recovery recovery, boolean held) {
        if (held) {
            Planning.wait(turn, recovery, WHY);
        } else {
            turn.put(recovery);
        }
    }

    /** HA pauses, resumes, or is paused otherwise. A recovery that began meanwhile goes on where it stood: nothing was forgotten. */
    static void set(Turn turn, HaMode mode) {
        turn.put(turn.cluster.withSettings(turn.settings().withHaMode(mode)));
        String cluster = turn.cluster.id().value();
        turn.clear(Message.ALARM_HA_FREEZE, cluster);
        turn.clear(Message.ALARM_HA_IGNORE, cluster);
        switch (mode) {
            case ACTIVE -> seekAgain(turn);
            case FREEZE -> turn.raise(Message.ALARM_HA_FREEZE, cluster, List.of());
            case IGNORE -> {
                turn.raise(Message.ALARM_HA_IGNORE, cluster, List.of());
                releaseWishes(turn);
            }
        }
    }

    private static void seekAgain(Turn turn) {
        for (Recovery recovery : turn.recoveries.values()) {
            if (recovery.stage() == Stage.AFFECTED) {
                turn.put(recovery.to(Stage.ISOLATING, turn.wall()));
            }
        }
    }

    /** What was asked for while HA was frozen no longer waits for HA. */
    private static void releaseWishes(Turn turn) {
        for (Recovery recovery : turn.recoveries.values()) {
            if (recovery.failover() == null && WHY.equals(recovery.waiting())) {
                turn.put(recovery.to(Stage.ISOLATED, turn.wall()));
            }
        }
    }
}
