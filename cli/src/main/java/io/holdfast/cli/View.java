package io.holdfast.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Set;

/** How values of the API look to people, the same in every command. */
final class View {

    static final String NOTHING = "–";

    private static final Set<String> GOOD =
            Set.of("ok", "on", "running", "connected", "done", "obtained", "leader", "started", "info", "kept");
    private static final Set<String> BAD = Set.of(
            "dead",
            "partitioned",
            "storage-lost",
            "uplink-lost",
            "agent-down",
            "fault",
            "off",
            "down",
            "silent",
            "error",
            "failed",
            "unreachable",
            "wrong-password",
            "deposed");
    private static final Set<String> WARNING = Set.of(
            "suspect",
            "degraded",
            "unknown",
            "waiting",
            "warning",
            "returning",
            "manager-side",
            "starting",
            "stopping",
            "paused",
            "affected",
            "isolating",
            "isolated",
            "placed",
            "sought");
    private static final DateTimeFormatter LOCAL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss.SSS", Locale.ROOT);

    private View() {}

    /** A code of the API as a word, in the colour of what it means. */
    static Cell code(Session session, String code) {
        if (code.isEmpty()) {
            return Cell.of(NOTHING);
        }
        Style style = GOOD.contains(code)
                ? Style.GOOD
                : BAD.contains(code) ? Style.BAD : WARNING.contains(code) ? Style.WARNING : Style.PLAIN;
        return new Cell(session.words().code(code), style);
    }

    static Cell code(Session session, JsonNode node, String... path) {
        return code(session, Json.string(node, path));
    }

    /** The value at the path, or a dash. */
    static Cell value(JsonNode node, String... path) {
        String text = Json.string(node, path);
        return Cell.of(text.isEmpty() ? NOTHING : text);
    }

    static Cell yesNo(Session session, boolean yes) {
        return Cell.of(session.words().of(yes ? "yes" : "no"));
    }

    static Cell size(JsonNode node, String... path) {
        String bytes = Json.string(node, path);
        return Cell.of(bytes.isEmpty() ? NOTHING : Bytes.text(Long.parseLong(bytes)));
    }

    /** An instant of the API in local time; empty stays empty. */
    static String instant(String instant) {
        try {
            return instant.isEmpty() ? "" : LOCAL.format(Instant.parse(instant).atZone(ZoneId.systemDefault()));
        } catch (DateTimeParseException other) {
            return instant;
        }
    }

    /** Time since the start of a story, to the hundredth of a second: {@code +1.52 s}. */
    static String after(JsonNode node) {
        JsonNode millis = node.path("afterMillis");
        return millis.isNumber() ? String.format(Locale.ROOT, "%+.2f s", millis.asDouble() / 1000) : "";
    }
}
