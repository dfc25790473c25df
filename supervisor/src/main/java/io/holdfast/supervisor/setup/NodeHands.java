package io.holdfast.supervisor.setup;

import java.io.IOException;
import java.util.Map;

/** Does on one machine what set-up asks: on this one ({@link LocalHands}) or on another one ({@link RemoteHands}). */
interface NodeHands {

    /**
     * Does a task.
     *
     * @return what it tells; empty for most
     * @throws IOException it could not be done, or (over there) whether it was is not known; the text is for people
     */
    Map<String, String> perform(Task task, Map<String, String> arguments) throws IOException, InterruptedException;
}
