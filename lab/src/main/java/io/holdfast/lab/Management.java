package io.holdfast.lab;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What manages the lab's hosts: one manager on a machine of its own, or a pair of nodes and an arbiter. */
public sealed interface Management permits ManagerNode, ManagementPair {

    /** Where clients reach it on the management network. */
    String address();

    /** Switches on what has no power and starts what does not run. */
    void start();

    /** Kills the manager's process (of a pair: the leader's); its machine stays. @return CLOCK_BOOTTIME just before, in nanoseconds */
    long kill();

    /** True while a manager's process lives. */
    boolean running();

    /** Where to look when it does not answer. */
    Path log();

    /** Called once it answers for the first time: what remains to be set up. Returns what has been done, for people. */
    Optional<String> complete();

    /** Its machines, for status and faults. A single manager's machine is not among them. */
    List<ManagementMachine> machines();

    /** Where the logs of its managers lie. */
    List<Path> logs();
}
