package io.holdfast.lab;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The switches and cables: bridges and veth pairs in the lab's network namespace. Pulling a cable is taking its port down. */
final class Fabric {

    /** The lab's own address on the management network, from which it talks to the manager as a person's browser does. */
    static final int OPERATOR = 1;

    /** Makes the three switches. */
    void build() {
        List<String> lines = new ArrayList<>();
        for (Network network : Network.values()) {
            // A bridge without an address of its own takes the lowest of its ports': that of the lab's clients would
            // change with each cable.
            lines.add("link add " + network.bridge() + " address " + network.mac(OPERATOR)
                    + " type bridge forward_delay 0 stp_state 0");
            lines.add("link set " + network.bridge() + " up");
        }
        lines.add("addr add " + Network.MANAGEMENT.address(OPERATOR) + "/24 dev " + Network.MANAGEMENT.bridge());
        batch(lines);
    }

    /**
     * Plugs a cable between a machine and a switch.
     *
     * @param pid a process in the machine's network namespace
     * @param last last number of the machine's address, for its hardware address
     */
    void plug(long pid, String machine, Network network, int last) {
        String port = network.port(machine);
        batch(List.of(
                "link add " + port + " type veth peer name " + network.interfaceName() + " address " + network.mac(last)
                        + " netns " + pid,
                "link set " + port + " master " + network.bridge(),
                "link set " + port + " up"));
    }

    /** Pulls the machine's cables out of these switches, all at once. The far end sees no carrier. */
    void pull(String machine, Network... networks) {
        batch(Arrays.stream(networks)
                .map(network -> "link set " + network.port(machine) + " down")
                .toList());
    }

    /** Puts them in again. */
    void insert(String machine, Network... networks) {
        batch(Arrays.stream(networks)
                .map(network -> "link set " + network.port(machine) + " up")
                .toList());
    }

    /**
     * Takes the cables away for good. The kernel ends a namespace some time after its last process: without this the
     * next power-on would find the old ports still there.
     */
    void remove(String machine, Network... networks) {
        batchIgnoringErrors(Arrays.stream(networks)
                .map(network -> "link del " + network.port(machine))
                .toList());
    }

    /** A switch loses its power: nobody on it reaches anybody. */
    void switchDown(Network network) {
        batch(List.of("link set " + network.bridge() + " down"));
    }

    /** It is back. */
    void switchUp(Network network) {
        batch(List.of("link set " + network.bridge() + " up"));
    }

    private static void batch(List<String> lines) {
        Shell.feed(String.join("\n", lines) + "\n", List.of("ip", "-batch", "-"));
    }

    private static void batchIgnoringErrors(List<String> lines) {
        Shell.feed(String.join("\n", lines) + "\n", List.of("sh", "-c", "ip -force -batch - 2>/dev/null || true"));
    }
}
