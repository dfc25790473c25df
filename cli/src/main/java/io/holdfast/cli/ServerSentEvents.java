package io.holdfast.cli;

import java.util.Iterator;
import java.util.function.BooleanSupplier;

/** Reads a stream of server-sent events (HTML Living Standard, section 9.2) line by line. */
public final class ServerSentEvents {

    private ServerSentEvents() {}

    /** Takes one event. */
    @FunctionalInterface
    public interface Handler {
        /** @param id the event's id, or empty
         * @param kind its type, {@code message} when the server gave none
         * @param data its data, lines joined by line feeds */
        void event(String id, String kind, String data);
    }

    static void read(Iterator<String> lines, BooleanSupplier goOn, Handler handler) {
        String id = "";
        String kind = "message";
        StringBuilder data = new StringBuilder();
        while (lines.hasNext()) {
            String line = lines.next();
            if (line.isEmpty()) {
                if (!data.isEmpty()) {
                    handler.event(id, kind, data.toString());
                }
                kind = "message";
                data.setLength(0);
                if (!goOn.getAsBoolean()) {
                    return;
                }
                continue;
            }
            int colon = line.indexOf(':');
            String field = colon < 0 ? line : line.substring(0, colon);
            String value = colon < 0 ? "" : line.substring(colon + 1);
            value = value.startsWith(" ") ? value.substring(1) : value;
            switch (field) {
                case "id" -> id = value;
                case "event" -> kind = value;
                case "data" -> data.append(data.isEmpty() ? "" : "\n").append(value);
                default -> {
                    // Comments (an empty field name) keep the connection alive; other fields are for browsers.
                }
            }
        }
    }
}
