package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.Alarm;
import io.holdfast.core.State;
import io.holdfast.core.health.Evidence;
import io.holdfast.core.inventory.ClusterId;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.isolation.Proof;
import io.holdfast.core.isolation.Rung;
import io.holdfast.core.recovery.Failover;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.recovery.VmOutcome;
import io.holdfast.core.text.Message;
import io.holdfast.manager.store.Ledger;
import io.holdfast.manager.store.TimelineQuery;
import io.holdfast.manager.store.TimelineRecord;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Fail-overs, timeline and alarms as the interface shows them. */
public final class StoryView {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    /** Lines of one story beyond this are to be asked for as events. */
    private static final int STORY_LINES = 500;
    /** Alarms that mean that something is down; the others mean that something might come to be. */
    private static final Set<Message> ERRORS = EnumSet.of(
            Message.ALARM_HOST_DOWN,
            Message.ALARM_VM_DOWN,
            Message.ALARM_MANAGER_SIDE,
            Message.ALARM_STORAGE,
            Message.ALARM_UPLINK);

    private final Ledger ledger;

    public StoryView(Ledger ledger) {
        this.ledger = ledger;
    }

    /** A Failover, the whole story. */
    public ObjectNode failover(State state, Failover failover) {
        ObjectNode result = JSON.objectNode();
        result.put("id", failover.id().value());
        result.set(
                "cluster",
                InventoryView.reference(
                        state.cluster().id().value(), state.cluster().name()));
        HostId first =
                failover.hosts().isEmpty() ? new HostId("") : failover.hosts().getFirst();
        result.set("host", host(state, first));
        ArrayNode hosts = result.putArray("hosts");
        failover.hosts().forEach(id -> hosts.add(host(state, id)));
        result.put("verdict", Texts.code(failover.verdict()));
        result.put("state", word(failover));
        result.put("startedAt", Texts.instant(failover.suspectedWallMillis()));
        result.put("endedAt", Texts.instant(failover.closedWallMillis()));
        result.put(
                "durationMillis",
                failover.open() ? null : (Long) (failover.closedWallMillis() - failover.suspectedWallMillis()));
        result.set("text", summary(state, failover, first));
        ArrayNode evidence = result.putArray("evidence");
        failover.evidence().forEach(piece -> evidence.add(evidence(state, piece)));
        ArrayNode rungs = result.putArray("proofs");
        failover.rungs().forEach(rung -> rungs.add(rung(state, failover, rung)));
        ArrayNode plan = result.putArray("plan");
        ArrayNode vms = result.putArray("vms");
        for (VmOutcome outcome : failover.vms()) {
            HostId to = outcome.toHost();
            if (to != null) {
                ObjectNode step = plan.addObject();
                step.set("vm", vm(state, outcome.vm()));
                step.set("host", host(state, to));
            }
            vms.add(outcome(state, failover, outcome));
        }
        ArrayNode timeline = result.putArray("timeline");
        List<TimelineRecord> lines = ledger.timeline(TimelineQuery.ofFailover(
                state.cluster().id().value(), failover.id().value(), STORY_LINES));
        lines.reversed().forEach(line -> timeline.add(event(line)));
        return result;
    }

    private static String word(Failover failover) {
        if (!failover.open()) {
            return "done";
        }
        return failover.vms().stream().allMatch(vm -> vm.done() || vm.result() == VmOutcome.Result.WAITING)
                ? "waiting"
                : "running";
    }

    private static ObjectNode summary(State state, Failover failover, HostId first) {
        if (failover.open()) {
            return Texts.text(
                    Message.FAILOVER_OPENED,
                    List.of(
                            failover.id().value(),
                            Integer.toString(failover.vms().size()),
                            host(state, first).path("name").asText()));
        }
        long running = failover.vms().stream()
                .filter(vm -> vm.result() == VmOutcome.Result.RUNNING || vm.result() == VmOutcome.Result.KEPT)
                .count();
        return Texts.text(
                Message.FAILOVER_CLOSED,
                List.of(
                        failover.id().value(),
                        Long.toString(running),
                        Integer.toString(failover.vms().size())));
    }

    private static ObjectNode evidence(State state, Evidence piece) {
        ObjectNode result = JSON.objectNode();
        result.put("at", Texts.instant(piece.wallMillis())).put("afterMillis", piece.offsetMillis());
        result.put("plane", Texts.code(piece.plane()));
        result.put("source", source(piece));
        result.set("host", host(state, piece.host()));
        result.set("text", Texts.text(piece.message(), piece.arguments()));
        return result;
    }

    private static String source(Evidence piece) {
        return switch (piece.message()) {
            case SEEN_PEER ->
                piece.arguments().isEmpty() ? "peer" : piece.arguments().getFirst();
            case SEEN_LEASE, SEEN_LEASE_ALIVE ->
                piece.arguments().size() > 1 ? piece.arguments().get(1) : "lease";
            case SEEN_POWER -> "bmc";
            case SEEN_OPERATOR -> "operator";
            case SEEN_LEASE_LOST, SEEN_UPLINK_DOWN, SEEN_NEW_BOOT, SEEN_VM_ENDED -> "agent";
            default -> "manager";
        };
    }

    private static ObjectNode rung(State state, Failover failover, Rung rung) {
        ObjectNode result = JSON.objectNode();
        result.put("kind", kind(rung.kind()));
        result.put("rung", Texts.code(rung.kind()));
        result.put(
                "state",
                switch (rung.outcome()) {
                    case ASKED -> "sought";
                    case NOT_POSSIBLE -> "not-applicable";
                    case FAILED -> "failed";
                    case PROVEN -> "obtained";
                });
        result.put("at", Texts.instant(rung.wallMillis()));
        result.put("afterMillis", rung.wallMillis() - failover.suspectedWallMillis());
        result.set("host", host(state, rung.host()));
        result.set("text", Texts.text(rung.message(), rung.arguments()));
        return result;
    }

    private static String kind(Rung.Kind kind) {
        return switch (kind) {
            case POWER_SEEN_OFF, POWER_OFF_COMMAND -> "powered-off";
            case LEASE_EXPIRED -> "lease-expired";
            case PROCESS_ENDED -> "process-ended";
            case LOCKED_OUT -> "locked-out";
            case OPERATOR -> "operator-confirmed";
        };
    }

    /** The kind of a proof as the interface names it. */
    static String kind(Proof proof) {
        return switch (proof) {
            case Proof.PoweredOff off -> "powered-off";
            case Proof.ProcessEnded ended -> "process-ended";
            case Proof.LockedOut out -> "locked-out";
            case Proof.LeaseExpired expired -> "lease-expired";
            case Proof.OperatorConfirmed confirmed -> "operator-confirmed";
        };
    }

    private static ObjectNode outcome(State state, Failover failover, VmOutcome outcome) {
        ObjectNode result = JSON.objectNode();
        result.set("vm", vm(state, outcome.vm()));
        result.set("from", host(state, outcome.fromHost()));
        HostId to = outcome.toHost();
        result.set("to", to == null ? JSON.nullNode() : host(state, to));
        result.put("run", outcome.toRun() == 0 ? outcome.fromRun() : outcome.toRun());
        result.put("stage", stage(state, outcome));
        result.put("result", Texts.code(outcome.result()));
        ArrayNode proofs = result.putArray("proofs");
        Set<String> kinds = new TreeSet<>();
        outcome.proofs().forEach(proof -> kinds.add(kind(proof)));
        kinds.forEach(proofs::add);
        Message why = outcome.why();
        result.set("waiting", why == null ? JSON.nullNode() : Texts.text(why, outcome.whyArguments()));
        Steps steps = new Steps(result.putArray("steps"), failover.suspectedWallMillis());
        steps.add("affected", failover.openedWallMillis());
        steps.add("isolated", outcome.provenWallMillis());
        steps.add("placed", outcome.placedWallMillis());
        steps.add("starting", outcome.startCommandedWallMillis());
        steps.add("running", outcome.runningWallMillis());
        return result;
    }

    private static String stage(State state, VmOutcome outcome) {
        if (outcome.result() == VmOutcome.Result.RUNNING || outcome.result() == VmOutcome.Result.KEPT) {
            return "running";
        }
        Recovery recovery = state.recoveries().get(outcome.vm());
        if (outcome.result() == VmOutcome.Result.PENDING && recovery != null) {
            return Texts.code(recovery.stage());
        }
        return "waiting";
    }

    /** The steps of one VM with the time between them. */
    private static final class Steps {
        private final ArrayNode into;
        private final long begin;
        private long before;

        Steps(ArrayNode into, long begin) {
            this.into = into;
            this.begin = begin;
            this.before = begin;
        }

        void add(String stage, long wallMillis) {
            if (wallMillis != 0) {
                into.addObject()
                        .put("stage", stage)
                        .put("at", Texts.instant(wallMillis))
                        .put("afterMillis", wallMillis - begin)
                        .put("stepMillis", wallMillis - before);
                before = wallMillis;
            }
        }
    }

    /** An Event. */
    public static ObjectNode event(TimelineRecord line) {
        ObjectNode result = JSON.objectNode();
        result.put("id", line.id()).put("at", Texts.instant(line.entry().wallMillis()));
        result.put("severity", Texts.code(line.entry().severity()));
        result.put("kind", kind(line.entry().message()));
        Texts.put(result, line.entry().message(), line.entry().arguments());
        result.put("cluster", line.cluster().value());
        result.put("host", text(line.entry().host()));
        result.put("vm", text(line.entry().vm()));
        result.put("failover", text(line.entry().failover()));
        return result;
    }

    /** The first word of the message's name, such as {@code host} or {@code vm}. */
    private static String kind(Message message) {
        String name = message.name();
        int end = name.indexOf('_');
        return (end < 0 ? name : name.substring(0, end)).toLowerCase(Locale.ROOT);
    }

    /** An Alarm. */
    public static ObjectNode alarm(State state, Alarm alarm, boolean active) {
        ObjectNode result = JSON.objectNode();
        ClusterId cluster = state.cluster().id();
        result.put("id", cluster + "/" + alarm.key());
        result.put("severity", ERRORS.contains(alarm.message()) ? "error" : "warning");
        result.put("since", Texts.instant(alarm.sinceWallMillis())).put("active", active);
        Texts.put(result, alarm.message(), alarm.arguments());
        result.put("cluster", cluster.value());
        // Of a part of a host: host/part.
        String host = alarm.subject().split("/", 2)[0];
        result.put("host", state.hosts().containsKey(new HostId(host)) ? host : null);
        result.put("vm", state.vms().containsKey(new VmId(alarm.subject())) ? alarm.subject() : null);
        return result;
    }

    private static @Nullable String text(@Nullable Object id) {
        return id == null ? null : id.toString();
    }

    private static ObjectNode host(State state, HostId id) {
        Host host = state.hosts().get(id);
        return InventoryView.reference(id.value(), host == null ? id.value() : host.name());
    }

    private static ObjectNode vm(State state, VmId id) {
        Vm vm = state.vms().get(id);
        return InventoryView.reference(id.value(), vm == null ? id.value() : vm.name());
    }
}
