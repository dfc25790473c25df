package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.Alarm;
import io.holdfast.core.Change;
import io.holdfast.core.State;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.manager.store.TimelineRecord;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Turns steps into events of the stream. Timeline and alarms go out as they are committed; hosts, VMs and so on are compared with what was
 * sent last, at most 20 times a second, so that a thousand reports don't become a thousand events.
 */
public final class LiveView implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveView.class);
    private static final long LEAST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 500;
    /** Figures that change with every report, such as lease ages, are sent this often at most. */
    private static final long FIGURES_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final EventHub hub;
    private final Supplier<List<State>> states;
    private final InventoryView inventory;
    private final VmView vms;
    private final StoryView story;
    private final Semaphore work = new Semaphore(0);
    private final Map<String, Sent> sent = new HashMap<>();
    private final Thread thread = Thread.ofPlatform().name("live-view").unstarted(this::run);
    private volatile boolean stopped;

    /** @param significant the JSON without its figures */
    private record Sent(JsonNode whole, JsonNode significant, long nanos) {}

    public LiveView(EventHub hub, Supplier<List<State>> states, InventoryView inventory, VmView vms, StoryView story) {
        this.hub = hub;
        this.states = states;
        this.inventory = inventory;
        this.vms = vms;
        this.story = story;
    }

    /** Begins to look. */
    public void start() {
        thread.start();
    }

    /** A step has been committed. */
    public void stepped(State state, List<Change> changes, List<TimelineRecord> lines) {
        lines.forEach(line -> hub.publish("timeline", StoryView.event(line)));
        for (Change change : changes) {
            if (change instanceof Change.RaiseAlarm raise) {
                alarm(state, raise.alarm(), true);
            } else if (change instanceof Change.ClearAlarm clear) {
                hub.publish("alarm", cleared(state.cluster().id(), clear.key()));
            } else if (change instanceof Change.PutFailover put) {
                hub.publish("failover", story.failover(state, put.failover()));
            }
        }
        if (!changes.isEmpty()) {
            wake();
        }
    }

    /** An alarm has come or gone. */
    public void alarm(State state, Alarm alarm, boolean active) {
        hub.publish("alarm", StoryView.alarm(state, alarm, active));
    }

    private static ObjectNode cleared(ClusterId cluster, String key) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("id", cluster + "/" + key)
                .put("active", false);
    }

    /** Look soon. */
    public void wake() {
        if (work.availablePermits() == 0) {
            work.release();
        }
    }

    @Override
    public void close() {
        stopped = true;
        wake();
        hub.close();
    }

    private void run() {
        try {
            while (!stopped) {
                Thread.sleep(LEAST_PAUSE_MILLIS);
                boolean woken = work.tryAcquire(LONGEST_PAUSE_MILLIS - LEAST_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
                work.drainPermits();
                try {
                    look();
                } catch (RuntimeException failure) {
                    LOG.error("The event stream missed a look (woken: {})", woken, failure);
                }
            }
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }

    private void look() {
        Map<String, Sent> before = new HashMap<>(sent);
        for (State state : states.get()) {
            String cluster = state.cluster().id().value();
            offer(before, "cluster", cluster, inventory.cluster(state));
            state.hosts()
                    .values()
                    .forEach(host -> offer(before, "host", host.id().value(), inventory.host(state, host)));
            state.datastores()
                    .values()
                    .forEach(datastore ->
                            offer(before, "datastore", datastore.id().value(), inventory.datastore(state, datastore)));
            state.vms().values().forEach(vm -> offer(before, "vm", vm.id().value(), vms.vm(state, vm)));
        }
        before.keySet().forEach(key -> {
            sent.remove(key);
            int slash = key.indexOf('/');
            hub.publish(
                    "removed",
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("kind", key.substring(0, slash))
                            .put("id", key.substring(slash + 1)));
        });
    }

    private void offer(Map<String, Sent> before, String kind, String id, ObjectNode whole) {
        String key = kind + "/" + id;
        Sent last = before.remove(key);
        long now = System.nanoTime();
        if (last != null && last.whole().equals(whole)) {
            return;
        }
        JsonNode significant = withoutFigures(whole);
        if (last != null && last.significant().equals(significant) && now - last.nanos() < FIGURES_NANOS) {
            return;
        }
        sent.put(key, new Sent(whole, significant, now));
        hub.publish(kind, whole);
    }

    private static JsonNode withoutFigures(ObjectNode whole) {
        ObjectNode result = whole.deepCopy();
        if (result.get("capacity") instanceof ObjectNode capacity) {
            capacity.remove(List.of("cpuLoadCores", "memoryUsedBytes"));
        }
        result.path("planes").path("storage").path("datastores").forEach(lease -> {
            if (lease instanceof ObjectNode object) {
                object.remove(List.of("ageMillis", "sequence", "lastWriteMillis"));
            }
        });
        return result;
    }
}
