package io.holdfast.agent.system;

import io.holdfast.agent.rule.Bond;
import io.holdfast.agent.rule.LinkErrors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.stream.Stream;

/** What is wrong with links that carry: bonds below them, and their errors. From sysfs and procfs; any thread may ask. */
public final class Links {
    /** A VLAN on a bridge on a bond. */
    private static final int LEVELS = 3;

    private final Path interfaces;
    private final Path bonds;
    private final ConcurrentMap<String, LinkErrors> errors = new ConcurrentHashMap<>();

    public Links() {
        this(Path.of("/sys/class/net"), Path.of("/proc/net/bonding"));
    }

    /** With other folders than the kernel's. */
    Links(Path interfaces, Path bonds) {
        this.interfaces = interfaces;
        this.bonds = bonds;
    }

    /** Kinds of trouble. */
    public enum Kind {
        NONE,
        MEMBER_DOWN,
        NO_PARTNER,
        ERRORS
    }

    /** @param detail names of members, or the share of errors */
    public record Trouble(Kind kind, String detail) {
        static final Trouble NONE = new Trouble(Kind.NONE, "");
    }

    /** Looks at an interface and what it stands on. What can't be read counts as in order. */
    public Trouble look(String networkInterface, long nowNanos) {
        for (String name : standsOn(networkInterface)) {
            Trouble trouble = bond(name);
            if (trouble.kind() != Kind.NONE) {
                return trouble;
            }
        }
        return errors(networkInterface, nowNanos);
    }

    private List<String> standsOn(String networkInterface) {
        List<String> all = new ArrayList<>(List.of(networkInterface));
        int from = 0;
        for (int level = 0; level < LEVELS; level++) {
            int to = all.size();
            for (String name : List.copyOf(all.subList(from, to))) {
                lower(name).stream().filter(below -> !all.contains(below)).forEach(all::add);
            }
            from = to;
        }
        return all;
    }

    private List<String> lower(String name) {
        try (Stream<Path> entries = Files.list(interfaces.resolve(name))) {
            return entries.map(entry -> entry.getFileName().toString())
                    .filter(entry -> entry.startsWith("lower_"))
                    .map(entry -> entry.substring("lower_".length()))
                    .sorted()
                    .toList();
        } catch (IOException gone) {
            return List.of();
        }
    }

    private Trouble bond(String name) {
        Bond bond;
        try {
            bond = Bond.of(Files.readString(bonds.resolve(name), StandardCharsets.UTF_8));
        } catch (IOException unreadable) {
            return Trouble.NONE;
        }
        if (!bond.idle().isEmpty()) {
            return new Trouble(Kind.MEMBER_DOWN, String.join(", ", bond.idle()));
        }
        return bond.partner() ? Trouble.NONE : new Trouble(Kind.NO_PARTNER, "");
    }

    private Trouble errors(String name, long nowNanos) {
        try {
            Path statistics = interfaces.resolve(name).resolve("statistics");
            long packets = number(statistics, "rx_packets") + number(statistics, "tx_packets");
            long bad = number(statistics, "rx_errors") + number(statistics, "tx_errors");
            LinkErrors now = errors.merge(
                    name,
                    LinkErrors.unknown().look(nowNanos, packets, bad),
                    (before, first) -> before.look(nowNanos, packets, bad));
            return now.many() ? new Trouble(Kind.ERRORS, now.perMillion() + " / 1000000") : Trouble.NONE;
        } catch (IOException | NumberFormatException gone) {
            return Trouble.NONE;
        }
    }

    private static long number(Path folder, String file) throws IOException {
        return Long.parseLong(Files.readString(folder.resolve(file), StandardCharsets.US_ASCII)
                .strip());
    }
}
