package io.holdfast.supervisor;

/** Which version of Holdfast this process is. */
public final class ProductVersion {

    private static final String RUNNING = System.getProperty("holdfast.version", "0.1.0");

    private ProductVersion() {}

    /** As its start script has read it from the installation's file VERSION; {@code 0.1.0} of a build that isn't installed. */
    public static String running() {
        return RUNNING;
    }
}
