package io.holdfast.manager.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.holdfast.core.Request;
import io.holdfast.core.State;
import io.holdfast.core.inventory.Host;
import io.holdfast.core.inventory.HostId;
import io.holdfast.core.inventory.Rule;
import io.holdfast.core.inventory.RuleId;
import io.holdfast.core.inventory.Vm;
import io.holdfast.core.inventory.VmId;
import io.holdfast.manager.Answer;
import io.holdfast.manager.ClusterLoop;
import io.javalin.http.Context;
import java.util.ArrayList;
import java.util.List;

/** Placement rules and start dependencies of a cluster. What cannot hold is refused by the core when it is written. */
public final class RuleRoutes {
    private final Directory directory;
    private final Writes writes;

    public RuleRoutes(Directory directory, Writes writes) {
        this.directory = directory;
        this.writes = writes;
    }

    /** The kinds of rules, named as in the interface. */
    private enum Kind {
        TOGETHER,
        APART,
        VM_HOST,
        DEPENDS_ON
    }

    /** Its operations. */
    public List<Route> routes() {
        return List.of(
                Route.get("/clusters/{cluster}/rules", this::list),
                Route.get("/clusters/{cluster}/rules/{rule}", this::show),
                Route.put("/clusters/{cluster}/rules/{rule}", this::put),
                Route.delete("/clusters/{cluster}/rules/{rule}", this::remove));
    }

    private ClusterLoop loop(Context context) {
        return directory.cluster("cluster", context.pathParam("cluster"));
    }

    private void list(Context context) {
        State state = loop(context).state();
        ArrayNode items = JsonNodeFactory.instance.arrayNode();
        state.rules().values().forEach(rule -> items.add(view(state, rule)));
        ClusterRoutes.json(context, ClusterRoutes.items(items));
    }

    private void show(Context context) {
        ClusterRoutes.json(context, known(loop(context).state(), new RuleId(context.pathParam("rule"))));
    }

    private void put(Context context) {
        ClusterLoop loop = loop(context);
        RuleId id = new RuleId(context.pathParam("rule"));
        Rule rule = rule(id, Fields.of(context.body()), loop.state());
        writes.submit(
                context,
                loop,
                Writes.Wish.of(
                        "PutRule",
                        state -> List.of(new Request.PutRule(rule)),
                        state -> new Answer(200, known(state, id).toString())));
    }

    private void remove(Context context) {
        RuleId id = new RuleId(context.pathParam("rule"));
        writes.submit(
                context,
                loop(context),
                Writes.Wish.of(
                        "RemoveRule", state -> List.of(new Request.RemoveRule(id)), state -> new Answer(204, "")));
    }

    private static Rule rule(RuleId id, Fields fields, State state) {
        Kind kind = fields.constant("kind", Kind.values());
        Rule rule = switch (kind) {
            case TOGETHER -> new Rule.Together(id, fields.flag("strict", true), vms(fields, "vms", state));
            case APART -> new Rule.Apart(id, fields.flag("strict", true), vms(fields, "vms", state));
            case VM_HOST ->
                new Rule.VmHost(id, fields.flag("strict", true), vms(fields, "vms", state), hosts(fields, state));
            case DEPENDS_ON ->
                new Rule.DependsOn(
                        id, vm(state, fields.path("vm"), fields.text("vm")), vms(fields, "dependsOn", state));
        };
        fields.end();
        return rule;
    }

    private static List<VmId> vms(Fields fields, String name, State state) {
        List<VmId> result = new ArrayList<>();
        for (String vm : fields.texts(name)) {
            VmId id = vm(state, fields.path(name + "[" + result.size() + "]"), vm);
            if (!result.contains(id)) {
                result.add(id);
            }
        }
        return result;
    }

    private static List<Rule.HostPriority> hosts(Fields fields, State state) {
        List<Rule.HostPriority> result = new ArrayList<>();
        for (Fields host : fields.objects("hosts")) {
            HostId id = host(state, host.path("host"), host.text("host"));
            result.add(new Rule.HostPriority(id, host.integer("priority", 0)));
            host.end();
        }
        return result;
    }

    private static VmId vm(State state, String field, String nameOrId) {
        for (Vm vm : state.vms().values()) {
            if (vm.id().value().equals(nameOrId) || vm.name().equals(nameOrId)) {
                return vm.id();
            }
        }
        throw ProblemException.about(field, ProblemText.NOT_FOUND, "virtual machine", nameOrId);
    }

    private static HostId host(State state, String field, String nameOrId) {
        for (Host host : state.hosts().values()) {
            if (host.id().value().equals(nameOrId) || host.name().equals(nameOrId)) {
                return host.id();
            }
        }
        throw ProblemException.about(field, ProblemText.NOT_FOUND, "host", nameOrId);
    }

    private static ObjectNode known(State state, RuleId id) {
        Rule rule = state.rules().get(id);
        if (rule == null) {
            throw ProblemException.of(ProblemText.NOT_FOUND, "rule", id.value());
        }
        return view(state, rule);
    }

    private static ObjectNode view(State state, Rule rule) {
        ObjectNode result = JsonNodeFactory.instance.objectNode();
        result.put("name", rule.id().value());
        result.set(
                "cluster",
                InventoryView.reference(
                        state.cluster().id().value(), state.cluster().name()));
        switch (rule) {
            case Rule.Together together -> {
                result.put("kind", Texts.code(Kind.TOGETHER)).put("strict", together.strict());
                result.set("vms", references(state, together.vms()));
            }
            case Rule.Apart apart -> {
                result.put("kind", Texts.code(Kind.APART)).put("strict", apart.strict());
                result.set("vms", references(state, apart.vms()));
            }
            case Rule.VmHost vmHost -> {
                result.put("kind", Texts.code(Kind.VM_HOST)).put("strict", vmHost.strict());
                result.set("vms", references(state, vmHost.vms()));
                ArrayNode hosts = result.putArray("hosts");
                for (Rule.HostPriority entry : vmHost.hosts()) {
                    Host host = state.hosts().get(entry.host());
                    String id = entry.host().value();
                    ObjectNode node = hosts.addObject();
                    node.set("host", InventoryView.reference(id, host == null ? id : host.name()));
                    node.put("priority", entry.priority());
                }
            }
            case Rule.DependsOn dependsOn -> {
                result.put("kind", Texts.code(Kind.DEPENDS_ON));
                result.set("vm", reference(state, dependsOn.vm()));
                result.set("dependsOn", references(state, dependsOn.on()));
            }
        }
        return result;
    }

    private static ArrayNode references(State state, List<VmId> vms) {
        ArrayNode result = JsonNodeFactory.instance.arrayNode();
        vms.forEach(vm -> result.add(reference(state, vm)));
        return result;
    }

    private static ObjectNode reference(State state, VmId id) {
        Vm vm = state.vms().get(id);
        return InventoryView.reference(id.value(), vm == null ? id.value() : vm.name());
    }
}
