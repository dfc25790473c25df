package io.holdfast.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Looks all the time at which nodes have the VIP on an interface. */
final class VipWatch implements AutoCloseable {

    private static final long LOOK_EVERY_MILLIS = 20;

    /** A change of who holds it. */
    private record Seen(long nanos, List<String> holders) {}

    private final ManagementPair pair;
    private final List<Seen> changes = new ArrayList<>();
    private volatile boolean open = true;

    private VipWatch(ManagementPair pair) {
        this.pair = pair;
    }

    /** Begins to look. */
    static VipWatch start(ManagementPair pair) {
        VipWatch watch = new VipWatch(pair);
        Thread.ofPlatform().daemon().name("vip-watch").start(watch::look);
        return watch;
    }

    private void look() {
        while (open) {
            look(pair.nodes().stream().collect(Collectors.toMap(ManagementMachine::name, this::held)));
            Waiting.pause(LOOK_EVERY_MILLIS);
        }
    }

    private Optional<Boolean> held(ManagementMachine node) {
        return node.sees(pair.address());
    }

    /** What can't be seen changes nothing: who holds it is not known to have changed. */
    private void look(Map<String, Optional<Boolean>> held) {
        if (held.values().stream().anyMatch(Optional::isEmpty)) {
            return;
        }
        List<String> holders = held.entrySet().stream()
                .filter(node -> node.getValue().orElseThrow())
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
        synchronized (changes) {
            if (changes.isEmpty() || !changes.getLast().holders().equals(holders)) {
                changes.add(new Seen(Clock.bootNanos(), holders));
            }
        }
    }

    /** From the fault until exactly one node holds it and that stays so until the end, in ms; 0 when it never changed; the whole time when never. */
    long settledMillis(long faultNanos, long endNanos) {
        synchronized (changes) {
            long settled = faultNanos;
            boolean single = true;
            for (Seen seen : changes) {
                if (seen.nanos() <= endNanos) {
                    boolean now = seen.holders().size() == 1;
                    if (now && !single && seen.nanos() > faultNanos) {
                        settled = seen.nanos();
                    }
                    single = now;
                }
            }
            return ((single ? settled : endNanos) - faultNanos) / 1_000_000;
        }
    }

    /** Whether one and the same node has held it since. */
    boolean singleSince(long nanos) {
        synchronized (changes) {
            return !changes.isEmpty()
                    && changes.getLast().holders().size() == 1
                    && changes.getLast().nanos() <= nanos;
        }
    }

    /** Who held it when, since the fault, for people. */
    String story(long faultNanos, long endNanos) {
        synchronized (changes) {
            return changes.stream()
                    .filter(seen -> seen.nanos() > faultNanos && seen.nanos() <= endNanos)
                    .map(seen -> (seen.nanos() - faultNanos) / 1_000_000 + " ms "
                            + (seen.holders().isEmpty() ? "nobody" : String.join("+", seen.holders())))
                    .collect(Collectors.joining(", "));
        }
    }

    @Override
    public void close() {
        open = false;
    }
}
