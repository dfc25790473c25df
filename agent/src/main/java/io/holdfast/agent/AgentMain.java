package io.holdfast.agent;

import io.holdfast.agent.system.LibC;
import java.io.IOException;
import java.nio.file.Path;

/** Starts the agent of a host: {@code AgentMain /etc/holdfast/agent.properties}. SIGTERM stops it in order and touches no VM. */
public final class AgentMain {
    private static final String TRAIN = "--train";

    /**
     * A full collection (some 30 ms) soon after the start and each hour gives memory back, the C library's too: the serial collector by itself
     * keeps the start's garbage resident for as long as the heap's limit allows.
     */
    private static final long SETTLED_MILLIS = 8_000;

    private static final long HOURLY_MILLIS = 3_600_000;

    private AgentMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 1) {
            System.err.println("usage: holdfast-agent FILE (the path of agent.properties)");
            System.exit(2);
        }
        try {
            if (arguments[0].equals(TRAIN)) {
                TrainingRun.run();
                System.exit(0);
            }
            Agent agent = new Agent(AgentConfiguration.read(Path.of(arguments[0])));
            agent.start();
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("stop").unstarted(agent::stop));
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            System.err.println("holdfast-agent can't start: " + e.getMessage());
            System.exit(1);
        }
        for (long pause = SETTLED_MILLIS; ; pause = HOURLY_MILLIS) {
            Thread.sleep(pause);
            System.gc();
            LibC.trimMemory();
        }
    }
}
