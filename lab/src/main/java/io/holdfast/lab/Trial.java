package io.holdfast.lab;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Does one fault, follows the manager's timeline, and waits until every VM that was hit is back. */
final class Trial {

    private static final long LOOK_EVERY_MILLIS = 100;
    private static final long BACK_LIMIT_MILLIS = 90_000;
    /** A guest writes each 200 ms; a machine under load may be late. */
    private static final long STILL_WRITING_NANOS = TimeUnit.SECONDS.toNanos(4);

    private final Lab lab;
    private final Cluster cluster;
    private final Consumer<String> timeline;
    private long cutNanos;
    private long cutWallMillis;
    private long lastEvent;
    private Map<String, String> before = Map.of();

    /** @param timeline is given each line of the story as it happens */
    Trial(Lab lab, Cluster cluster, Consumer<String> timeline) {
        this.lab = lab;
        this.cluster = cluster;
        this.timeline = timeline;
    }

    /** Does the fault, waits for its outcome, repairs what was broken when the outcome needs it, and looks at everything. */
    TrialResult run(Fault.Call call) {
        return run(call, () -> {});
    }

    /** The same, with something done just before the fault. */
    TrialResult run(Fault.Call call, Runnable first) {
        before = places();
        lastEvent = latestEvent();
        List<String> affected = affected(call);
        first.run();
        cutWallMillis = System.currentTimeMillis();
        cutNanos = lab.apply(call);
        timeline.accept(
                line(0, "lab: " + call + (affected.isEmpty() ? "" : " (ran " + String.join(", ", affected) + ")")));
        FaultStory story = FaultStory.of(call);
        if (story.repair().isPresent()) {
            follow(story.watchMillis());
            Fault.Call repair = story.repair().get();
            lab.apply(repair);
            timeline.accept(line(System.currentTimeMillis() - cutWallMillis, "lab: " + repair));
        } else if (!story.restarts()) {
            follow(story.watchMillis());
        }
        if (story.restarts()) {
            awaitBack(affected);
        } else {
            awaitWell();
        }
        follow(0);
        return result(call, affected);
    }

    private List<String> affected(Fault.Call call) {
        FaultStory story = FaultStory.of(call);
        if (!story.restarts()) {
            return List.of();
        }
        return switch (call.fault()) {
            case QEMU_KILL -> List.of(lab.victim(lab.host(call.host().orElseThrow())));
            case STORAGE_STOP -> cluster.vmNames();
            default ->
                before.entrySet().stream()
                        .filter(place -> Optional.of(place.getValue()).equals(call.host()))
                        .map(Map.Entry::getKey)
                        .sorted()
                        .toList();
        };
    }

    private Map<String, String> places() {
        return cluster.vms().entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey,
                        vm -> vm.getValue().path("host").path("name").asText("")));
    }

    /** For so long, shows what the manager tells. */
    private void follow(long millis) {
        long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        do {
            showEvents();
            Waiting.pause(LOOK_EVERY_MILLIS);
        } while (System.nanoTime() < limit);
    }

    private void awaitBack(List<String> affected) {
        waitUntil(() -> affected.stream().allMatch(vm -> restarted(vm) && well(vm)));
    }

    private void awaitWell() {
        waitUntil(() -> cluster.vmNames().stream().allMatch(this::well));
    }

    /** Gives up silently after the limit: the result shows what is missing. */
    private void waitUntil(BooleanSupplier condition) {
        long limit = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(BACK_LIMIT_MILLIS);
        while (System.nanoTime() < limit && !holds(condition)) {
            showEvents();
            Waiting.pause(LOOK_EVERY_MILLIS);
        }
    }

    private static boolean holds(BooleanSupplier condition) {
        try {
            return condition.getAsBoolean();
        } catch (LabException managerDown) {
            return false;
        }
    }

    private boolean restarted(String vm) {
        return firstBoot(vm).isPresent()
                && !lab.qemus().startsAfter(vm, cutNanos).isEmpty();
    }

    private boolean well(String vm) {
        return lab.clock() - lab.journal(vm).lastGrownNanos() < STILL_WRITING_NANOS
                && lab.client().vm(vm).path("state").asText("").equals("running");
    }

    private Optional<DiskJournal.Boot> firstBoot(String vm) {
        return lab.journal(vm).boots().stream()
                .filter(boot -> boot.firstSeenNanos() > cutNanos)
                .findFirst();
    }

    private TrialResult result(Fault.Call call, List<String> affected) {
        Optional<JsonNode> failover = failover();
        List<VmOutcome> outcomes =
                cluster.vmNames().stream().map(vm -> outcome(vm, failover)).toList();
        return new TrialResult(
                call,
                affected,
                outcomes,
                lab.check(),
                failover.map(story -> story.path("id").asText("")).orElse(""),
                cutWallMillis);
    }

    /** The failover that began after the fault. */
    private Optional<JsonNode> failover() {
        // The manager's clock is this machine's; a report may have been on its way.
        long from = cutWallMillis - 1_000;
        try {
            return lab.client().items("/failovers?limit=5").stream()
                    .filter(story -> instant(story.path("startedAt")).toEpochMilli() >= from)
                    .findFirst();
        } catch (LabException managerDown) {
            return Optional.empty();
        }
    }

    private VmOutcome outcome(String vm, Optional<JsonNode> failover) {
        List<QemuWatch.Start> starts = lab.qemus().startsAfter(vm, cutNanos);
        Optional<QemuWatch.Start> start = starts.isEmpty() ? Optional.empty() : Optional.of(starts.getFirst());
        boolean well = holds(() -> well(vm));
        List<String> proofs = start.isEmpty()
                ? List.of()
                : failover.map(story -> proofs(story, vm)).orElse(List.of());
        return new VmOutcome(
                vm,
                before.getOrDefault(vm, ""),
                lab.hostOf(vm),
                proofs,
                start.map(begun -> millisSinceCut(begun.startNanos())),
                start.flatMap(begun -> firstBoot(vm)).map(boot -> millisSinceCut(boot.firstSeenNanos())),
                starts.size(),
                well);
    }

    private static List<String> proofs(JsonNode failover, String vm) {
        List<String> kinds = new ArrayList<>();
        for (JsonNode recovered : failover.path("vms")) {
            if (recovered.path("vm").path("name").asText("").equals(vm)) {
                recovered.path("proofs").forEach(proof -> kinds.add(nameOf(proof.asText(""))));
            }
        }
        return kinds.stream().distinct().toList();
    }

    /** {@code powered-off} of the REST interface is {@code PoweredOff} of the safety argument. */
    static String nameOf(String kind) {
        return Arrays.stream(kind.split("-", -1))
                .map(word -> word.isEmpty() ? word : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining());
    }

    private long millisSinceCut(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos - cutNanos);
    }

    private long latestEvent() {
        try {
            return lab.client().items("/events?limit=1").stream()
                    .mapToLong(event -> event.path("id").asLong())
                    .max()
                    .orElse(0);
        } catch (LabException managerDown) {
            return lastEvent;
        }
    }

    private void showEvents() {
        try {
            for (JsonNode event : lab.client().items("/events?limit=1000&after=" + lastEvent)) {
                lastEvent = Math.max(lastEvent, event.path("id").asLong());
                long after = instant(event.path("at")).toEpochMilli() - cutWallMillis;
                JsonNode text = event.path("text").path("en");
                timeline.accept(line(after, (text instanceof MissingNode ? event.path("code") : text).asText("")));
            }
        } catch (LabException managerDown) {
            // It will tell when it is back.
        }
    }

    private static Instant instant(JsonNode node) {
        String text = node.asText("");
        return text.isEmpty() || text.equals("null") ? Instant.EPOCH : Instant.parse(text);
    }

    private static String line(long afterMillis, String text) {
        return String.format(Locale.ROOT, "%8.2f s  %s", afterMillis / 1000.0, text);
    }
}
