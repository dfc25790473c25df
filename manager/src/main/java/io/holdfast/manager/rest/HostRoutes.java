package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.Request;
import io.holdfast.core.State;
import io.holdfast.core.health.PowerState;
import io.holdfast.core.inventory.AdminState;
import io.holdfast.core.inventory.Bmc;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.HostNetwork;
import io.holdfast.core.recovery.Failover;
import io.holdfast.manager.Answer;
import io.holdfast.manager.ArbiterDesk;
import io.holdfast.manager.ClusterLoop;
import io.holdfast.manager.Clusters;
import io.holdfast.manager.PowerMonitor;
import io.holdfast.manager.link.AgentLink;
import io.holdfast.manager.power.BmcAccess;
import io.holdfast.manager.power.PowerControl;
import io.holdfast.manager.power.PowerReading;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Hosts: inventory, maintenance, confirmed isolation. */
public final class HostRoutes {
    private final Clusters clusters;
    private final Directory directory;
    private final Writes writes;
    private final InventoryView view;
    private final StoryView story;
    private final PowerControl power;
    private final PowerMonitor monitor;
    private final AgentLink link;
    private final ArbiterDesk desk;

    public HostRoutes(
            Clusters clusters,
            Directory directory,
            Writes writes,
            RestViews views,
            PowerControl power,
            PowerMonitor monitor,
            AgentLink link,
            ArbiterDesk desk) {
        this.clusters = clusters;
        this.directory = directory;
        this.writes = writes;
        this.view = views.inventory();
        this.story = views.story();
        this.power = power;
        this.monitor = monitor;
        this.link = link;
        this.desk = desk;
    }

    /** Its operations. */
    public List<Route> routes() {
        return List.of(
                Route.get("/hosts", this::list),
                Route.post("/hosts", this::create),
                Route.get("/hosts/{host}", this::show),
                Route.patch("/hosts/{host}", this::change),
                Route.delete("/hosts/{host}", this::remove),
                Route.post("/hosts/{host}/actions/maintenance", this::maintenance),
                Route.post("/hosts/{host}/actions/shutdown", this::shutdown),
                Route.post("/hosts/{host}/actions/lift-hold", this::liftHold),
                Route.post("/hosts/{host}/confirm-isolation", this::confirmIsolation));
    }

    private void list(Context context) {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        ClusterRoutes.asked(context, clusters, directory)
                .forEach(state -> state.hosts().values().forEach(host -> items.add(view.host(state, host))));
        ClusterRoutes.json(context, ClusterRoutes.items(items));
    }

    private void show(Context context) {
        var found = directory.host(context.pathParam("host"));
        ClusterRoutes.json(context, view.host(found.loop().state(), found.thing()));
    }

    private void create(Context context) {
        if (writes.replayed(context)) {
            return;
        }
        Fields fields = Fields.of(context.body());
        String name = fields.text("name");
        String address = Addresses.host(fields.path("address"), fields.text("address"));
        ClusterLoop loop = directory.cluster("cluster", fields.text("cluster", "default"));
        BmcInput bmc = BmcInput.read(fields.object("bmc"));
        List<HostNetwork> networks = networks(fields);
        fields.end();
        HostId id = new HostId(UUID.randomUUID().toString());
        Map<String, String> secrets = new HashMap<>();
        Bmc stored = bmc == null ? null : bmc.stored(secrets);
        PowerReading reading = bmc == null ? null : tried(name, bmc.access());
        writes.submit(
                context,
                loop,
                new Writes.Wish(
                        "AddHost",
                        state -> {
                            Host host = new Host(
                                    id,
                                    name,
                                    address,
                                    0,
                                    0,
                                    stored,
                                    -1,
                                    List.copyOf(state.datastores().keySet()),
                                    networks,
                                    AdminState.ENABLED);
                            return withNetworks(state, networks, new Request.AddHost(host));
                        },
                        secrets,
                        state -> answer(state, id, 201)));
        if (reading != null) {
            monitor.seen(id, reading);
        }
    }

    private void change(Context context) {
        if (writes.replayed(context)) {
            return;
        }
        var found = directory.host(context.pathParam("host"));
        HostId id = found.thing().id();
        Fields fields = Fields.of(context.body());
        @Nullable String name = fields.has("name") ? fields.text("name") : null;
        @Nullable
        String address = fields.has("address") ? Addresses.host(fields.path("address"), fields.text("address")) : null;
        boolean bmcNamed = fields.has("bmc");
        BmcInput bmc = BmcInput.read(fields.object("bmc"));
        @Nullable List<HostNetwork> networks = fields.has("networks") ? networks(fields) : null;
        fields.end();
        Map<String, String> secrets = new HashMap<>();
        Bmc stored = bmc == null ? null : bmc.stored(secrets);
        PowerReading reading = bmc == null ? null : tried(found.thing().name(), bmc.access());
        writes.submit(
                context,
                found.loop(),
                new Writes.Wish(
                        "ChangeHost",
                        state -> {
                            Host old = present(state, id);
                            Host host = new Host(
                                    id,
                                    name == null ? old.name() : name,
                                    address == null ? old.managementAddress() : address,
                                    old.cpuCores(),
                                    old.memoryBytes(),
                                    bmcNamed ? stored : old.bmc(),
                                    old.leaseSlot(),
                                    old.datastores(),
                                    networks == null ? old.networks() : networks,
                                    old.admin());
                            return withNetworks(state, host.networks(), new Request.ChangeHost(host));
                        },
                        secrets,
                        state -> answer(state, id, 200)));
        if (bmcNamed) {
            monitor.forget(id);
        }
        if (reading != null) {
            monitor.seen(id, reading);
        }
    }

    private void remove(Context context) {
        if (writes.replayed(context)) {
            return;
        }
        var found = directory.host(context.pathParam("host"));
        HostId id = found.thing().id();
        writes.submit(
                context,
                found.loop(),
                Writes.Wish.of(
                        "RemoveHost",
                        state -> {
                            if (desk.placedOn(id)) {
                                throw ProblemException.of(
                                        ProblemText.ARBITER_HERE, found.thing().name());
                            }
                            if (openFailover(state, id) != null) {
                                throw ProblemException.of(
                                        ProblemText.HOST_BUSY, found.thing().name());
                            }
                            return List.of(new Request.RemoveHost(id));
                        },
                        state -> new Answer(204, "")));
        monitor.forget(id);
        link.drop(id.value());
    }

    private void maintenance(Context context) {
        var found = directory.host(context.pathParam("host"));
        HostId id = found.thing().id();
        Fields fields = Fields.of(context.body());
        boolean enabled = fields.flag("enabled");
        boolean drain = fields.flag("drain", true);
        fields.end();
        AdminState admin = !enabled ? AdminState.ENABLED : drain ? AdminState.MAINTENANCE : AdminState.DISABLED;
        writes.submit(
                context,
                found.loop(),
                Writes.Wish.of(
                        "SetAdminState",
                        state -> List.of(new Request.SetAdminState(id, admin)),
                        state -> answer(state, id, 200)));
    }

    private void shutdown(Context context) {
        var found = directory.host(context.pathParam("host"));
        HostId id = found.thing().id();
        Fields fields = Fields.of(context.body());
        boolean reboot = fields.flag("reboot", false);
        fields.end();
        writes.submit(
                context,
                found.loop(),
                Writes.Wish.of(
                        "ShutDownHost",
                        state -> List.of(new Request.ShutDownHost(id, reboot)),
                        state -> answer(state, id, 200)));
    }

    private void liftHold(Context context) {
        var found = directory.host(context.pathParam("host"));
        HostId id = found.thing().id();
        writes.submit(
                context,
                found.loop(),
                Writes.Wish.of(
                        "LiftHold", state -> List.of(new Request.LiftHold(id)), state -> answer(state, id, 200)));
    }

    private void confirmIsolation(Context context) {
        var found = directory.host(context.pathParam("host"));
        HostId id = found.thing().id();
        Fields fields = Fields.of(context.body());
        String again = fields.text("host");
        String reason = fields.text("reason");
        String operator = fields.text("operator", "");
        fields.end();
        String audited = operator.isEmpty() ? reason : reason + " (" + operator + ")";
        writes.submit(
                context,
                found.loop(),
                Writes.Wish.of(
                        "ConfirmIsolation",
                        state -> List.of(new Request.ConfirmIsolation(id, again, audited)),
                        state -> {
                            Failover failover = openFailover(state, id);
                            return new Answer(
                                    200,
                                    (failover == null
                                                    ? view.host(state, present(state, id))
                                                    : story.failover(state, failover))
                                            .toString());
                        }));
    }

    private static @Nullable Failover openFailover(State state, HostId id) {
        return state.failovers().values().stream()
                .filter(failover -> failover.open() && failover.hosts().contains(id))
                .findFirst()
                .orElse(null);
    }

    /** A wrong password is refused; silence is accepted, for a host may be added while its BMC's network is being repaired. */
    private PowerReading tried(String host, BmcAccess access) {
        PowerReading reading = power.read(access);
        if (reading.state() == PowerState.WRONG_PASSWORD) {
            throw ProblemException.about(
                    "bmc.password", ProblemText.BMC_WRONG_PASSWORD, access.toString(), host, reading.detail());
        }
        return reading;
    }

    /** The cluster's networks are all those that some host carries. */
    private static List<Request> withNetworks(State state, List<HostNetwork> networks, Request request) {
        TreeSet<String> names = new TreeSet<>(state.cluster().networks());
        networks.forEach(network -> names.add(network.network()));
        List<Request> result = new ArrayList<>();
        if (names.size() > state.cluster().networks().size()) {
            result.add(new Request.ChangeNetworks(List.copyOf(names)));
        }
        result.add(request);
        return result;
    }

    private static List<HostNetwork> networks(Fields fields) {
        List<HostNetwork> result = new ArrayList<>();
        for (Fields network : fields.objects("networks")) {
            result.add(new HostNetwork(network.text("name"), network.text("bridge"), network.texts("uplinks")));
            network.end();
        }
        return result;
    }

    private static Host present(State state, HostId id) {
        Host host = state.hosts().get(id);
        if (host == null) {
            throw ProblemException.of(ProblemText.NOT_FOUND, "host", id.value());
        }
        return host;
    }

    private Answer answer(State state, HostId id, int status) {
        ObjectNode body = view.host(state, present(state, id));
        return new Answer(status, body.toString());
    }

    /** A BMC as the request gives it. */
    private record BmcInput(BmcAccess access) {
        static @Nullable BmcInput read(@Nullable Fields bmc) {
            if (bmc == null) {
                return null;
            }
            BmcAccess access = new BmcAccess(
                    Addresses.host(bmc.path("address"), bmc.text("address")),
                    bmc.integer("port", BmcAccess.DEFAULT_PORT),
                    bmc.text("username"),
                    bmc.text("password"));
            bmc.end();
            return new BmcInput(access);
        }

        /** The core's form; the password goes into the sealed store under a new reference. */
        Bmc stored(Map<String, String> secrets) {
            String reference = UUID.randomUUID().toString();
            secrets.put(reference, access.password());
            return new Bmc(Bmc.Kind.IPMI, access.address(), access.port(), access.username(), reference);
        }
    }
}
