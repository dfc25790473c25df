package io.holdfast.simulator.explore;

import io.holdfast.core.inventory.VmId;
import io.holdfast.simulator.world.ProductRules;
import io.holdfast.simulator.world.Violation;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;

/**
 * Breadth-first search over the shipped core: two hosts, two managers, one or two VMs, and a small budget of faults and lost commands. Between two instants every order of
 * faults and of delivered, delayed and lost commands is tried; what the core does with time (reports each half second, a tick each 100 ms) is played in a fixed order.
 *
 * <p>States that were seen are remembered by a 64-bit hash of all their fields (hash compaction): two different states with one hash would hide what follows the second, with a
 * chance of about one in a million at a million states.
 */
public final class Explorer {
    private final Budget budget;
    private final Play play;
    private final HashSet<Long> seen = new HashSet<>();
    private final ArrayDeque<Node> queue = new ArrayDeque<>();
    private long states;
    private long transitions;
    private int depth;

    /**
     * How far the search goes.
     *
     * @param faults at most so many, in the first {@code faultInstants} seconds
     * @param losses so many commands may be lost
     * @param instants seconds that are looked at
     */
    public record Budget(int vms, int faults, int losses, int faultInstants, int instants) {
        /** For the tests: every pair of faults in the first two seconds and one lost command, through to the restart by lease. */
        public static final Budget SMALL = new Budget(1, 2, 1, 2, 20);

        /** Two VMs, one fault in the first three seconds, one lost command. */
        public static final Budget TWO_VMS = new Budget(2, 1, 1, 3, 20);

        public Budget withVms(int other) {
            return new Budget(other, faults, losses, faultInstants, instants);
        }

        public Budget withFaults(int other) {
            return new Budget(vms, other, losses, faultInstants, instants);
        }

        public Budget withLosses(int other) {
            return new Budget(vms, faults, other, faultInstants, instants);
        }

        public Budget withFaultInstants(int other) {
            return new Budget(vms, faults, losses, other, instants);
        }

        public Budget withInstants(int other) {
            return new Budget(vms, faults, losses, faultInstants, other);
        }
    }

    /** What was searched; {@code violation} null: nothing was found. */
    public record Result(
            long states,
            long transitions,
            int depth,
            @org.jspecify.annotations.Nullable String violation) {}

    private Explorer(Budget budget, ProductRules rules) {
        this.budget = budget;
        play = new Play(budget, rules);
    }

    /** Searches everything within the budget, or until the first violation. */
    public static Result search(Budget budget, ProductRules rules) {
        return new Explorer(budget, rules).search();
    }

    private Result search() {
        Node start = play.start();
        visit(start);
        while (!queue.isEmpty()) {
            Node node = queue.poll();
            try {
                expand(node);
            } catch (Violation violation) {
                return new Result(
                        states,
                        transitions,
                        depth,
                        violation.invariant() + ": " + violation.getMessage() + " after" + node.path());
            }
        }
        return new Result(states, transitions, depth, null);
    }

    private void visit(Node node) {
        transitions++;
        if (seen.add(hash(node))) {
            states++;
            depth = Math.max(depth, node.instant());
            queue.add(node);
        }
    }

    private static long hash(Node node) {
        long hash = 17;
        for (Object part : (List<?>) node.key()) {
            if (part instanceof List<?> list) {
                for (Object each : list) {
                    hash = mix(hash, each.hashCode());
                }
            }
            hash = mix(hash, part.hashCode());
        }
        return hash;
    }

    private static long mix(long hash, int part) {
        long z = (hash ^ part) * 0x9E3779B97F4A7C15L;
        return z ^ (z >>> 29);
    }

    private void expand(Node node) {
        for (int index = 0; index < node.onTheWay().size(); index++) {
            if (play.deliverable(node, index)) {
                visit(play.deliver(node, index));
            }
            if (node.losses() > 0) {
                visit(play.lose(node, index));
            }
        }
        if (node.faults() > 0 && node.instant() < budget.faultInstants()) {
            for (Play.Fault fault : Play.Fault.values()) {
                for (int target = 0; target < 2; target++) {
                    Node next = play.fail(node, fault, target);
                    if (next != node) {
                        visit(next);
                    }
                }
            }
        }
        if (node.instant() < budget.instants()) {
            visit(play.advance(node));
        }
    }

    /** The VMs of a budget, for messages. */
    static VmId vm(int index) {
        return new VmId("vm" + (index + 1));
    }
}
