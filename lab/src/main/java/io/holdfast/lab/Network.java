package io.holdfast.lab;

import java.util.Arrays;
import java.util.Locale;

/** The three networks of the lab (docs/architecture.md, "The lab"). */
public enum Network {
    MANAGEMENT("brm", "m", 1),
    STORAGE("brs", "s", 2),
    BUSINESS("brb", "b", 3);

    private final String bridge;
    private final String letter;
    private final int subnet;

    Network(String bridge, String letter, int subnet) {
        this.bridge = bridge;
        this.letter = letter;
        this.subnet = subnet;
    }

    /** The switch. */
    String bridge() {
        return bridge;
    }

    /** The name of a host's interface into it, for example {@code m0}. */
    String interfaceName() {
        return letter + "0";
    }

    /** The name of the switch's port for that machine, for example {@code h1-m}. */
    String port(String machine) {
        return machine + "-" + letter;
    }

    /** The machine's address. */
    String address(int last) {
        return "10.77." + subnet + "." + last;
    }

    /** A hardware address that stays the same over power-offs, so that no neighbour keeps a stale one. */
    String mac(int last) {
        return String.format(Locale.ROOT, "02:77:00:00:%02x:%02x", subnet, last);
    }

    /** By its name in a fault, for example {@code storage}. @throws LabException naming the ones there are */
    static Network named(String name) {
        return Arrays.stream(values())
                .filter(network -> network.word().equals(name))
                .findFirst()
                .orElseThrow(
                        () -> new LabException("there is no network '" + name + "': management, storage or business"));
    }

    /** The name in a fault. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
