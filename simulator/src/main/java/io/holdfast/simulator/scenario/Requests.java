package io.holdfast.simulator.scenario;

import io.holdfast.core.Request;
import io.holdfast.simulator.world.World;
import java.util.ArrayDeque;

/** What the scenario's operator asks, in order: as long as nobody leads, it waits and is asked again. */
final class Requests {
    private static final long AGAIN = 1_000_000_000L;
    private final World world;
    private final ArrayDeque<Request> waiting = new ArrayDeque<>();
    private boolean retrying;

    Requests(World world) {
        this.world = world;
    }

    void ask(Request request) {
        waiting.add(request);
        if (!retrying) {
            send();
        }
    }

    private void send() {
        retrying = false;
        while (!waiting.isEmpty()) {
            if (!world.request(waiting.element())) {
                retrying = true;
                world.at(world.now() + AGAIN, this::send);
                return;
            }
            waiting.remove();
        }
    }
}
