package io.holdfast.core.inventory;

import org.jspecify.annotations.Nullable;

/** Identity of a host; the common name of its agent's certificate. */
public record HostId(String value) implements Comparable<HostId> {
    @Override
    public int compareTo(HostId other) {
        return this == other ? 0 : value.compareTo(other.value);
    }

    /** Written out because it is asked in every step, mostly about one and the same object. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof HostId id && value.equals(id.value));
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
