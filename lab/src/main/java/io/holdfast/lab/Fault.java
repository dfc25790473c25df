package io.holdfast.lab;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What can be done to the lab, by the same names in the lab, the demo and the simulator. */
public enum Fault {
    POWER_CUT(true, false, "the host's power goes: all cables dead, every process gone, nothing said to anybody"),
    POWER_ON(true, false, "the host's power button: it boots"),
    BMC_DEAD(true, false, "the host's BMC answers nobody"),
    BMC_BACK(true, false, "the host's BMC answers again"),
    CABLE_OUT(true, true, "the host's cable of that network is pulled"),
    CABLE_IN(true, true, "the host's cable of that network is put in again"),
    AGENT_KILL(true, false, "SIGKILL to the host's agent (its init starts it again)"),
    AGENT_STOP(true, false, "SIGSTOP to the host's agent: it hangs"),
    LIBVIRTD_KILL(true, false, "SIGKILL to the host's libvirtd (its init starts it again)"),
    QEMU_KILL(true, false, "SIGKILL to the QEMU process of one VM on the host"),
    STORAGE_STOP(false, false, "the storage server loses its power"),
    STORAGE_START(false, false, "the storage server is back"),
    SWITCH_DOWN(false, true, "the switch of that network loses its power"),
    SWITCH_UP(false, true, "the switch of that network is back"),
    MANAGER_KILL(false, false, "SIGKILL to the manager"),
    MANAGER_START(false, false, "the manager is started again");

    private final boolean needsHost;
    private final boolean needsNetwork;
    private final String meaning;

    Fault(boolean needsHost, boolean needsNetwork, String meaning) {
        this.needsHost = needsHost;
        this.needsNetwork = needsNetwork;
        this.meaning = meaning;
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
        return word() + (needsNetwork ? " NETWORK" : "") + (needsHost ? " HOST" : "");
    }

    /**
     * A fault with what it is done to.
     *
     * @param host name of the host, for those that need one
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
                if (fault.needsNetwork && network.isEmpty() && !word.startsWith("host")) {
                    network = Optional.of(Network.named(word));
                } else if (fault.needsHost && host.isEmpty()) {
                    host = Optional.of(word);
                } else {
                    throw new LabException("'" + word + "' is one word too many: " + fault.usage());
                }
            }
            host = fault.needsHost ? host.or(() -> defaultHost) : host;
            if (fault.needsHost && host.isEmpty() || fault.needsNetwork && network.isEmpty()) {
                throw new LabException("'" + String.join(" ", words) + "' is not complete: " + fault.usage());
            }
            return new Call(fault, host, network);
        }

        private static java.util.stream.Stream<String> withoutJoinedNetwork(String word) {
            for (String start : List.of("cable-out-", "cable-in-", "switch-down-", "switch-up-")) {
                if (word.startsWith(start)) {
                    return java.util.stream.Stream.of(
                            start.substring(0, start.length() - 1), word.substring(start.length()));
                }
            }
            return java.util.stream.Stream.of(word);
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
