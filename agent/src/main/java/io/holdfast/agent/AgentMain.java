package io.holdfast.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** Starts the agent of a host: {@code AgentMain /etc/holdfast/agent.properties}. SIGTERM stops it in order and touches no VM. */
public final class AgentMain {
    private AgentMain() {}

    public static void main(String[] arguments) throws InterruptedException {
        if (arguments.length != 1) {
            System.err.println("usage: holdfast-agent FILE (the path of agent.properties)");
            System.exit(2);
        }
        try {
            Agent agent = new Agent(AgentConfiguration.read(Path.of(arguments[0])));
            agent.start();
            Runtime.getRuntime()
                    .addShutdownHook(Thread.ofPlatform().name("stop").unstarted(agent::stop));
        } catch (IOException | IllegalArgumentException | IllegalStateException e) {
            System.err.println("holdfast-agent can't start: " + e.getMessage());
            System.exit(1);
        }
        new CountDownLatch(1).await();
    }
}
