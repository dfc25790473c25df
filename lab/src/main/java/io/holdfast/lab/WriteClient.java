package io.holdfast.lab;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Writes through the VIP as fast as a busy administrator's program would, each write with a key of its own that is repeated until it's
 * acknowledged, and remembers every acknowledged one. The write changes a setting of a cluster without hosts; the manager keeps its key with it.
 */
final class WriteClient implements AutoCloseable {

    /** The cluster whose setting is changed. */
    static final String CLUSTER = "bench";

    private static final int CONNECT_LIMIT_MILLIS = 300;
    private static final int READ_LIMIT_MILLIS = 1_000;
    private static final long BETWEEN_MILLIS = 20;
    private static final long BEFORE_REPEATING_MILLIS = 20;

    private final String address;
    private final String run;
    private final PauseLog pauses = new PauseLog();
    private final List<String> acknowledged = new ArrayList<>();
    private volatile String lastRefusal = "";
    private volatile boolean open = true;

    /** @param run what its keys begin with */
    private WriteClient(String address, String run) {
        this.address = address;
        this.run = run;
    }

    /** Begins to write. */
    static WriteClient start(String address) {
        WriteClient client = new WriteClient(address, "bench-" + Clock.bootNanos() + "-");
        Thread.ofPlatform().daemon().name("write-client").start(client::write);
        return client;
    }

    private void write() {
        for (long number = 1; open; number++) {
            String key = run + number;
            while (open && !written(key, number % 2 == 0)) {
                Waiting.pause(BEFORE_REPEATING_MILLIS);
            }
            if (open) {
                synchronized (acknowledged) {
                    acknowledged.add(key);
                }
                pauses.note();
            }
            Waiting.pause(BETWEEN_MILLIS);
        }
    }

    private boolean written(String key, boolean value) {
        try (Socket socket = HttpLine.send(
                        address,
                        "PATCH /api/v1/clusters/" + CLUSTER,
                        Map.of("Idempotency-Key", key, "Content-Type", "application/json"),
                        "{\"acceptWithoutWatchdog\": " + value + "}",
                        CONNECT_LIMIT_MILLIS,
                        READ_LIMIT_MILLIS);
                BufferedInputStream in = new BufferedInputStream(socket.getInputStream())) {
            int status = HttpLine.status(in);
            if (status / 100 != 2) {
                lastRefusal = "status " + status;
            }
            return status / 100 == 2;
        } catch (IOException e) {
            lastRefusal = e.toString();
            return false;
        }
    }

    /** When writes were acknowledged. */
    PauseLog pauses() {
        return pauses;
    }

    /** Why the latest write that was not acknowledged wasn't. */
    String lastRefusal() {
        return lastRefusal;
    }

    /** The keys of all acknowledged writes begin with this. */
    String run() {
        return run;
    }

    /** The keys of all writes that have been acknowledged up to now. */
    List<String> acknowledged() {
        synchronized (acknowledged) {
            return List.copyOf(acknowledged);
        }
    }

    @Override
    public void close() {
        open = false;
    }
}
