package io.holdfast.supervisor;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How far a copy of the database has come: the history it belongs to and the number of the last write set that it holds.
 *
 * @param history UUID of the cluster's history
 * @param sequence number of the last committed write set, 0 or more
 */
public record Position(String history, long sequence) {

    private static final Pattern TEXT = Pattern.compile("([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}):(-?\\d{1,18})");
    private static final String NO_HISTORY = "00000000-0000-0000-0000-000000000000";

    /**
     * Reads {@code uuid:sequence}. Empty when the text is something else, or a position that says nothing: no history, or -1, which Galera
     * writes when it doesn't know.
     */
    public static Optional<Position> parse(String text) {
        Matcher matcher = TEXT.matcher(text.strip());
        if (!matcher.matches() || matcher.group(1).equals(NO_HISTORY)) {
            return Optional.empty();
        }
        long sequence = Long.parseLong(matcher.group(2));
        return sequence < 0 ? Optional.empty() : Optional.of(new Position(matcher.group(1), sequence));
    }

    @Override
    public String toString() {
        return history + ":" + sequence;
    }
}
