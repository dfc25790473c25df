package io.holdfast.manager.rest;

import io.holdfast.manager.lead.LeadershipView;
import io.javalin.http.Handler;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** Lets through what this manager may answer: everything while it leads, and only what is about itself while another one does. */
public final class Gate {
    private static final Set<String> OF_EVERY_MANAGER =
            Set.of("/status", "/openapi.yaml", "/management", "/management/ha", "/management/arbiter");

    private final LeadershipView leadership;
    private final BooleanSupplier handingOver;

    /** @param handingOver nothing more is taken in, for the leadership is about to be given up */
    public Gate(LeadershipView leadership, BooleanSupplier handingOver) {
        this.leadership = leadership;
        this.handingOver = handingOver;
    }

    /** The route's handler behind the gate. */
    Handler behind(Route route) {
        if (!leadership.pair() || OF_EVERY_MANAGER.contains(route.path())) {
            return route.handler();
        }
        return context -> {
            if (!leadership.leads() || handingOver.getAsBoolean()) {
                context.header("Retry-After", "1");
                throw notLeader(leadership);
            }
            route.handler().handle(context);
        };
    }

    static ProblemException notLeader(LeadershipView leadership) {
        String leader = leadership
                .leader()
                .filter(name -> !name.equals(leadership.node()))
                .orElse("nobody known");
        return ProblemException.of(ProblemText.NOT_LEADER, leader);
    }
}
