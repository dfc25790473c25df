package io.holdfast.supervisor;

import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;

/**
 * A {@link PeerReport} as text, {@code name=value} a line. Versioned by name: unknown names are ignored, so that two versions of the supervisor
 * understand each other during an upgrade.
 */
final class ReportText {

    private ReportText() {}

    static String write(PeerReport report) {
        StringBuilder text = new StringBuilder();
        line(text, "name", report.name());
        line(text, "fit", report.fit());
        line(text, "holds-vip", report.holdsVip());
        line(text, "role", report.role().orElse(""));
        line(text, "epoch", report.epoch());
        line(text, "primary", report.primary());
        line(text, "not-primary-for-millis", report.notPrimaryFor().toMillis());
        line(text, "laid-open", report.laidOpen());
        line(text, "position", report.position().map(Position::toString).orElse(""));
        return text.toString();
    }

    private static void line(StringBuilder text, String name, Object value) {
        text.append(name).append('=').append(value).append('\n');
    }

    /** @throws IOException when a needed line is missing or not of its kind: such a report counts as no answer */
    static PeerReport read(String text) throws IOException {
        Properties lines = new Properties();
        lines.load(new StringReader(text));
        try {
            return new PeerReport(
                    needed(lines, "name"),
                    truth(lines, "fit"),
                    truth(lines, "holds-vip"),
                    Optional.of(lines.getProperty("role", "")).filter(role -> !role.isEmpty()),
                    Long.parseLong(needed(lines, "epoch")),
                    truth(lines, "primary"),
                    Duration.ofMillis(Long.parseLong(needed(lines, "not-primary-for-millis"))),
                    truth(lines, "laid-open"),
                    Position.parse(lines.getProperty("position", "")));
        } catch (IllegalArgumentException e) {
            throw new IOException("the peer's report is not understood: " + e.getMessage(), e);
        }
    }

    private static String needed(Properties lines, String name) {
        String value = lines.getProperty(name, "");
        if (value.isEmpty()) {
            throw new IllegalArgumentException("'" + name + "' is missing");
        }
        return value;
    }

    private static boolean truth(Properties lines, String name) {
        return switch (needed(lines, name)) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("'" + name + "' is neither true nor false");
        };
    }
}
