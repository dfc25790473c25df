package io.holdfast.supervisor;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** Starts and ends one service. Called by one thread at a time; each call has its own time limit. */
public interface ServiceControl {

    /** Whether its process exists. */
    boolean alive();

    /** Ends it by force and waits until it's gone. */
    void end() throws IOException, InterruptedException;

    /** Ends its process by force, and none that it has started; as a unit it may be started again by its {@code Restart=}. */
    void endAlone() throws IOException, InterruptedException;

    /** Asks it to end, and waits at most so long until it has; it may live on. */
    void ask(Duration grace) throws IOException, InterruptedException;

    /** Starts it; returns when it's started, not when it's ready. */
    void start(List<String> options) throws IOException, InterruptedException;
}
