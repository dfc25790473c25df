package io.holdfast.core.inventory;

/** Identity of a placement rule or dependency. */
public record RuleId(String value) implements Comparable<RuleId> {
    @Override
    public int compareTo(RuleId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
