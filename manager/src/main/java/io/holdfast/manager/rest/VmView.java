package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.State;
import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.Report;
import io.holdfast.core.health.Suspicion;
import io.holdfast.core.health.Verdict;
import io.holdfast.core.health.VmState;
import io.holdfast.core.health.VmStatus;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.RestartPriority;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.movement.Move;
import io.holdfast.core.placement.Placement;
import io.holdfast.core.recovery.Recovery;
import io.holdfast.core.recovery.Stage;
import io.holdfast.core.recovery.Waiting;
import org.jspecify.annotations.Nullable;

/** VMs as the interface shows them. */
public final class VmView {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Sightings sightings;

    public VmView(Sightings sightings) {
        this.sightings = sightings;
    }

    /** A Vm. */
    public ObjectNode vm(State state, Vm vm) {
        Placement placement = state.placements().get(vm.id());
        Recovery recovery = state.recoveries().get(vm.id());
        String word = word(state, vm, placement, recovery);
        ObjectNode result = JSON.objectNode();
        result.put("id", vm.id().value()).put("name", vm.name());
        result.set(
                "cluster",
                InventoryView.reference(
                        state.cluster().id().value(), state.cluster().name()));
        result.put("cpuCores", vm.cpuCores()).put("memoryBytes", vm.memoryBytes());
        ArrayNode disks = result.putArray("disks");
        vm.disks().forEach(disk -> {
            ObjectNode node = disks.addObject().put("id", disk.id());
            node.set("datastore", InventoryView.datastoreReference(state, disk.datastore()));
            node.put("volume", disk.volume()).put("sizeBytes", disk.sizeBytes()).put("readOnly", disk.readOnly());
        });
        ArrayNode nics = result.putArray("nics");
        vm.nics().forEach(nic -> nics.addObject().put("network", nic.network()).put("mac", nic.mac()));
        result.putObject("boot")
                .put("kernel", vm.boot().kernel())
                .put("initrd", vm.boot().initrd())
                .put("commandLine", vm.boot().commandLine());
        result.put("restart", vm.priority() != RestartPriority.NEVER);
        result.put("desired", Texts.code(vm.requested()));
        result.put("state", word).put("since", Texts.instant(sightings.since(vm.id() + "/vm", word)));
        result.put("run", placement == null ? 0 : placement.servingRun());
        result.set(
                "host", placement != null && placement.live() ? host(state, placement.servingHost()) : JSON.nullNode());
        result.set("recovery", recovery == null ? JSON.nullNode() : recovery(recovery));
        Move move = state.moves().get(vm.id());
        result.set("move", move == null ? JSON.nullNode() : move(state, move));
        VmSettings.put(result, vm);
        result.put("heartbeat", heartbeat(state, vm, placement));
        result.put("weakProof", weakProof(state, placement));
        return result;
    }

    private static ObjectNode host(State state, HostId id) {
        Host host = state.hosts().get(id);
        return InventoryView.reference(id.value(), host == null ? id.value() : host.name());
    }

    /** A Recovery. */
    private static ObjectNode recovery(Recovery recovery) {
        ObjectNode result = JSON.objectNode();
        result.put(
                "failover",
                recovery.failover() == null ? null : recovery.failover().value());
        result.put("stage", Texts.code(recovery.stage()));
        result.put("since", Texts.instant(recovery.sinceWallMillis()));
        Waiting waiting = recovery.waiting();
        if (waiting == null) {
            result.putNull("waiting");
        } else {
            result.set("waiting", Texts.text(waiting.reason().message(), waiting.arguments()));
        }
        return result;
    }

    /** A Move. */
    static ObjectNode move(State state, Move move) {
        ObjectNode result = JSON.objectNode();
        result.put("reason", Texts.code(move.why()));
        result.put("stage", Texts.code(move.stage()));
        result.put("since", Texts.instant(move.sinceWallMillis()));
        HostId target = move.target();
        result.set("target", target == null ? JSON.nullNode() : host(state, target));
        Waiting waiting = move.waiting();
        result.set(
                "waiting",
                waiting == null ? JSON.nullNode() : Texts.text(waiting.reason().message(), waiting.arguments()));
        return result.put("failures", move.failures());
    }

    /** The VM's state in one word. */
    static String word(State state, Vm vm, @Nullable Placement placement, @Nullable Recovery recovery) {
        boolean wanted = vm.requested() == RequestedState.STARTED;
        if (placement == null || !placement.live()) {
            return wanted || recovery != null ? "down" : "stopped";
        }
        HostHealth health = PlaneView.health(state, placement.servingHost());
        Suspicion suspicion = health.suspicion();
        boolean lost =
                suspicion != null && (suspicion.verdict() == Verdict.DEAD || suspicion.verdict() == Verdict.OPERATOR);
        if (lost) {
            return "down";
        }
        VmStatus status = status(health.report(), vm, placement.servingRun());
        VmState reported = status == null ? VmState.UNKNOWN : status.state();
        return switch (reported) {
            case RUNNING -> "running";
            case STARTING -> "starting";
            case MIGRATING -> "running";
            case INCOMING -> "starting";
            case PAUSED -> "paused";
            case STOPPING -> "stopping";
            case ENDED -> wanted ? "down" : "stopped";
            case UNKNOWN -> recovery != null && recovery.stage() == Stage.STARTING ? "starting" : "unknown";
        };
    }

    private static @Nullable VmStatus status(@Nullable Report report, Vm vm, long run) {
        if (report == null) {
            return null;
        }
        for (VmStatus status : report.vms()) {
            if (status.vm().equals(vm.id()) && status.run() == run) {
                return status;
            }
        }
        return null;
    }

    /** What its guest says: `none` has not answered since its start, `hung` answers no more. */
    private static String heartbeat(State state, Vm vm, @Nullable Placement placement) {
        VmStatus status = placement == null || !placement.live()
                ? null
                : status(PlaneView.health(state, placement.servingHost()).report(), vm, placement.servingRun());
        if (status == null || !status.heartbeat().answered()) {
            return "none";
        }
        long silentMillis = status.heartbeat().silentMillis();
        return silentMillis == 0 ? "answers" : silentMillis < vm.ha().hungAfterMillis() ? "silent" : "hung";
    }

    private static boolean weakProof(State state, @Nullable Placement placement) {
        if (placement == null
                || !placement.live()
                || !state.cluster().settings().acceptLeaseWithoutWatchdog()) {
            return false;
        }
        var facts = state.facts().get(placement.host());
        return facts != null && !facts.watchdogArmed();
    }
}
