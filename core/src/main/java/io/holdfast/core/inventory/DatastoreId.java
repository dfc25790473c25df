package io.holdfast.core.inventory;

/** Identity of a datastore. */
public record DatastoreId(String value) implements Comparable<DatastoreId> {
    @Override
    public int compareTo(DatastoreId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
