package io.holdfast.agent.rule;

import java.util.ArrayList;
import java.util.List;

/**
 * State of a bond, read from the text of {@code /proc/net/bonding/NAME} (Linux, {@code Documentation/networking/bonding.rst}).
 *
 * @param lacp mode 802.3ad
 * @param partner with LACP: somebody speaks it at the other end
 * @param members every member
 */
public record Bond(boolean lacp, boolean partner, List<Member> members) {
    private static final String NOBODY = "00:00:00:00:00:00";

    /**
     * A member interface.
     *
     * @param carries its link is up and, with LACP, it belongs to the aggregator in use
     */
    public record Member(String name, boolean carries) {}

    public Bond {
        members = List.copyOf(members);
    }

    /** Reads the text; what it does not say counts as in order, so that an unknown form raises no alarm. */
    public static Bond of(String text) {
        boolean lacp = false;
        String partner = "";
        String active = "";
        List<Member> members = new ArrayList<>();
        String name = "";
        boolean up = true;
        String aggregator = "";
        for (String line : text.split("\n")) {
            boolean indented = line.startsWith("\t") || line.startsWith(" ");
            int colon = line.indexOf(':');
            String key = colon < 0 ? "" : line.substring(0, colon).strip();
            String value = colon < 0 ? "" : line.substring(colon + 1).strip();
            switch (key) {
                case "Bonding Mode" -> lacp = value.contains("802.3ad");
                case "Slave Interface" -> {
                    add(members, name, up, aggregator, active);
                    name = value;
                    up = true;
                    aggregator = "";
                }
                case "MII Status" -> up = name.isEmpty() || value.equals("up");
                case "Partner Mac Address" -> partner = name.isEmpty() ? value : partner;
                case "Aggregator ID" -> {
                    // Indented: of the aggregator in use, or of a member's protocol details.
                    if (name.isEmpty()) {
                        active = value;
                    } else if (!indented) {
                        aggregator = value;
                    }
                }
                default -> {}
            }
        }
        add(members, name, up, aggregator, active);
        return new Bond(lacp, !lacp || !partner.equals(NOBODY), members);
    }

    private static void add(List<Member> members, String name, boolean up, String aggregator, String active) {
        if (!name.isEmpty()) {
            boolean inUse = active.isEmpty() || aggregator.isEmpty() || aggregator.equals(active);
            members.add(new Member(name, up && inUse));
        }
    }

    /** Names of members that do not carry. */
    public List<String> idle() {
        List<String> names = new ArrayList<>();
        for (Member member : members) {
            if (!member.carries()) {
                names.add(member.name());
            }
        }
        return names;
    }
}
