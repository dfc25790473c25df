package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Gives events to the streams, and keeps the last ones so that a client that comes back goes on where it was.
 *
 * <p>An id is {@code instance-number}; the instance is that of this process, so a client of another process gets a snapshot. Every event but
 * {@code timeline} carries the whole of what it is about, so an event that a snapshot already contains does no harm.
 */
public final class EventHub {
    private static final int KEPT = 4000;
    private static final int CLIENT_LIMIT = 8000;

    private String instance;
    private final Deque<Frame> kept = new ArrayDeque<>();
    private final Set<Client> clients = ConcurrentHashMap.newKeySet();
    private long last;
    private boolean closed;

    /** @param instance differs from that of every other process, without a dash */
    public EventHub(String instance) {
        this.instance = instance;
    }

    /** One event in the wire's form. */
    record Frame(long number, String text) {}

    /** What one stream has still to send; it is ended when it falls too far behind. */
    static final class Client {
        private final BlockingQueue<Frame> queue = new LinkedBlockingQueue<>(CLIENT_LIMIT);
        private volatile boolean ended;

        /** The next frame, or null when there is none within the time. */
        @Nullable
        Frame next(long millis) throws InterruptedException {
            return queue.poll(millis, TimeUnit.MILLISECONDS);
        }

        boolean ended() {
            return ended;
        }
    }

    /** Sends an event to all streams. */
    public synchronized void publish(String kind, JsonNode data) {
        Frame frame = frame(++last, kind, data);
        kept.addLast(frame);
        if (kept.size() > KEPT) {
            kept.removeFirst();
        }
        clients.forEach(client -> give(client, frame));
    }

    private void give(Client client, Frame frame) {
        if (!client.queue.offer(frame)) {
            client.ended = true;
            clients.remove(client);
        }
    }

    /** Begins a stream: the events after the client's last one, or a snapshot. */
    Client open(@Nullable String lastEventId, Supplier<JsonNode> snapshot) {
        Client client = new Client();
        long from;
        synchronized (this) {
            from = last;
            client.ended = closed;
            if (resume(client, lastEventId)) {
                clients.add(client);
                return client;
            }
            clients.add(client);
        }
        // Rendered outside the lock; events since then are in the queue already and come after it.
        Frame first = frame(from, "snapshot", snapshot.get());
        synchronized (this) {
            Deque<Frame> waiting = new ArrayDeque<>();
            client.queue.drainTo(waiting);
            give(client, first);
            waiting.forEach(frame -> give(client, frame));
        }
        return client;
    }

    private boolean resume(Client client, @Nullable String lastEventId) {
        if (lastEventId == null || !lastEventId.startsWith(instance + "-")) {
            return false;
        }
        long seen;
        try {
            seen = Long.parseLong(lastEventId.substring(instance.length() + 1));
        } catch (NumberFormatException foreign) {
            return false;
        }
        boolean unbroken = seen == last || (!kept.isEmpty() && kept.getFirst().number() <= seen + 1 && seen <= last);
        if (unbroken) {
            kept.stream().filter(frame -> frame.number() > seen).forEach(frame -> give(client, frame));
        }
        return unbroken;
    }

    void leave(Client client) {
        clients.remove(client);
    }

    /**
     * Begins anew under another instance: what clients saw here before is not continued by what comes, for events of another leader lie between.
     *
     * @param newInstance without a dash
     */
    public synchronized void renew(String newInstance) {
        endStreams();
        kept.clear();
        instance = newInstance;
    }

    /** Ends all streams, and takes no more. */
    public synchronized void close() {
        closed = true;
        endStreams();
    }

    /** Ends the streams that there are: their clients come back, to the manager that leads. */
    public synchronized void endStreams() {
        Frame wake = new Frame(last, ": end\n\n");
        clients.forEach(client -> {
            client.ended = true;
            if (!client.queue.offer(wake)) {
                client.queue.clear();
            }
        });
        clients.clear();
    }

    private Frame frame(long number, String kind, JsonNode data) {
        return new Frame(number, "id: " + instance + "-" + number + "\nevent: " + kind + "\ndata: " + data + "\n\n");
    }
}
