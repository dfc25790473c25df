package io.holdfast.lab;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;

/** Holds an event stream through the VIP; when it breaks, it goes on after the last event, as a browser does. */
final class StreamClient implements AutoCloseable {

    private static final int CONNECT_LIMIT_MILLIS = 300;
    private static final int READ_LIMIT_MILLIS = 1_500;
    private static final long BEFORE_REPEATING_MILLIS = 50;

    private final String address;
    private final PauseLog pauses = new PauseLog();
    private String lastId = "";
    private volatile boolean open = true;

    private StreamClient(String address) {
        this.address = address;
    }

    /** Begins to listen. */
    static StreamClient start(String address) {
        StreamClient client = new StreamClient(address);
        Thread.ofPlatform().daemon().name("stream-client").start(client::listen);
        return client;
    }

    private void listen() {
        while (open) {
            Map<String, String> headers = new HashMap<>(Map.of("Accept", "text/event-stream"));
            if (!lastId.isEmpty()) {
                headers.put("Last-Event-ID", lastId);
            }
            try (Socket socket = HttpLine.send(
                            address,
                            "GET /api/v1/events/stream",
                            headers,
                            "",
                            CONNECT_LIMIT_MILLIS,
                            READ_LIMIT_MILLIS);
                    BufferedInputStream in = new BufferedInputStream(socket.getInputStream())) {
                if (HttpLine.status(in) == 200) {
                    read(in);
                }
            } catch (IOException broken) {
                // It is opened again.
            }
            Waiting.pause(BEFORE_REPEATING_MILLIS);
        }
    }

    private void read(BufferedInputStream in) throws IOException {
        while (open) {
            String line = HttpLine.line(in);
            if (line.startsWith("id:")) {
                lastId = line.substring(3).strip();
            } else if (line.startsWith("data:")) {
                pauses.note();
            }
        }
    }

    /** When events came. */
    PauseLog pauses() {
        return pauses;
    }

    @Override
    public void close() {
        open = false;
    }
}
