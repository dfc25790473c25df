package io.holdfast.supervisor.setup;

import io.holdfast.supervisor.Addresses;
import io.holdfast.supervisor.setup.SetupProblem.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** What must hold before a pair is set up: a pure function of what was asked and what the machines tell. All that is wrong is told at once. */
final class SetupCheck {

    /** Certificates and people's eyes rest on clocks; nothing else does. */
    static final Duration MOST_SKEW = Duration.ofSeconds(5);

    /** 256 MB of write sets, 64 MB of log, 130 MB of system tables, and room for a copy. */
    static final long LEAST_FREE_BYTES = 768L << 20;

    private static final int BITS = 32;

    /**
     * What was found.
     *
     * @param skews by how much each machine's clock was ahead of this node's when it told, less the way; in the order first (zero), second, arbiter
     */
    record Found(NodeFacts first, NodeFacts second, Optional<NodeFacts> arbiter, Skews skews) {}

    record Skews(Duration second, Duration arbiter) {}

    private SetupCheck() {}

    /** The addresses alone, before anybody is asked. */
    static List<Refusal> ofAddresses(SetupRequest request, String first) {
        List<Refusal> refusals = new ArrayList<>();
        try {
            String vip = vipAddress(request.vip());
            Addresses.checked("the peer's address", request.peer());
            Addresses.checked("the arbiter's address", request.arbiter());
            different(refusals, "The peer and this node have the same address " + first, request.peer(), first);
            different(
                    refusals,
                    "The arbiter would be on this node (" + first
                            + "), whose loss would take two of the three votes; put it on a third machine",
                    request.arbiter(),
                    first);
            different(
                    refusals,
                    "The arbiter would be on the other node (" + request.peer()
                            + "), whose loss would take two of the three votes; put it on a third machine",
                    request.arbiter(),
                    request.peer());
            for (String taken : List.of(first, request.peer(), request.arbiter())) {
                different(refusals, "The virtual IP is the address of a machine, " + taken, vip, taken);
            }
        } catch (IllegalArgumentException e) {
            refusals.add(Refusal.of(SetupProblem.ADDRESSES, String.valueOf(e.getMessage())));
        }
        return refusals;
    }

    private static void different(List<Refusal> refusals, String what, String one, String other) {
        if (one.equals(other)) {
            refusals.add(Refusal.of(SetupProblem.ADDRESSES, what));
        }
    }

    /** Everything. */
    static List<Refusal> refusals(SetupRequest request, Found found) {
        NodeFacts first = found.first();
        NodeFacts second = found.second();
        List<Refusal> refusals = new ArrayList<>(ofAddresses(request, first.address()));
        if (!refusals.isEmpty()) {
            return refusals;
        }
        if (first.name().equals(second.name())) {
            refusals.add(Refusal.of(SetupProblem.SAME_NAME, first.name()));
        }
        machine(refusals, first, first.version(), Duration.ZERO, LEAST_FREE_BYTES);
        machine(refusals, second, first.version(), found.skews().second(), LEAST_FREE_BYTES);
        found.arbiter()
                .ifPresent(arbiter -> machine(
                        refusals, arbiter, first.version(), found.skews().arbiter(), 0));
        for (NodeFacts node : List.of(first, second)) {
            network(refusals, request.vip(), node);
            if (!node.vipAnswers().isEmpty()) {
                refusals.add(
                        Refusal.of(SetupProblem.VIP_IN_USE, vipAddress(request.vip()), node.vipAnswers(), label(node)));
            }
        }
        if (second.managedHosts() > 0) {
            refusals.add(Refusal.of(SetupProblem.MANAGES_HOSTS, label(second), second.managedHosts()));
        }
        return refusals;
    }

    private static void machine(
            List<Refusal> refusals, NodeFacts machine, String version, Duration skew, long leastFreeBytes) {
        String label = label(machine);
        if (machine.networkInterface().isEmpty()) {
            refusals.add(Refusal.of(SetupProblem.NO_ADDRESS, machine.address()));
        }
        if (!machine.version().equals(version)) {
            refusals.add(Refusal.of(SetupProblem.VERSION, label, machine.version(), version));
        }
        if (skew.abs().compareTo(MOST_SKEW) > 0) {
            refusals.add(Refusal.of(SetupProblem.CLOCK_SKEW, label, skew.abs().toSeconds()));
        }
        if (machine.freeBytes() < leastFreeBytes) {
            refusals.add(Refusal.of(SetupProblem.DISK, label, machine.freeBytes() >> 20, leastFreeBytes >> 20));
        }
        if (!machine.missing().isEmpty()) {
            refusals.add(Refusal.of(SetupProblem.PROGRAMS, label, String.join(", ", machine.missing())));
        }
        if (!machine.busyPorts().isEmpty()) {
            refusals.add(Refusal.of(
                    SetupProblem.PORTS,
                    label,
                    machine.busyPorts().stream().map(String::valueOf).collect(Collectors.joining(", "))));
        }
        if (!machine.databases().isEmpty()) {
            refusals.add(Refusal.of(SetupProblem.DATABASES, label, String.join(", ", machine.databases())));
        }
        if (machine.remains()) {
            refusals.add(Refusal.of(SetupProblem.REMAINS, label));
        }
    }

    private static void network(List<Refusal> refusals, String vip, NodeFacts node) {
        int slash = vip.indexOf('/');
        int length = Addresses.number("the VIP's prefix length", vip.substring(slash + 1));
        boolean inside = !node.networkInterface().isEmpty()
                && length == node.prefixLength()
                && network(vipAddress(vip), length) == network(node.address(), length);
        if (!inside) {
            refusals.add(Refusal.of(
                    SetupProblem.VIP_NETWORK,
                    vip,
                    dotted(network(node.address(), node.prefixLength())) + "/" + node.prefixLength(),
                    label(node)));
        }
    }

    private static String label(NodeFacts node) {
        return node.name() + " (" + node.address() + ")";
    }

    static String vipAddress(String vip) {
        int slash = vip.indexOf('/');
        if (slash < 0) {
            throw new IllegalArgumentException(
                    "The virtual IP is '" + vip + "', but must be ADDRESS/LENGTH such as 10.0.0.10/24");
        }
        int length = Addresses.number("the VIP's prefix length", vip.substring(slash + 1));
        if (length < 8 || length > BITS) {
            throw new IllegalArgumentException("The virtual IP's length is " + length + ", but must be 8 to 32");
        }
        return Addresses.checked("the VIP", vip.substring(0, slash));
    }

    private static long network(String address, int length) {
        long value = 0;
        for (String part : address.split("\\.")) {
            value = value << 8 | Integer.parseInt(part);
        }
        return length == 0 ? 0 : value & (0xffffffffL << (BITS - length));
    }

    private static String dotted(long value) {
        return (value >> 24 & 255) + "." + (value >> 16 & 255) + "." + (value >> 8 & 255) + "." + (value & 255);
    }
}
