package io.holdfast.core.inventory;

/** Identity of a host; the common name of its agent's certificate. */
public record HostId(String value) implements Comparable<HostId> {
    @Override
    public int compareTo(HostId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
