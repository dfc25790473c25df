package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.core.Rejected;
import io.holdfast.core.Request;
import io.holdfast.core.State;
import io.holdfast.core.inventory.Datastore;
import io.holdfast.core.inventory.DatastoreId;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.text.Message;
import io.holdfast.manager.Answer;
import io.holdfast.manager.ClusterLoop;
import io.holdfast.manager.Clusters;
import io.holdfast.manager.DatastoreProbe;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Datastores. */
public final class DatastoreRoutes {
    private final Clusters clusters;
    private final Directory directory;
    private final Writes writes;
    private final InventoryView view;
    private final DatastoreProbe probe;

    public DatastoreRoutes(
            Clusters clusters, Directory directory, Writes writes, InventoryView view, DatastoreProbe probe) {
        this.clusters = clusters;
        this.directory = directory;
        this.writes = writes;
        this.view = view;
        this.probe = probe;
    }

    /** Its operations. */
    public List<Route> routes() {
        return List.of(
                Route.get("/datastores", this::list),
                Route.post("/datastores", this::create),
                Route.get("/datastores/{datastore}", this::show),
                Route.delete("/datastores/{datastore}", this::remove));
    }

    private void list(Context context) {
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        ClusterRoutes.asked(context, clusters, directory)
                .forEach(state ->
                        state.datastores().values().forEach(datastore -> items.add(view.datastore(state, datastore))));
        ClusterRoutes.json(context, ClusterRoutes.items(items));
    }

    private void show(Context context) {
        var found = directory.datastore(context.pathParam("datastore"));
        ClusterRoutes.json(context, view.datastore(found.loop().state(), found.thing()));
    }

    private void create(Context context) {
        if (writes.replayed(context)) {
            return;
        }
        Fields fields = Fields.of(context.body());
        String name = fields.text("name");
        ClusterLoop loop = directory.cluster("cluster", fields.text("cluster", "default"));
        Datastore datastore = new Datastore(new DatastoreId(UUID.randomUUID().toString()), name, location(fields));
        fields.end();
        refuseTaken(loop.state(), datastore);
        prove(loop.state(), datastore);
        writes.submit(
                context,
                loop,
                Writes.Wish.of(
                        "AddDatastore",
                        state -> added(state, datastore),
                        state ->
                                new Answer(201, view.datastore(state, datastore).toString())));
    }

    /** Before anything is written to the disk: the core would refuse it too, but only after its lease area was laid out anew. */
    private static void refuseTaken(State state, Datastore datastore) {
        for (Datastore other : state.datastores().values()) {
            if (other.name().equals(datastore.name())) {
                throw ProblemException.about("name", ProblemText.NAME_TAKEN, datastore.name());
            }
            if (other.location().equals(datastore.location())) {
                throw ProblemException.about(
                        datastore.location() instanceof Datastore.Location.Iscsi ? "iscsi" : "sharedPath.path",
                        ProblemText.LOCATION_TAKEN,
                        other.name());
            }
        }
    }

    private void prove(State state, Datastore datastore) {
        switch (probe.prove(state, datastore)) {
            case DatastoreProbe.Finding.Shared shared -> {}
            case DatastoreProbe.Finding.NoHost none ->
                throw ProblemException.of(
                        ProblemText.DATASTORE_NO_HOST,
                        datastore.name(),
                        state.cluster().name());
            case DatastoreProbe.Finding.NotWritable dead ->
                throw ProblemException.about(
                        field(datastore),
                        ProblemText.DATASTORE_NOT_WRITABLE,
                        datastore.name(),
                        dead.host(),
                        dead.reason());
            case DatastoreProbe.Finding.NotShared partly ->
                throw ProblemException.about(
                        field(datastore),
                        ProblemText.DATASTORE_NOT_SHARED,
                        datastore.name(),
                        partly.writer(),
                        partly.blind().entrySet().stream()
                                .map(entry -> entry.getKey() + ": " + entry.getValue())
                                .collect(Collectors.joining("; ")));
        }
    }

    private static String field(Datastore datastore) {
        return datastore.location() instanceof Datastore.Location.Iscsi ? "iscsi" : "sharedPath.path";
    }

    /** Every host of the cluster gets it, those that are not connected now too: whether one really reaches it is told by its lease. */
    private static List<Request> added(State state, Datastore datastore) {
        List<Request> result = new ArrayList<>();
        result.add(new Request.AddDatastore(datastore));
        state.hosts().values().forEach(host -> {
            List<DatastoreId> all = new ArrayList<>(host.datastores());
            all.add(datastore.id());
            result.add(new Request.ChangeHost(with(host, all)));
        });
        return result;
    }

    private static Host with(Host host, List<DatastoreId> datastores) {
        return new Host(
                host.id(),
                host.name(),
                host.managementAddress(),
                host.cpuCores(),
                host.memoryBytes(),
                host.bmc(),
                host.leaseSlot(),
                datastores,
                host.networks(),
                host.admin());
    }

    private void remove(Context context) {
        if (writes.replayed(context)) {
            return; // Repeated after a fail-over: it is gone because of this very request.
        }
        var found = directory.datastore(context.pathParam("datastore"));
        DatastoreId id = found.thing().id();
        writes.submit(
                context,
                found.loop(),
                Writes.Wish.of(
                        "RemoveDatastore",
                        state -> {
                            refuseUsed(state, found.thing());
                            List<Request> result = new ArrayList<>();
                            state.hosts().values().stream()
                                    .filter(host -> host.datastores().contains(id))
                                    .forEach(host -> result.add(new Request.ChangeHost(with(
                                            host,
                                            host.datastores().stream()
                                                    .filter(other -> !other.equals(id))
                                                    .toList()))));
                            result.add(new Request.RemoveDatastore(id));
                            return result;
                        },
                        state -> new Answer(204, "")));
    }

    private static void refuseUsed(State state, Datastore datastore) {
        state.vms().values().stream()
                .filter(vm -> vm.datastores().contains(datastore.id()))
                .findFirst()
                .ifPresent(vm -> {
                    throw ProblemException.of(new Rejected(
                            Rejected.Code.CONFLICT,
                            "",
                            Message.REJECT_DATASTORE_IN_USE,
                            List.of(datastore.name(), vm.name())));
                });
    }

    private static Datastore.Location location(Fields fields) {
        @Nullable Fields iscsi = fields.object("iscsi");
        @Nullable Fields shared = fields.object("sharedPath");
        if (iscsi != null && shared == null) {
            Datastore.Location result = new Datastore.Location.Iscsi(
                    Addresses.withPort(iscsi.path("portal"), iscsi.text("portal")),
                    iscsi.text("target"),
                    iscsi.integer("leaseLun"));
            iscsi.end();
            return result;
        }
        if (shared != null && iscsi == null) {
            Datastore.Location result = new Datastore.Location.SharedPath(shared.text("path"));
            shared.end();
            return result;
        }
        throw ProblemException.of(ProblemText.LOCATION);
    }
}
