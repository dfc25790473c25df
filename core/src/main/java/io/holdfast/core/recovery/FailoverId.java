package io.holdfast.core.recovery;

/** Identity of a fail-over: {@code f<epoch>-<n>}. */
public record FailoverId(String value) implements Comparable<FailoverId> {
    @Override
    public int compareTo(FailoverId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
