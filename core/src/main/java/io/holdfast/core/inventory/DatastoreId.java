package io.holdfast.core.inventory;

import org.jspecify.annotations.Nullable;

/** Identity of a datastore. */
public record DatastoreId(String value) implements Comparable<DatastoreId> {
    @Override
    public int compareTo(DatastoreId other) {
        return this == other ? 0 : value.compareTo(other.value);
    }

    /** Written out because it is asked in every step, mostly about one and the same object. */
    @Override
    public boolean equals(@Nullable Object other) {
        return this == other || (other instanceof DatastoreId id && value.equals(id.value));
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
