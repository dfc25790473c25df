package io.holdfast.core.inventory;

/** Identity of a virtual machine. Never given to another one, also not after its removal: runs are counted per id. */
public record VmId(String value) implements Comparable<VmId> {
    @Override
    public int compareTo(VmId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
