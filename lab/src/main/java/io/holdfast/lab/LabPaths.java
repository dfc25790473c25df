package io.holdfast.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Where the lab's files lie, seen from inside: one folder that every host, the storage server and the BMCs have at the
 * same place, {@code /run/lab}. From outside it is {@code /var/tmp/holdfast-lab/<instance>}.
 */
record LabPaths(Path root) {

    static final LabPaths INSIDE = new LabPaths(Path.of("/run/lab"));

    /** The folder of one host. */
    Path host(String name) {
        return made(root.resolve("hosts").resolve(name));
    }

    /** The folder of the programs that hosts and other machines run. */
    Path bin() {
        return made(root.resolve("bin"));
    }

    /** Kernel and initial file system of the guests. */
    Path guest() {
        return made(root.resolve("guest"));
    }

    /** Logs of everything that has no folder of its own. */
    Path log() {
        return made(root.resolve("log"));
    }

    /** The storage server's volumes. */
    Path san() {
        return made(root.resolve("san"));
    }

    /** The manager's state, configuration and log. */
    Path manager() {
        return made(root.resolve("manager"));
    }

    /** The folder of one machine of a management pair. */
    Path management(String name) {
        return made(root.resolve("management").resolve(name));
    }

    /** The folder of one host's BMC. */
    Path bmc(String name) {
        return made(root.resolve("bmc").resolve(name));
    }

    /** Unix-domain socket on which the lab obeys faults. */
    Path controlSocket() {
        return root.resolve("control.sock");
    }

    /** Unix-domain socket that leads to the manager's REST port. */
    Path restSocket() {
        return root.resolve("rest.sock");
    }

    private static Path made(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException e) {
            throw new LabException("the folder " + folder + " can't be made: " + e.getMessage(), e);
        }
    }
}
