package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.State;
import io.holdfast.core.health.Evidence;
import io.holdfast.core.health.HostFacts;
import io.holdfast.core.health.HostHealth;
import io.holdfast.core.health.LeaseStatus;
import io.holdfast.core.health.PlaneState;
import io.holdfast.core.health.PowerState;
import io.holdfast.core.health.Report;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.Bmc;
import io.holdfast.core.inventory.Cluster;
import io.holdfast.core.inventory.ClusterSettings;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.LeaseProfile;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.core.movement.HostWork;
import io.holdfast.core.movement.Move;
import io.holdfast.manager.power.PowerReading;
import org.jspecify.annotations.Nullable;

/** Clusters, hosts and datastores as the interface shows them. Every method takes a state and gives JSON; it may be called by any thread. */
public final class InventoryView {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final Sightings sightings;

    public InventoryView(Sightings sightings) {
        this.sightings = sightings;
    }

    /** A Cluster. */
    public ObjectNode cluster(State state) {
        Cluster cluster = state.cluster();
        LeaseProfile lease = cluster.settings().lease();
        ObjectNode result = JSON.objectNode();
        result.put("id", cluster.id().value()).put("name", cluster.name());
        result.putObject("lease")
                .put("profile", profile(lease))
                .put("renewMillis", lease.renewMillis())
                .put("lossMillis", lease.lossMillis())
                .put("killMillis", lease.killMillis())
                .put("watchdogMillis", lease.watchdogMillis())
                .put("inFlightMillis", lease.inFlightMillis())
                .put("expiryMillis", lease.expiryMillis())
                .put("clockRateErrorPpm", lease.clockRateErrorPpm())
                .put("worstCaseMillis", lease.worstCaseMillis());
        result.put("acceptWithoutWatchdog", cluster.settings().acceptLeaseWithoutWatchdog());
        result.put("shutdownPolicy", Texts.code(cluster.settings().shutdownPolicy()));
        ClusterSettings settings = cluster.settings();
        result.put("degradedAction", Texts.code(settings.degradedAction()));
        result.put("haMode", Texts.code(settings.haMode()));
        result.put("reportIntervalMillis", settings.reportIntervalMillis());
        result.put("missedReports", settings.missedReports());
        result.put("startsPerHost", settings.startsPerHost());
        result.put("startTimeoutMillis", settings.startTimeoutMillis());
        result.put("cpuOvercommit", settings.cpuOvercommit());
        result.put("memoryOvercommit", settings.memoryOvercommit());
        result.put("placementScore", Texts.code(settings.score()));
        result.putObject("brake")
                .put("sharePercent", settings.brake().sharePercent())
                .put("minimumHosts", settings.brake().minimumHosts())
                .put("windowMillis", settings.brake().windowMillis());
        return result;
    }

    private static String profile(LeaseProfile lease) {
        return lease.equals(LeaseProfile.STANDARD) ? "standard" : lease.equals(LeaseProfile.FAST) ? "fast" : "custom";
    }

    /** A Host. */
    public ObjectNode host(State state, Host host) {
        HostHealth health = PlaneView.health(state, host.id());
        HostFacts facts = state.facts().get(host.id());
        String id = host.id().value();
        ObjectNode result = JSON.objectNode();
        result.put("id", id).put("name", host.name());
        result.set(
                "cluster",
                reference(state.cluster().id().value(), state.cluster().name()));
        result.put("address", host.managementAddress()).put("leaseSlot", host.leaseSlot());
        ArrayNode networks = result.putArray("networks");
        host.networks().forEach(network -> {
            ObjectNode node =
                    networks.addObject().put("name", network.network()).put("bridge", network.bridge());
            ArrayNode uplinks = node.putArray("uplinks");
            network.uplinks().forEach(uplinks::add);
        });
        Bmc bmc = host.bmc();
        if (bmc == null) {
            result.putNull("bmc");
        } else {
            result.putObject("bmc")
                    .put("address", bmc.address())
                    .put("port", bmc.port())
                    .put("username", bmc.user());
        }
        String word = PlaneView.word(health, facts != null || health.hello() != null);
        result.put("state", word).put("stateSince", since(id + "/state", word));
        result.put("maintenance", host.admin() != AdminState.ENABLED);
        result.set("agent", agent(id, health, facts));
        result.set("planes", planes(state, host, health));
        result.set("power", power(host));
        result.set("watchdog", watchdog(health, facts));
        result.set("capacity", capacity(state, host, health, facts));
        result.put("vmCount", state.liveOn(host.id()).size());
        HostWork work = state.hostWork().get(host.id());
        result.set("work", work == null ? JSON.nullNode() : work(state, work));
        return result;
    }

    /** Orderly work on a host, and how far it is. */
    private static ObjectNode work(State state, HostWork work) {
        ObjectNode result = JSON.objectNode();
        result.put("kind", Texts.code(work.kind())).put("policy", Texts.code(work.policy()));
        result.put("since", Texts.instant(work.sinceWallMillis()));
        int left = state.liveOn(work.host()).size();
        result.put("returning", work.back());
        result.put("vmsLeft", left).put("empty", left == 0);
        result.put("vmsAway", work.away().size()).put("vmsFrozen", work.frozen().size());
        ArrayNode moves = result.putArray("moves");
        for (VmId id : state.liveOn(work.host())) {
            Move move = state.moves().get(id);
            Vm vm = state.vms().get(id);
            if (move != null && vm != null) {
                ObjectNode node = VmView.move(state, move);
                node.set("vm", reference(id.value(), vm.name()));
                moves.add(node);
            }
        }
        return result;
    }

    private ObjectNode agent(String id, HostHealth health, @Nullable HostFacts facts) {
        Report report = health.report();
        boolean never = facts == null && health.hello() == null;
        String word = never ? "never" : health.connected() ? "connected" : "silent";
        ObjectNode result = JSON.objectNode();
        result.put("state", word).put("since", since(id + "/agent", word));
        result.put(
                "version",
                health.hello() != null ? health.hello().version() : facts != null ? facts.agentVersion() : null);
        result.put("bootId", health.hello() != null ? health.hello().bootId() : facts != null ? facts.bootId() : null);
        result.put("libvirtConnected", report == null ? null : (Boolean) report.libvirtConnected());
        return result;
    }

    private ObjectNode planes(State state, Host host, HostHealth health) {
        ObjectNode result = JSON.objectNode();
        String id = host.id().value();
        ObjectNode management = plane(id + "/management", PlaneView.management(health));
        management.set("reasons", PlaneView.reasons(health, Evidence.Plane.MANAGEMENT));
        result.set("management", management);
        ObjectNode storage = result.putObject("storage");
        ArrayNode datastores = JSON.arrayNode();
        PlaneState worst = host.datastores().isEmpty() ? PlaneState.UNKNOWN : PlaneState.OK;
        for (DatastoreId datastore : host.datastores()) {
            PlaneState one = PlaneView.storage(state, host, datastore);
            worst = PlaneView.worse(worst, one);
            datastores.add(lease(state, host, health.lease(datastore), datastore, one));
        }
        storage.setAll(plane(id + "/storage", worst));
        storage.set("datastores", datastores);
        storage.set("reasons", PlaneView.reasons(health, Evidence.Plane.STORAGE));
        ObjectNode business = plane(id + "/business", PlaneView.business(state, host));
        business.set("reasons", PlaneView.reasons(health, Evidence.Plane.BUSINESS));
        result.set("business", business);
        return result;
    }

    private ObjectNode lease(
            State state, Host host, @Nullable LeaseStatus lease, DatastoreId datastore, PlaneState plane) {
        ObjectNode result = JSON.objectNode();
        result.set("datastore", datastoreReference(state, datastore));
        result.setAll(plane(host.id() + "/" + datastore, plane));
        if (lease != null) {
            result.put("held", lease.held())
                    .put("generation", lease.generation())
                    .put("sequence", lease.sequence())
                    .put("ageMillis", lease.ageMillis())
                    .put("lastWriteMillis", lease.lastWriteMillis())
                    .put("error", lease.error().isEmpty() ? null : lease.error());
        }
        return result;
    }

    private ObjectNode plane(String key, PlaneState plane) {
        String word = Texts.code(plane);
        return JSON.objectNode().put("state", word).put("since", since(key, word));
    }

    private ObjectNode power(Host host) {
        PowerReading reading = sightings.power(host.id());
        String word;
        if (host.bmc() == null) {
            word = "none";
        } else if (reading == null) {
            word = "unknown";
        } else {
            word = reading.state() == PowerState.ERROR ? "unreachable" : Texts.code(reading.state());
        }
        ObjectNode result = JSON.objectNode();
        result.put("state", word).put("since", since(host.id() + "/power", word));
        result.put("reason", reading == null || reading.detail().isEmpty() ? null : reading.detail());
        return result;
    }

    private static ObjectNode watchdog(HostHealth health, @Nullable HostFacts facts) {
        ObjectNode result = JSON.objectNode();
        Report report = health.report();
        if (report != null) {
            result.put("armed", report.watchdog().armed())
                    .put("path", report.watchdog().path())
                    .put("timeoutMillis", report.watchdog().timeoutMillis());
        } else if (facts != null) {
            result.put("armed", facts.watchdogArmed())
                    .putNull("path")
                    .put("timeoutMillis", facts.watchdogTimeoutMillis());
        } else {
            result.put("armed", false).putNull("path").putNull("timeoutMillis");
        }
        return result;
    }

    private static ObjectNode capacity(State state, Host host, HostHealth health, @Nullable HostFacts facts) {
        int placedCores = 0;
        long placedBytes = 0;
        for (VmId id : state.liveOn(host.id())) {
            Vm vm = state.vms().get(id);
            if (vm != null) {
                placedCores += vm.cpuCores();
                placedBytes += vm.memoryBytes();
            }
        }
        ObjectNode result = JSON.objectNode();
        result.put("cpuCores", host.cpuCores() > 0 ? host.cpuCores() : facts == null ? 0 : facts.cpuCores());
        result.put(
                "memoryBytes", host.memoryBytes() > 0 ? host.memoryBytes() : facts == null ? 0 : facts.memoryBytes());
        result.put("cpuPlacedCores", placedCores).put("memoryPlacedBytes", placedBytes);
        Report report = health.report();
        if (report != null) {
            result.put("cpuLoadCores", report.cpuLoadCores()).put("memoryUsedBytes", report.memoryUsedBytes());
        }
        result.put("accelerator", facts == null ? null : facts.accelerator());
        return result;
    }

    /** A Datastore. */
    public ObjectNode datastore(State state, Datastore datastore) {
        ObjectNode result = JSON.objectNode();
        result.put("id", datastore.id().value()).put("name", datastore.name());
        result.set(
                "cluster",
                reference(state.cluster().id().value(), state.cluster().name()));
        switch (datastore.location()) {
            case Datastore.Location.Iscsi iscsi ->
                result.putObject("iscsi")
                        .put("portal", iscsi.portal())
                        .put("target", iscsi.target())
                        .put("leaseLun", iscsi.leaseLun());
            case Datastore.Location.SharedPath shared ->
                result.putObject("sharedPath").put("path", shared.path());
        }
        ArrayNode hosts = result.putArray("hosts");
        for (Host host : state.hosts().values()) {
            if (host.datastores().contains(datastore.id())) {
                ObjectNode node = hosts.addObject();
                node.set("host", reference(host.id().value(), host.name()));
                node.put("state", Texts.code(PlaneView.storage(state, host, datastore.id())));
            }
        }
        return result;
    }

    /** A Reference. */
    static ObjectNode reference(String id, String name) {
        return JSON.objectNode().put("id", id).put("name", name);
    }

    static ObjectNode datastoreReference(State state, DatastoreId id) {
        Datastore datastore = state.datastores().get(id);
        return reference(id.value(), datastore == null ? id.value() : datastore.name());
    }

    private @Nullable String since(String key, String value) {
        return Texts.instant(sightings.since(key, value));
    }
}
