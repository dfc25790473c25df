package io.holdfast.simulator.world;

import io.holdfast.core.Change;
import io.holdfast.core.Command;
import io.holdfast.core.Request;
import java.util.List;

/**
 * One invariant of safety argument, section 8. It is told of everything that could break it, at the step at which it happens, and throws
 * {@link Violation} through {@link #violated}. An instance belongs to one history.
 */
public interface Invariant {
    /** Its name, as it stands in reports. */
    default String name() {
        return getClass().getSimpleName();
    }

    default Violation violated(String what) {
        return new Violation(name(), what);
    }

    /** A process is about to be able to write its VM's disks. */
    default void writerBegins(World world, SimProcess process, SimHost host) {}

    /** A guest is let run at the target of a live migration; only then may the process write. */
    default void continued(World world, SimProcess process, SimHost host) {}

    /** Neither the process nor a write of it in flight is left. */
    default void writerGone(World world, SimProcess process, SimHost host) {}

    /** An agent obeys a command of this epoch. */
    default void epochObeyed(World world, SimHost host, long epoch) {}

    /** A transaction changes the journal, which is still as before this change. */
    default void beforeChange(World world, Journal journal, long epoch, Change change, List<Change> transaction) {}

    /** A manager sends a command. */
    default void commanded(World world, SimManager manager, Command command) {}

    /** A manager takes up an operator's request; it may be carried out even if nobody is ever told. */
    default void attempted(World world, Request request) {}

    /** An operator's request was answered as done. */
    default void acknowledged(World world, Request request) {}

    /** All faults have been over for a while. */
    default void settled(World world) {}
}
