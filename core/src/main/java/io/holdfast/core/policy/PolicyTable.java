package io.holdfast.core.policy;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The policy table of safety argument, section 7: one action for each combination of the three planes. Rows are in the order of that table:
 * index = 4 × (management fault) + 2 × (storage fault) + (business fault). Locked rows cannot be changed; each other row has the actions that can be carried out there
 * ({@link #choices}). A degraded plane counts as ok: it never restarts a VM.
 */
public record PolicyTable(List<Action> rows) {
    /** The default of safety argument, section 7. */
    public static final PolicyTable DEFAULT = new PolicyTable(List.of(
            Action.KEEP,
            Action.MIGRATE_OR_KEEP,
            Action.RESTART_WHEN_PROVEN,
            Action.RESTART_WHEN_PROVEN,
            Action.KEEP,
            Action.STOP_AND_RESTART,
            Action.RESTART_WHEN_PROVEN,
            Action.RESTART_WHEN_PROVEN));

    /** Number of rows. */
    public static final int ROWS = 8;

    /**
     * With its storage lost a VM cannot go on, and with everything well there is nothing to do: those rows are locked. Without the management network nothing moves live, for
     * the agents cannot be told; what can be asked through the mailbox is a stop.
     */
    private static final List<List<Action>> CHOICES = List.of(
            List.of(Action.KEEP),
            List.of(Action.KEEP, Action.MIGRATE_OR_KEEP, Action.MIGRATE_OR_RESTART, Action.STOP_AND_RESTART),
            List.of(Action.RESTART_WHEN_PROVEN),
            List.of(Action.RESTART_WHEN_PROVEN),
            List.of(Action.KEEP, Action.STOP_AND_RESTART),
            List.of(Action.KEEP, Action.STOP_AND_RESTART),
            List.of(Action.RESTART_WHEN_PROVEN),
            List.of(Action.RESTART_WHEN_PROVEN));

    public PolicyTable {
        rows = List.copyOf(rows);
    }

    /** The action for a combination of faults. */
    public Action action(boolean managementFault, boolean storageFault, boolean businessFault) {
        return rows.get(index(managementFault, storageFault, businessFault));
    }

    /** The row's place in {@link #rows}. */
    public static int index(boolean managementFault, boolean storageFault, boolean businessFault) {
        return (managementFault ? 4 : 0) + (storageFault ? 2 : 0) + (businessFault ? 1 : 0);
    }

    /** The row's name, management first, then storage and business: {@code fault-ok-ok}. */
    public static String name(int row) {
        return word(row & 4) + "-" + word(row & 2) + "-" + word(row & 1);
    }

    private static String word(int fault) {
        return fault == 0 ? "ok" : "fault";
    }

    /** The row of this name, or -1. */
    public static int row(String name) {
        for (int row = 0; row < ROWS; row++) {
            if (name(row).equals(name)) {
                return row;
            }
        }
        return -1;
    }

    /** Whether a row cannot be changed. */
    public static boolean locked(int row) {
        return choices(row).size() == 1;
    }

    /** The actions that a row may have, the default among them. */
    public static List<Action> choices(int row) {
        return CHOICES.get(row);
    }

    /** This table with some rows replaced; null: none. */
    public PolicyTable with(@Nullable PolicyRows over) {
        if (over == null) {
            return this;
        }
        List<Action> result = new ArrayList<>(rows);
        over.actions().forEach(result::set);
        return new PolicyTable(result);
    }

    /** The first row whose action it may not have, or -1. A table with another number of rows gives {@link #ROWS}. */
    public int firstBrokenRow() {
        if (rows.size() != ROWS) {
            return ROWS;
        }
        for (int row = 0; row < ROWS; row++) {
            if (!choices(row).contains(rows.get(row))) {
                return row;
            }
        }
        return -1;
    }
}
