package io.holdfast.core.inventory;

/** Identity of a cluster. */
public record ClusterId(String value) implements Comparable<ClusterId> {
    @Override
    public int compareTo(ClusterId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
