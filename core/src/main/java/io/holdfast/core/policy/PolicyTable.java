package io.holdfast.core.policy;

import java.util.List;

/**
 * The policy table of safety argument, section 7: one action for each combination of the three planes. Rows are in the order of that table:
 * index = 4 × (management fault) + 2 × (storage fault) + (business fault). Locked rows cannot be changed. A degraded plane counts as ok: it never restarts a VM.
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

    private static final List<Boolean> LOCKED = List.of(true, false, true, true, false, false, true, true);

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

    /** Whether a row cannot be changed. */
    public static boolean locked(int row) {
        return LOCKED.get(row);
    }

    /** The first row that is locked and differs from the default, or -1. A table with another number of rows gives 8. */
    public int firstBrokenRow() {
        if (rows.size() != LOCKED.size()) {
            return LOCKED.size();
        }
        for (int row = 0; row < rows.size(); row++) {
            if (LOCKED.get(row) && rows.get(row) != DEFAULT.rows.get(row)) {
                return row;
            }
        }
        return -1;
    }
}
