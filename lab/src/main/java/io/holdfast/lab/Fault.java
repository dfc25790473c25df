package io.holdfast.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What can be done to the lab, by the same names in the lab, the demo and the simulator. */
public enum Fault {
    POWER_CUT(
            Target.HOST,
            false,
            "the machine's power goes: all cables dead, every process gone, nothing said to anybody"),
    POWER_ON(Target.HOST, false, "the machine's power button: it boots"),
    BMC_DEAD(Target.HOST, false, "the host's BMC answers nobody"),
    BMC_BACK(Target.HOST, false, "the host's BMC answers again"),
    CABLE_OUT(Target.HOST, true, "the machine's cable of that network is pulled"),
    CABLE_IN(Target.HOST, true, "the machine's cable of that network is put in again"),
    AGENT_KILL(Target.HOST, false, "SIGKILL to the host's agent (its init starts it again)"),
    AGENT_STOP(Target.HOST, false, "SIGSTOP to the host's agent: it hangs"),
    LIBVIRTD_KILL(Target.HOST, false, "SIGKILL to the host's libvirtd (its init starts it again)"),
    QEMU_KILL(Target.HOST, false, "SIGKILL to the QEMU process of one VM on the host"),
    STORAGE_STOP(Target.LAB, false, "the storage server loses its power"),
    STORAGE_START(Target.LAB, false, "the storage server is back"),
    SWITCH_DOWN(Target.LAB, true, "the switch of that network loses its power"),
    SWITCH_UP(Target.LAB, true, "the switch of that network is back"),
    MANAGER_KILL(Target.LAB, false, "SIGKILL to the manager; of a pair, to the node's or the one that holds the VIP"),
    MANAGER_START(Target.LAB, false, "the manager is started again"),
    MANAGER_STOP(Target.NODE, false, "SIGSTOP to the node's manager: it hangs"),
    MANAGER_CONTINUE(Target.NODE, false, "SIGCONT to the node's manager"),
    CONSOLE_KILL(Target.NODE, false, "the listener of console and REST on the node is closed under the manager's feet"),
    DATABASE_KILL(Target.NODE, false, "SIGKILL to the node's database (the supervisor starts it again)"),
    KEEPALIVED_KILL(Target.NODE, false, "SIGKILL to the node's keepalived (the supervisor starts it again)"),
    SUPERVISOR_KILL(Target.NODE, false, "SIGKILL to the node's supervisor (its init starts it again)"),
    CUT_OFF(
            Target.NODE,
            false,
            "the node and its peer and arbiter hear each other no more; clients and hosts hear all"),
    CUT_OFF_PEER(Target.NODE, false, "the two nodes hear each other no more; everybody else hears both"),
    RECONNECT(Target.NODE, false, "cut-off, cut-off-peer and pulled cables of the pair are undone");

    /** What a fault is done to. */
    enum Target {
        /** The lab as a whole; no machine is named. */
        LAB,
        /** A hypervisor host; power and cable also of a machine of the management pair. */
        HOST,
        /** A node of the management pair; the one that holds the VIP when none is named. */
        NODE
    }

    private final Target target;
    private final boolean needsNetwork;
    private final String meaning;

    Fault(Target target, boolean needsNetwork, String meaning) {
        this.target = target;
        this.needsNetwork = needsNetwork;
        this.meaning = meaning;
    }

    /** What it is done to. */
    Target target() {
        return target;
    }

    /** Its name, for example {@code power-cut}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** What it does, in a sentence. */
    String meaning() {
        return meaning;
    }

    /** How it is written, for example {@code cable-out NETWORK HOST}. */
    String usage() {
        return word()
                + (needsNetwork ? " NETWORK" : "")
                + switch (target) {
                    case LAB -> "";
                    case HOST -> " HOST";
                    case NODE -> " [NODE]";
                };
    }

    /**
     * A fault with what it is done to.
     *
     * @param host name of the machine, for those that are done to one
     * @param network the network, for those that need one
     */
    public record Call(Fault fault, Optional<String> host, Optional<Network> network) {

        /**
         * Reads {@code cable-out storage host2}, in any order of the last two; {@code cable-out-storage} is the same.
         *
         * @param defaultHost the host where none is named
         * @throws LabException saying which word is wrong and what there is
         */
        static Call parse(List<String> words, Optional<String> defaultHost) {
            if (words.isEmpty()) {
                throw new LabException("no fault was named; there are: " + all());
            }
            List<String> split = words.stream()
                    .flatMap(word -> Arrays.stream(word.strip().split("\\s+")))
                    .flatMap(Call::withoutJoinedNetwork)
                    .toList();
            Fault fault = named(split.getFirst());
            Optional<String> host = Optional.empty();
            Optional<Network> network = Optional.empty();
            for (String word : split.subList(1, split.size())) {
                if (fault.needsNetwork && network.isEmpty() && !isMachine(word)) {
                    network = Optional.of(Network.named(word));
                } else if ((fault.target != Target.LAB || fault == MANAGER_KILL && word.startsWith("mgmt"))
                        && host.isEmpty()) {
                    host = Optional.of(word);
                } else {
                    throw new LabException("'" + word + "' is one word too many: " + fault.usage());
                }
            }
            boolean needsHost = fault.target == Target.HOST;
            host = needsHost ? host.or(() -> defaultHost) : host;
            if (needsHost && host.isEmpty() || fault.needsNetwork && network.isEmpty()) {
                throw new LabException("'" + String.join(" ", words) + "' is not complete: " + fault.usage());
            }
            return new Call(fault, host, network);
        }

        private static boolean isMachine(String word) {
            return word.startsWith("host") || word.startsWith("mgmt") || word.equals("arbiter");
        }

        private static Stream<String> withoutJoinedNetwork(String word) {
            for (String start : List.of("cable-out-", "cable-in-", "switch-down-", "switch-up-")) {
                if (word.startsWith(start)) {
                    return Stream.of(start.substring(0, start.length() - 1), word.substring(start.length()));
                }
            }
            return Stream.of(word);
        }

        /** As one word, with the network where there is one: {@code cable-out-storage}. */
        String kind() {
            return fault.word() + network.map(value -> "-" + value.word()).orElse("");
        }

        /** As it is written. */
        @Override
        public String toString() {
            return fault.word()
                    + network.map(value -> " " + value.word()).orElse("")
                    + host.map(value -> " " + value).orElse("");
        }
    }

    private static Fault named(String word) {
        return Arrays.stream(values())
                .filter(fault -> fault.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new LabException("there is no fault '" + word + "'; there are: " + all()));
    }

    /** All names with what they need. */
    static String all() {
        return Arrays.stream(values()).map(Fault::usage).collect(Collectors.joining(", "));
    }
}
