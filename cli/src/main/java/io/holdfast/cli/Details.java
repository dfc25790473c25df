package io.holdfast.cli;

import java.util.ArrayList;
import java.util.List;

/** One object for people: a line per property, its name and its value; properties without a value are left out. */
final class Details {

    private final Session session;
    private final List<String> labels = new ArrayList<>();
    private final List<Cell> values = new ArrayList<>();

    Details(Session session) {
        this.session = session;
    }

    Details add(String headKey, String value) {
        return add(headKey, Cell.of(value));
    }

    Details add(String headKey, Cell value) {
        if (!value.text().isBlank()) {
            labels.add(session.words().of("head." + headKey));
            values.add(value);
        }
        return this;
    }

    void print() {
        int width = labels.stream().mapToInt(DisplayWidth::of).max().orElse(0);
        for (int i = 0; i < labels.size(); i++) {
            Cell value = values.get(i);
            session.terminal()
                    .line(DisplayWidth.padRight(labels.get(i), width) + "  "
                            + session.terminal().paint(value.style(), value.text()));
        }
    }
}
