package io.holdfast.core.policy;

import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Some rows of a policy table, laid over another table: a VM's own rows over its cluster's. Rows that are not named follow the table beneath, also when that changes later.
 *
 * @param actions action by row ({@link PolicyTable#index}); at least one
 */
public record PolicyRows(SortedMap<Integer, Action> actions) {
    public PolicyRows {
        actions = Collections.unmodifiableSortedMap(new TreeMap<>(actions));
    }
}
