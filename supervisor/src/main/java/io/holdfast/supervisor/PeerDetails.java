package io.holdfast.supervisor;

import java.io.IOException;
import java.io.StringReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Properties;

/**
 * What one supervisor tells the other besides the report by which it decides: for people only, so that each node can show both. The lines come after
 * those of {@link ReportText}, which ignores them, as does a supervisor of an older version.
 *
 * @param members votes in its database's component
 * @param version of its supervisor; empty: one that doesn't tell yet
 * @param readNanos when it was read, by the reader's monotonic clock
 */
record PeerDetails(int members, String version, List<Item> items, List<Alarm> alarms, long readNanos) {

    private static final String ITEM = "item.";
    private static final String ALARM = "alarm.";
    /** More would be no supervisor's. */
    private static final int MOST_ALARMS = 50;

    /** @param age how long ago it was seen when it was told */
    record Item(Watched item, boolean good, Duration age, String detail) {}

    record Alarm(String code, String text) {}

    PeerDetails {
        items = List.copyOf(items);
        alarms = List.copyOf(alarms);
    }

    /** What this node tells. */
    static String write(SupervisionState state, long nowNanos) {
        StringBuilder text = new StringBuilder();
        int members = state.database().view() instanceof DatabaseView.Answering answering ? answering.members() : 0;
        text.append("members=").append(members).append('\n');
        text.append("version=").append(ProductVersion.running()).append('\n');
        state.sights()
                .forEach((item, sight) -> text.append(ITEM)
                        .append(item.label())
                        .append('=')
                        .append(sight.good())
                        .append(' ')
                        .append(Duration.ofNanos(nowNanos - sight.seenNanos()).toMillis())
                        .append(' ')
                        .append(line(sight.detail()))
                        .append('\n'));
        int number = 0;
        for (Alarms.Alarm alarm : Alarms.of(state, nowNanos)) {
            text.append(ALARM)
                    .append(number++)
                    .append('=')
                    .append(alarm.label())
                    .append(' ')
                    .append(line(alarm.text()))
                    .append('\n');
        }
        return text.toString();
    }

    private static String line(String text) {
        return text.replace("\\", "\\\\").replace('\n', ' ').replace('\r', ' ');
    }

    /** What the peer tells; what isn't understood is left out. */
    static PeerDetails read(String text, long nowNanos) throws IOException {
        Properties lines = new Properties();
        lines.load(new StringReader(text));
        List<Item> items = new ArrayList<>();
        for (Watched item : Watched.values()) {
            String[] words = lines.getProperty(ITEM + item.label(), "").split(" ", 3);
            if (words.length == 3) {
                items.add(new Item(item, words[0].equals("true"), Duration.ofMillis(number(words[1])), words[2]));
            }
        }
        List<Alarm> alarms = new ArrayList<>();
        for (int number = 0; number < MOST_ALARMS; number++) {
            String[] words = Objects.requireNonNullElse(lines.getProperty(ALARM + number), "")
                    .split(" ", 2);
            if (words.length == 2) {
                alarms.add(new Alarm(words[0], words[1]));
            }
        }
        return new PeerDetails(
                (int) number(lines.getProperty("members", "0")),
                lines.getProperty("version", ""),
                items,
                alarms,
                nowNanos);
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return 0;
        }
    }
}
