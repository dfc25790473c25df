package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.holdfast.core.Request;
import io.holdfast.core.State;
import io.holdfast.core.inventory.Boot;
import io.holdfast.core.inventory.Disk;
import io.holdfast.core.inventory.HaSettings;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Nic;
import io.holdfast.core.inventory.RequestedState;
import io.holdfast.core.inventory.RestartPriority;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.manager.Answer;
import io.holdfast.manager.ClusterLoop;
import io.holdfast.manager.Clusters;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Virtual machines. */
public final class VmRoutes {
    /** A guest that doesn't answer the power button is killed after this; vSphere and oVirt wait 2 to 5 minutes, but by an operator's hand. */
    private static final int STOP_GRACE_MILLIS = 60_000;

    private final Clusters clusters;
    private final Directory directory;
    private final Writes writes;
    private final VmView view;

    public VmRoutes(Clusters clusters, Directory directory, Writes writes, VmView view) {
        this.clusters = clusters;
        this.directory = directory;
        this.writes = writes;
        this.view = view;
    }

    /** Its operations. */
    public List<Route> routes() {
        return List.of(
                Route.get("/vms", this::list),
                Route.post("/vms", this::create),
                Route.get("/vms/{vm}", this::show),
                Route.patch("/vms/{vm}", this::change),
                Route.delete("/vms/{vm}", this::remove),
                Route.post("/vms/{vm}/actions/start", this::start),
                Route.post("/vms/{vm}/actions/stop", this::stop),
                Route.post("/vms/{vm}/actions/move", this::move));
    }

    private void list(Context context) {
        String host = context.queryParam("host");
        @Nullable HostId on = host == null ? null : directory.host(host).thing().id();
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        ClusterRoutes.asked(context, clusters, directory)
                .forEach(state -> state.vms().values().stream()
                        .filter(vm -> on == null || state.liveOn(on).contains(vm.id()))
                        .forEach(vm -> items.add(view.vm(state, vm))));
        ClusterRoutes.json(context, ClusterRoutes.items(items));
    }

    private void show(Context context) {
        var found = directory.vm(context.pathParam("vm"));
        ClusterRoutes.json(context, view.vm(found.loop().state(), found.thing()));
    }

    private void create(Context context) {
        Fields fields = Fields.of(context.body());
        ClusterLoop loop = directory.cluster("cluster", fields.text("cluster", "default"));
        VmId id = new VmId(UUID.randomUUID().toString());
        Vm vm = vm(id, fields, loop.state());
        fields.end();
        writes.submit(
                context,
                loop,
                Writes.Wish.of("AddVm", state -> List.of(new Request.AddVm(vm)), state -> answer(state, id, 201)));
    }

    private static Vm vm(VmId id, Fields fields, State state) {
        List<Disk> disks = new ArrayList<>();
        for (Fields disk : fields.objects("disks")) {
            String datastore = disk.text("datastore");
            disks.add(new Disk(
                    "disk" + disks.size(),
                    Directory.datastoreIn(state, disk.path("datastore"), datastore)
                            .id(),
                    disk.text("volume"),
                    disk.number("sizeBytes"),
                    disk.flag("readOnly", false)));
            disk.end();
        }
        List<Nic> nics = new ArrayList<>();
        for (Fields nic : fields.objects("nics")) {
            nics.add(new Nic(nic.text("network"), nic.text("mac", mac(id, nics.size()))));
            nic.end();
        }
        Fields boot = fields.object("boot");
        Boot from = boot == null
                ? Boot.FROM_DISK
                : new Boot(boot.text("kernel", ""), boot.text("initrd", ""), boot.text("commandLine", ""));
        if (boot != null) {
            boot.end();
        }
        return new Vm(
                id,
                fields.text("name"),
                fields.integer("cpuCores"),
                fields.number("memoryBytes"),
                disks,
                nics,
                from,
                RequestedState.STOPPED,
                VmSettings.priority(fields, RestartPriority.MEDIUM),
                -1,
                VmSettings.ha(fields, HaSettings.DEFAULT));
    }

    /** What is asked for is read before the VM is known; it is applied to what the VM is when its turn comes. */
    private void change(Context context) {
        var found = directory.vm(context.pathParam("vm"));
        VmId id = found.thing().id();
        Fields fields = Fields.of(context.body());
        VmSettings.apply(fields, found.thing());
        fields.end();
        writes.submit(
                context,
                found.loop(),
                Writes.Wish.of(
                        "ChangeVm",
                        state -> {
                            Vm present = state.vms().get(id);
                            return present == null
                                    ? List.of()
                                    : List.of(new Request.ChangeVm(VmSettings.apply(fields, present)));
                        },
                        state -> answer(state, id, 200)));
    }

    /** In QEMU's own range of addresses, from the VM's id, so that it stays when the VM moves. */
    private static String mac(VmId id, int index) {
        int hash = UUID.fromString(id.value()).hashCode() + index;
        return String.format(
                Locale.ROOT, "52:54:00:%02x:%02x:%02x", (hash >> 16) & 0xff, (hash >> 8) & 0xff, hash & 0xff);
    }

    private void remove(Context context) {
        if (writes.replayed(context)) {
            return; // Repeated after a fail-over: it is gone because of this very request.
        }
        var found = directory.vm(context.pathParam("vm"));
        writes.submit(
                context,
                found.loop(),
                Writes.Wish.of(
                        "RemoveVm",
                        state -> List.of(new Request.RemoveVm(found.thing().id())),
                        state -> new Answer(204, "")));
    }

    private void start(Context context) {
        var found = directory.vm(context.pathParam("vm"));
        VmId id = found.thing().id();
        Fields.of(context.body()).end();
        writes.submit(
                context,
                found.loop(),
                Writes.Wish.of("StartVm", state -> List.of(new Request.StartVm(id)), state -> answer(state, id, 202)));
    }

    private void stop(Context context) {
        var found = directory.vm(context.pathParam("vm"));
        VmId id = found.thing().id();
        Fields fields = Fields.of(context.body());
        boolean force = fields.flag("force", false);
        fields.end();
        writes.submit(
                context,
                found.loop(),
                Writes.Wish.of(
                        "StopVm",
                        state -> List.of(new Request.StopVm(id, force, STOP_GRACE_MILLIS)),
                        state -> answer(state, id, 202)));
    }

    private void move(Context context) {
        var found = directory.vm(context.pathParam("vm"));
        VmId id = found.thing().id();
        Fields fields = Fields.of(context.body());
        String named = fields.text("host");
        boolean live = fields.flag("live", true);
        fields.end();
        HostId host = directory.host(named).thing().id();
        writes.submit(
                context,
                found.loop(),
                Writes.Wish.of(
                        "MoveVm",
                        state -> List.of(new Request.MoveVm(id, host, live)),
                        state -> answer(state, id, 202)));
    }

    private Answer answer(State state, VmId id, int status) {
        Vm vm = state.vms().get(id);
        if (vm == null) {
            throw ProblemException.of(ProblemText.NOT_FOUND, "virtual machine", id.value());
        }
        return new Answer(status, view.vm(state, vm).toString());
    }
}
