package io.holdfast.core;

import io.holdfast.core.inventory.VmId;
import java.util.Comparator;

/** One run of one VM. */
record RunKey(VmId vm, long run) implements Comparable<RunKey> {
    private static final Comparator<RunKey> ORDER =
            Comparator.comparing(RunKey::vm).thenComparingLong(RunKey::run);

    @Override
    public int compareTo(RunKey other) {
        return ORDER.compare(this, other);
    }
}
