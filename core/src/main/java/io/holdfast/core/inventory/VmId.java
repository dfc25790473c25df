package io.holdfast.core.inventory;

import org.jspecify.annotations.Nullable;

/** Identity of a virtual machine. Never given to another one, also not after its removal: runs are counted per id. */
public record VmId(String value) implements Comparable<VmId> {
    @Override
    public int compareTo(VmId other) {
        return this == other ? 0 : value.compareTo(other.value);
    }

    /** Written out because it is asked in every step, mostly about one and the same object. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof VmId id && value.equals(id.value));
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
