package io.holdfast.core.inventory;

/** Direct kernel boot, or from the first disk when the kernel is empty. */
public record Boot(String kernel, String initrd, String commandLine) {
    /** From the first disk. */
    public static final Boot FROM_DISK = new Boot("", "", "");
}
